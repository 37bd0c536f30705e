package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.io.BaseEncoding;
import io.jrootfs.runner.BridgeLeases;
import io.jrootfs.runner.ContainerEntry;
import io.jrootfs.runner.ContainerRun;
import io.jrootfs.runner.plan.LaunchPlan;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.plan.NetworkSteps;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.state.ContainerName;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.PortRecord;
import io.jrootfs.runner.state.ProcessIdentity;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** Makes a planned container known to others, and hands its plan to the launcher. */
final class Registration {
  private static final int ID_BYTES = 32;

  private final LifecycleRequest request;
  private final String image;
  private final LauncherFacts facts;
  private final ContainerStore containers;
  private final String id;
  private final String name;
  private Optional<Bridge> bridge = Optional.empty();
  private NetworkSteps network = NetworkSteps.NONE;
  private PortRecord ports = PortRecord.NONE;

  Registration(
      LifecycleRequest request, String image, LauncherFacts facts, ContainerStore containers)
      throws StateException {
    this.request = request;
    this.image = image;
    this.facts = facts;
    this.containers = containers;
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    this.id = BaseEncoding.base16().lowerCase().encode(random);
    this.name =
        request.name().isPresent()
            ? ContainerName.check(request.name().get())
            : id.substring(0, ContainerRecord.SHORT_ID);
  }

  /** Has it on the bridge. */
  void onBridge(Bridge place) {
    bridge = Optional.of(place);
  }

  /** Has it connected without one. */
  void byPasta(PastaConnection connection) {
    network = connection.steps();
    ports = connection.record();
  }

  /** The same with the steps that would be taken, for looking at. */
  ContainerRun.Prepared preview(ContainerRun.Prepared prepared) throws Exception {
    NetworkSteps steps = bridge.isPresent() ? bridge.get().preview().steps() : network;
    return new ContainerRun.Prepared(
        plan(prepared, steps), prepared.spec(), prepared.bundle(), prepared.unpacks());
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
   * @throws StateException if the name is taken
   * @throws UsageException if it is to be on a bridge and cannot
   */
  void register(ContainerRun.Prepared prepared) throws StateException, UsageException, IOException {
    if (bridge.isEmpty()) {
      register(prepared, network, ports);
      return;
    }
    ContainerSpec spec = prepared.spec();
    BridgeLeases.Lease lease =
        bridge.get().take(ProcessIdentity.of(facts.pid()), name, spec.hostname());
    boolean registered = false;
    try {
      register(prepared, lease.steps(), Bridge.record(lease));
      registered = true;
    } finally {
      if (!registered) {
        bridge.get().giveBack(lease);
      }
    }
  }

  private void register(
      ContainerRun.Prepared prepared, NetworkSteps connection, PortRecord published)
      throws StateException, IOException {
    ContainerSpec spec = prepared.spec();
    byte[] plan = PlanEncoder.encode(plan(prepared, connection));
    Path directory =
        containers.create(
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
                spec.linux().cgroups().directories()),
            ContainerEntry.conditions(spec, spec.process().terminal() || request.input()),
            request.limits(),
            published);
    try {
      if (request.idFile().isPresent()) {
        Files.writeString(
            request.idFile().get(), id, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
      }
      Files.write(facts.plan(), plan);
    } catch (IOException e) {
      ContainerStore.removeUnstarted(directory);
      throw e;
    }
  }
}
