package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.cgroup.Limits;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import java.util.Optional;

/** Specifications from few words: an image, what the user says, and a host. */
public final class Specs {
  public static final Platform AMD64 = new Platform("linux", "amd64", "");

  public static final Host ROOT =
      new Host(
          AMD64,
          false,
          IdMappings.IDENTITY,
          false,
          ImmutableMap.of(),
          ImmutableSortedSet.of("/etc/hosts", "/etc/resolv.conf"),
          CgroupHost.NONE,
          ImmutableList.of());
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
  public Optional<String> entrypoint = Optional.empty();
  public ImmutableList<String> env = ImmutableList.of();
  public Optional<String> user = Optional.empty();
  public Optional<String> workingDirectory = Optional.empty();
  public Optional<String> hostname = Optional.empty();
  public TerminalMode terminal = TerminalMode.AUTOMATIC;
  public NetworkMode network = NetworkMode.PRIVATE;
  public ImmutableList<Mount> mounts = ImmutableList.of();
  public boolean readOnlyRoot;

  private static Host ordinaryUser(IdMapping... mappings) {
    return new Host(
        AMD64,
        true,
        new IdMappings(ImmutableList.copyOf(mappings), ImmutableList.copyOf(mappings)),
        false,
        ImmutableMap.of(),
        ImmutableSortedSet.of("/etc/hosts"),
        CgroupHost.NONE,
        ImmutableList.of());
  }

  public ContainerSpec derive() throws SpecException {
    Overrides overrides =
        new Overrides(
            new ProcessOverrides(command, entrypoint, env, user, workingDirectory, terminal),
            new FilesystemOverrides(mounts, readOnlyRoot),
            new NamespaceOverrides(hostname, network),
            Limits.NONE);
    try {
      return new SpecRules(config, overrides, accounts, host)
          .derive("/cache/root", "/cache/mnt", "0123456789ab");
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
