package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.runner.BridgeLeases;
import io.jrootfs.runner.ContainerEntry;
import io.jrootfs.runner.ContainerRun;
import io.jrootfs.runner.ContainerSurroundings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.plan.LaunchPlan;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.plan.NetworkSteps;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.plan.ReplayStep;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.state.ContainerId;
import io.jrootfs.runner.state.ContainerName;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.NameRecord;
import io.jrootfs.runner.state.PortRecord;
import io.jrootfs.runner.state.ProcessIdentity;
import io.jrootfs.runner.state.ProcessSpace;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/** Makes a planned container known to others, and hands its plan to the launcher. */
final class Registration {
  private final LifecycleRequest request;
  private final String image;
  private final LauncherFacts facts;
  private final ContainerStore containers;
  private final String id;
  private final String name;
  private Optional<Bridge> bridge = Optional.empty();
  private NetworkSteps network = NetworkSteps.NONE;
  private PortRecord ports = PortRecord.NONE;
  private ImmutableSortedMap<String, String> names = ImmutableSortedMap.of();

  Registration(
      LifecycleRequest request,
      String id,
      String image,
      LauncherFacts facts,
      ContainerStore containers)
      throws StateException {
    this.request = request;
    this.image = image;
    this.facts = facts;
    this.containers = containers;
    this.id = id;
    this.name =
        request.name().isPresent()
            ? ContainerName.check(request.name().get())
            : ContainerId.shortened(id);
  }

  /**
   * A container that is about to be started.
   *
   * @param plan what does that
   * @param record makes another record like its own
   */
  record Registered(LaunchPlan plan, ReplayStep.MakeRecord record) {}

  /** Has it on the bridge. */
  void onBridge(Bridge place) {
    bridge = Optional.of(place);
  }

  /** Has it connected without one. */
  void byPasta(PastaConnection connection) {
    network = connection.steps();
    ports = connection.record();
  }

  /** Has it find names as another container does, by paths of files. */
  void sharing(ImmutableSortedMap<String, String> files) {
    names = files;
  }

  /** The same with the steps that would be taken, for looking at. */
  ContainerRun.Prepared preview(ContainerRun.Prepared prepared) throws Exception {
    NetworkSteps steps = bridge.isPresent() ? bridge.get().preview().steps() : network;
    return new ContainerRun.Prepared(
        plan(prepared, steps), prepared.spec(), prepared.bundle(), prepared.preview());
  }

  private LaunchPlan plan(ContainerRun.Prepared prepared, NetworkSteps connection) {
    Path directory = containers.place(name);
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    steps.add(new LifecycleStep.KeepRecord(directory, request.removed()));
    boolean terminal = prepared.spec().process().terminal();
    // Keys are typed on a terminal, on which nothing is typed in the background.
    boolean canLeave =
        terminal
            && !request.detached()
            && facts.terminals().contains(0)
            && !request.detachKeys().isEmpty();
    if (request.detached() || canLeave) {
      request
          .log()
          .ifPresent(
              limit ->
                  steps.add(new LifecycleStep.KeepLog(directory, limit.maxSize(), limit.files())));
      steps.add(
          new LifecycleStep.ServeAttachers(
              directory, request.input() && !terminal, request.detached() && !terminal));
    }
    if (request.detached()) {
      steps.add(new LifecycleStep.Detach(id));
    } else if (canLeave) {
      steps.add(new LifecycleStep.DetachKeys(request.detachKeys()));
    }
    return prepared
        .plan()
        .connected(connection)
        .after(steps.build())
        .behindClone(
            request.pidFile().stream()
                .map(LifecycleStep.WritePidFile::new)
                .collect(ImmutableList.toImmutableList()));
  }

  /**
   * Takes the name and writes the plan.
   *
   * @return what was registered, for others of its kind
   * @throws StateException if the name is taken
   * @throws UsageException if it is to be on a bridge and cannot
   */
  Registered register(ContainerRun.Prepared prepared)
      throws StateException, UsageException, IOException {
    if (bridge.isEmpty()) {
      return register(prepared, network, ports);
    }
    ContainerSpec spec = prepared.spec();
    BridgeLeases.Lease lease =
        bridge.get().take(ProcessIdentity.of(facts.pid()), name, spec.hostname());
    boolean registered = false;
    try {
      Registered done = register(prepared, lease.steps(), Bridge.record(lease));
      registered = true;
      return done;
    } finally {
      if (!registered) {
        bridge.get().giveBack(lease);
      }
    }
  }

  private Registered register(
      ContainerRun.Prepared prepared, NetworkSteps connection, PortRecord published)
      throws StateException, IOException {
    ContainerSpec spec = prepared.spec();
    LaunchPlan plan = plan(prepared, PortHolders.of(containers, published).named(connection));
    byte[] encoded = PlanEncoder.encode(plan);
    ContainerRecord record =
        new ContainerRecord(
            id,
            name,
            image,
            spec.process().args(),
            Instant.now(),
            request.labels(),
            spec.lifetime().stopSignal().number(),
            spec.lifetime().stopTimeout(),
            request.removed(),
            ProcessIdentity.of(facts.pid()),
            ProcessSpace.here(),
            spec.linux().cgroups().directories());
    ImmutableMap<String, String> description =
        ContainerStore.description(
            record,
            ContainerEntry.conditions(spec, spec.process().terminal() || request.input()),
            ContainerSurroundings.of(spec, facts.userNamespace().kind() != UserNamespaceKind.NONE),
            request.limits(),
            published,
            names(spec));
    Path directory = containers.create(record, description);
    try {
      NameRecord.share(directory, names);
      if (request.idFile().isPresent()) {
        writeId(request.idFile().get());
      }
      Files.write(facts.plan(), encoded);
      return new Registered(plan, new ReplayStep.MakeRecord(directory, id, description));
    } catch (IOException | StateException e) {
      ContainerStore.removeUnstarted(directory);
      throw e;
    }
  }

  /** How the container finds names, for those that join its network. */
  private static ImmutableMap<String, String> names(ContainerSpec spec) {
    ImmutableMap.Builder<String, String> texts = ImmutableMap.builder();
    if (spec.linux().isolation().isOwn(Namespace.NETWORK)) {
      spec.root().files().forEach(file -> texts.put(file.path(), file.content()));
    }
    return texts.buildOrThrow();
  }

  private void writeId(Path file) throws StateException, IOException {
    try {
      Files.writeString(file, id, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new StateException(
          "--cidfile '" + file + "'", "is there already; remove it or name another file");
    } catch (NoSuchFileException e) {
      throw new StateException(
          "--cidfile '" + file + "'", "its directory does not exist; create it first");
    }
  }
}
