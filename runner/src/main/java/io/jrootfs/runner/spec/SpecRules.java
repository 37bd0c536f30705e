package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.process.ResourceLimit;
import java.util.EnumSet;
import java.util.regex.Pattern;

/** The rules that make a container of an image's configuration and the user's wishes. */
public final class SpecRules {
  /** hostname(7): labels of letters, digits and hyphens. */
  private static final Pattern HOSTNAME =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  /** {@code __NEW_UTS_LEN} of linux/utsname.h. */
  private static final int MAX_HOSTNAME = 64;

  private final ImageConfig config;
  private final Overrides overrides;
  private final Accounts accounts;
  private final Host host;

  /**
   * @param config what the image says
   * @param overrides what the user says; wins
   * @param accounts the image's users
   * @param host where it is to run
   */
  public SpecRules(ImageConfig config, Overrides overrides, Accounts accounts, Host host) {
    this.config = config;
    this.overrides = overrides;
    this.accounts = accounts;
    this.host = host;
  }

  /**
   * The container.
   *
   * @param rootPath host path of the image's unpacked root
   * @param mountPoint host path of an empty directory
   * @param defaultHostname its name if the user gives none. Taken from the image and not made up
   *     anew each time, so the same request is the same specification
   * @throws SpecException if image or user ask for something that cannot be
   */
  public ContainerSpec derive(String rootPath, String mountPoint, String defaultHostname)
      throws SpecException {
    String hostname = hostname(overrides.namespaces().hostname().orElse(defaultHostname));
    ImmutableSet<Namespace> namespaces = namespaces();
    return new ContainerSpec(
        process(hostname, namespaces),
        new Root(
            rootPath,
            mountPoint,
            OwnFiles.of(hostname, overrides.namespaces().network()),
            overrides.filesystem().readOnlyRoot()),
        hostname,
        MountRules.mounts(
            overrides.filesystem(), overrides.namespaces().network(), isPrivileged(), host),
        linux(namespaces),
        LifetimeRules.lifetime(overrides.process().lifetime(), config.stopSignal()),
        ForeignPlatform.of(config.platform(), host.platform()));
  }

  private boolean isPrivileged() {
    return overrides.process().privileges().privileged();
  }

  private ContainerProcess process(String hostname, ImmutableSet<Namespace> namespaces)
      throws SpecException {
    boolean terminal =
        switch (overrides.process().terminal()) {
          case AUTOMATIC -> host.terminal();
          case ALWAYS -> true;
          case NEVER -> false;
        };
    UserRules users = new UserRules(accounts, host.mappings());
    // The image's empty user is root; an empty one on the command line is a slip.
    User user =
        users.resolve(
            overrides.process().user().orElse(config.user().isEmpty() ? "0" : config.user()),
            overrides.process().groups());
    ImmutableList<String> args = CommandRules.args(config, overrides.process());
    ImmutableList<String> env =
        EnvironmentRules.env(
            config, overrides.process(), terminal, hostname, users.home(user), host.environment());
    CommandRules.checkSize(args, env);
    CapabilityRules capabilities =
        new CapabilityRules(overrides.process().privileges(), host.capabilities());
    ImmutableList<ResourceLimit> limits =
        LimitRules.limits(overrides.process().limits().ulimits(), host.limits());
    return new ContainerProcess(
        terminal,
        user,
        args,
        env,
        workingDirectory(),
        umask(),
        init(namespaces),
        capabilities.bounding(),
        user.uid() == 0 ? CapabilitySet.EMPTY : capabilities.ambient(),
        !isPrivileged(),
        limits,
        LimitRules.raised(limits, host.limits()),
        LimitRules.oomScoreAdjustment(overrides.process().limits().oomScoreAdjustment()));
  }

  private int umask() throws SpecException {
    String umask = overrides.process().umask().orElse("0022");
    if (!umask.matches("0?[0-7]{1,3}")) {
      throw new SpecException(
          "umask '" + CommandRules.printable(umask) + "'", "must be octal, from 0000 to 0777");
    }
    return Integer.parseInt(umask, 8);
  }

  private boolean init(ImmutableSet<Namespace> namespaces) throws SpecException {
    boolean init = overrides.process().init();
    if (init && !namespaces.contains(Namespace.PID)) {
      throw new SpecException(
          "init", "can be the first process only in a pid namespace of the container's own");
    }
    return init;
  }

  private String workingDirectory() throws SpecException {
    String cwd =
        overrides
            .process()
            .workingDirectory()
            .orElse(config.workingDir().isEmpty() ? "/" : config.workingDir());
    String subject = "working directory '" + CommandRules.printable(cwd) + "'";
    SpecException.refuseNul(subject, cwd);
    if (!cwd.startsWith("/")) {
      throw new SpecException(subject, "must be absolute, such as '/" + cwd + "'");
    }
    return cwd;
  }

  private static String hostname(String hostname) throws SpecException {
    if (hostname.length() > MAX_HOSTNAME || !HOSTNAME.matcher(hostname).matches()) {
      throw new SpecException(
          "hostname '" + CommandRules.printable(hostname) + "'",
          "must be letters, digits, '-' and '.', " + MAX_HOSTNAME + " at most");
    }
    return hostname;
  }

  private ImmutableSet<Namespace> namespaces() {
    EnumSet<Namespace> namespaces =
        EnumSet.of(Namespace.MOUNT, Namespace.UTS, Namespace.IPC, Namespace.PID, Namespace.CGROUP);
    if (overrides.namespaces().network().isOwn()) {
      namespaces.add(Namespace.NETWORK);
    }
    return Sets.immutableEnumSet(namespaces);
  }

  private Linux linux(ImmutableSet<Namespace> namespaces) throws SpecException {
    ImmutableList<String> masked =
        ImmutableList.<String>builder()
            .addAll(KernelPaths.MASKED)
            .addAll(host.thermalThrottle())
            .build();
    return new Linux(
        host.userNamespace(),
        namespaces,
        host.mappings(),
        DeviceRules.devices(overrides.filesystem(), host),
        isPrivileged() ? ImmutableList.of() : masked,
        isPrivileged() ? ImmutableList.of() : KernelPaths.READ_ONLY,
        SysctlRules.sysctls(overrides.process().limits().sysctls(), namespaces));
  }
}
