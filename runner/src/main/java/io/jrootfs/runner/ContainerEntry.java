package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableLongArray;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupAction;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.plan.CgroupStep;
import io.jrootfs.runner.plan.Entry;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.ContainerProcess;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.ExecOverrides;
import io.jrootfs.runner.spec.ExecRules;
import io.jrootfs.runner.spec.SpecException;
import io.jrootfs.runner.spec.User;
import io.jrootfs.runner.state.Conditions;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** From a container that runs and the user's wishes to another process in it. */
public final class ContainerEntry {
  private ContainerEntry() {}

  /**
   * What is to be kept of a container's specification for those who enter it later.
   *
   * @param input whether its standard input can be written to
   */
  public static Conditions conditions(ContainerSpec spec, boolean input) {
    ContainerProcess process = spec.process();
    Optional<SeccompFilter> filter = spec.linux().seccomp();
    ImmutableList.Builder<Conditions.Limit> limits = ImmutableList.builder();
    for (ResourceLimit limit : process.rlimits()) {
      limits.add(
          new Conditions.Limit(
              limit.resource().word(),
              limit.soft(),
              limit.hard(),
              process.raisedLimits().contains(limit.resource())));
    }
    ImmutableList.Builder<Conditions.Cgroup> cgroups = ImmutableList.builder();
    for (CgroupAction action : spec.linux().cgroups().actions()) {
      if (action instanceof CgroupAction.Make make) {
        cgroups.add(new Conditions.Cgroup(make.version(), make.directory()));
      }
    }
    return new Conditions(
        process.terminal(),
        input,
        process.env(),
        process.cwd(),
        process.user().uid(),
        process.user().gid(),
        process.user().additionalGids(),
        process.umask(),
        process.capabilities().mask(),
        process.ambientCapabilities().mask(),
        process.noNewPrivileges(),
        limits.build(),
        process.oomScoreAdj(),
        filter.map(SeccompFilter::program).orElse(ImmutableLongArray.of()),
        filter.map(SeccompFilter::flags).orElse(0),
        cgroups.build());
  }

  /**
   * Plans another process.
   *
   * @param record of the container
   * @param first its first process
   * @param conditions of its start
   * @param onTerminal whether the caller's standard input and output are terminals
   * @param environment the caller's, as the start script has handed it on
   * @throws SpecException if what is asked for cannot be
   * @throws IOException if the container cannot be looked at, which may have ended meanwhile
   */
  public static Entry entry(
      ContainerRecord record,
      ProcessIdentity first,
      Conditions conditions,
      ExecOverrides overrides,
      boolean onTerminal,
      ImmutableMap<String, String> environment)
      throws SpecException, IOException {
    Path process = Path.of("/proc", Long.toString(first.pid()));
    IdMappings mappings = HostReader.mappingsOf(process);
    // By numbers alone, nobody's files need to be readable.
    Accounts accounts =
        overrides.user().isPresent() ? AccountReader.read(process.resolve("root")) : Accounts.NONE;
    ExecRules rules = new ExecRules(asStarted(record, conditions), accounts, mappings);
    return new Entry(
        record.name(),
        first,
        notOurs(process),
        conditions.cgroups().stream()
            .map(cgroup -> new CgroupStep.Join(cgroup.version(), cgroup.directory()))
            .collect(ImmutableList.toImmutableList()),
        rules.derive(overrides, onTerminal, HostReader.callersOwn(environment)),
        conditions.seccomp().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new SeccompFilter(
                    conditions.seccomp(),
                    conditions.seccompFlags(),
                    SeccompFilter.Summary.UNKNOWN)));
  }

  private static ContainerProcess asStarted(ContainerRecord record, Conditions conditions)
      throws IOException {
    ImmutableList.Builder<ResourceLimit> limits = ImmutableList.builder();
    Set<Resource> raised = EnumSet.noneOf(Resource.class);
    for (Conditions.Limit limit : conditions.limits()) {
      Resource resource =
          Resource.of(limit.resource())
              .orElseThrow(() -> new IOException("no resource is called " + limit.resource()));
      limits.add(new ResourceLimit(resource, limit.soft(), limit.hard()));
      if (limit.raised()) {
        raised.add(resource);
      }
    }
    return new ContainerProcess(
        conditions.terminal(),
        new User(conditions.uid(), conditions.gid(), conditions.groups()),
        record.command(),
        conditions.env(),
        conditions.cwd(),
        conditions.umask(),
        false,
        CapabilitySet.ofMask(conditions.capabilities()),
        CapabilitySet.ofMask(conditions.ambient()),
        conditions.noNewPrivileges(),
        limits.build(),
        Sets.immutableEnumSet(raised),
        conditions.oomScoreAdj());
  }

  /** Joining one's own is no use, and not permitted to an ordinary user. */
  private static ImmutableSet<Namespace> notOurs(Path process) throws IOException {
    Set<Namespace> others = EnumSet.noneOf(Namespace.class);
    for (Namespace kind : Namespace.values()) {
      Path file = Path.of("ns", kind.procName());
      try {
        if (!Files.readSymbolicLink(process.resolve(file))
            .equals(Files.readSymbolicLink(Path.of("/proc/self").resolve(file)))) {
          others.add(kind);
        }
      } catch (NoSuchFileException e) {
        // A kernel without that kind; or the process has ended, which the launcher will see.
        if (!Files.exists(process)) {
          throw e;
        }
      }
    }
    return Sets.immutableEnumSet(others);
  }
}
