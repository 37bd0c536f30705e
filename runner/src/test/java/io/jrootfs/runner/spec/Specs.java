package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.cgroup.Limits;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.KernelVersion;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Specifications from few words: an image, what the user says, and a host. */
public final class Specs {
  public static final Platform AMD64 = new Platform("linux", "amd64", "");

  /** As if everybody had all that a kernel knows but SYS_RESOURCE, and could open few files. */
  public static final CapabilitySet CAPABILITIES =
      CapabilitySet.of(EnumSet.complementOf(EnumSet.of(Capability.SYS_RESOURCE)));

  public static final ImmutableMap<Resource, ResourceLimit> LIMITS =
      ImmutableMap.of(
          Resource.NOFILE, new ResourceLimit(Resource.NOFILE, 1024, 4096),
          Resource.CORE, new ResourceLimit(Resource.CORE, 0, ResourceLimit.UNLIMITED));

  public static final Host ROOT = root(ImmutableMap.of());
  public static final Host SINGLE_ID = ordinaryUser(new IdMapping(0, 1000, 1));
  public static final Host RANGES =
      ordinaryUser(new IdMapping(0, 1000, 1), new IdMapping(1, 100_000, 65_536));

  public static final Accounts ACCOUNTS =
      Accounts.parse(
          """
          root:x:0:0:root:/root:/bin/sh
          app:x:1000:1001:App:/home/app:/bin/sh
          far:x:70000:70000::/far:/bin/sh
          1st:x:7:7::/:/bin/sh
          8:x:9:9::/nine:/bin/sh
          """,
          """
          root:x:0:root
          video:x:44:app,other
          audio:x:29:other,app
          app:x:1001:
          """);

  /** Runs {@code sh}, says nothing else. */
  public static final ImageConfig SH = ImageConfig.empty(AMD64).withCmd(ImmutableList.of("sh"));

  public ImageConfig config = SH;
  public Host host = ROOT;
  public Accounts accounts = ACCOUNTS;
  public ImmutableList<String> command = ImmutableList.of();

  /** Of an index that the root is; none if it is a directory. */
  public ImmutableList<String> layers = ImmutableList.of();

  public Optional<String> image = Optional.empty();

  public Optional<String> entrypoint = Optional.empty();
  public ImmutableList<String> env = ImmutableList.of();
  public Optional<String> user = Optional.empty();
  public Optional<String> workingDirectory = Optional.empty();
  public Optional<String> hostname = Optional.empty();
  public ImmutableList<String> groups = ImmutableList.of();
  public Optional<String> umask = Optional.empty();
  public boolean init;
  public ImmutableList<String> ulimits = ImmutableList.of();
  public Optional<String> oomScoreAdjustment = Optional.empty();
  public ImmutableList<String> sysctls = ImmutableList.of();
  public ImmutableList<String> added = ImmutableList.of();
  public ImmutableList<String> dropped = ImmutableList.of();
  public boolean privileged;
  public Optional<String> stopSignal = Optional.empty();
  public Optional<String> stopTimeout = Optional.empty();
  public Optional<String> timeout = Optional.empty();
  public TerminalMode terminal = TerminalMode.AUTOMATIC;
  public Map<Namespace, NamespaceMode> modes = new EnumMap<>(Namespace.class);
  public UserNamespaceMode userNamespace = new UserNamespaceMode.Host();
  public Optional<String> domainname = Optional.empty();
  public boolean sharedMemory = true;
  public boolean ownCopy = true;
  public ClockOffsets offsets = ClockOffsets.NONE;
  public ImmutableList<Mount> mounts = ImmutableList.of();
  public ImmutableList<Device> devices = ImmutableList.of();
  public OptionalLong shmSize = OptionalLong.empty();
  public boolean readOnlyRoot;
  public boolean readOnlyTmpfs = true;
  public SecurityOverrides security = SecurityOverrides.NONE;

  /** Root's host, where a user namespace with this map is to be joined. */
  public static Host joining(IdMappings map) {
    return new Host(
        AMD64,
        new KernelVersion(6, 1),
        false,
        IdMappings.IDENTITY,
        false,
        ImmutableMap.of(),
        ImmutableSortedMap.of(),
        CgroupHost.NONE,
        ImmutableList.of(),
        new HostNamespaces(0, 0, "host-name", ImmutableSortedSet.of(), Optional.of(map)),
        CAPABILITIES,
        LIMITS);
  }

  private static HostNamespaces namespaces(long uid) {
    return new HostNamespaces(
        uid, uid, "host-name", ImmutableSortedSet.of("/dev/mqueue", "/dev/shm"), Optional.empty());
  }

  /** A host with root's environment. */
  public static Host root(ImmutableMap<String, String> environment) {
    return new Host(
        AMD64,
        new KernelVersion(6, 1),
        false,
        IdMappings.IDENTITY,
        false,
        environment,
        ImmutableSortedMap.of("/etc/hosts", "/etc/hosts", "/etc/resolv.conf", "/etc/resolv.conf"),
        CgroupHost.NONE,
        ImmutableList.of(),
        namespaces(0),
        CAPABILITIES,
        LIMITS);
  }

  private static Host ordinaryUser(IdMapping... mappings) {
    return new Host(
        AMD64,
        new KernelVersion(6, 1),
        true,
        new IdMappings(ImmutableList.copyOf(mappings), ImmutableList.copyOf(mappings)),
        false,
        ImmutableMap.of(),
        ImmutableSortedMap.of("/etc/hosts", "/etc/hosts"),
        CgroupHost.NONE,
        ImmutableList.of(),
        namespaces(1000),
        CAPABILITIES,
        LIMITS);
  }

  public ContainerSpec derive() throws SpecException {
    Overrides overrides =
        new Overrides(
            new ProcessOverrides(
                command,
                entrypoint,
                env,
                user,
                groups,
                workingDirectory,
                umask,
                terminal,
                init,
                new LimitOverrides(ulimits, oomScoreAdjustment, sysctls),
                new PrivilegeOverrides(added, dropped, privileged),
                new LifetimeOverrides(stopSignal, stopTimeout, timeout)),
            new FilesystemOverrides(mounts, devices, shmSize, readOnlyRoot, readOnlyTmpfs),
            new NamespaceOverrides(
                hostname,
                domainname,
                ImmutableMap.copyOf(modes),
                userNamespace,
                sharedMemory,
                offsets),
            security,
            Limits.NONE);
    try {
      return new SpecRules(config, overrides, accounts, host)
          .derive("/cache/root", layers, image, "/cache/mnt", "0123456789ab", ownCopy);
    } catch (LimitException e) {
      throw new AssertionError("nothing is limited", e);
    }
  }

  public static ImageConfig config(
      String user, ImmutableList<String> entrypoint, ImmutableList<String> cmd) {
    return new ImageConfig(
        SH.platform(),
        user,
        SH.exposedPorts(),
        SH.env(),
        entrypoint,
        cmd,
        SH.volumes(),
        "",
        SH.labels(),
        "");
  }
}
