package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupRules;
import io.jrootfs.runner.cgroup.DeviceRule;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.process.ResourceLimit;
import java.util.Optional;
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
   * @param rootPath host path of the image's unpacked root, or of an index of its layers
   * @param layers host paths of those; none if the root is a directory
   * @param image the identity of their file if that is the image's own
   * @param mountPoint host path of an empty directory
   * @param defaultHostname its name if the user gives none. Taken from the image and not made up
   *     anew each time, so the same request is the same specification
   * @param ownCopy whether the root was unpacked for these ids; false if it has owners of its own
   * @throws SpecException if image or user ask for something that cannot be
   * @throws LimitException if a limit cannot be enforced
   */
  public ContainerSpec derive(
      String rootPath,
      ImmutableList<String> layers,
      Optional<String> image,
      String mountPoint,
      String defaultHostname,
      boolean ownCopy)
      throws SpecException, LimitException {
    Isolation isolation = NamespaceRules.isolation(overrides.namespaces(), host);
    String hostname = hostname(isolation, defaultHostname);
    Optional<String> domainname = overrides.namespaces().domainname();
    if (domainname.isPresent()) {
      checkName("domain name", domainname.get());
    }
    ContainerProcess process = process(isolation, hostname);
    ImmutableList<Mount> mounts =
        MountRules.mounts(
            overrides.filesystem(),
            isolation,
            overrides.namespaces().sharedMemory(),
            isPrivileged(),
            host);
    // A privileged one has all of the host's, asked for or not.
    if (!isPrivileged()) {
      DeviceRules.refuseHidden(overrides.filesystem().devices(), mounts, process.terminal());
    }
    return new ContainerSpec(
        process,
        new Root(
            rootPath,
            layers,
            image,
            mountPoint,
            OwnFiles.of(hostname, isolation, overrides.names()),
            overrides.filesystem().readOnlyRoot(),
            !ownCopy && isShifted(isolation, rootPath)),
        hostname,
        domainname,
        mounts,
        linux(isolation),
        LifetimeRules.lifetime(overrides.process().lifetime(), config.stopSignal()),
        ForeignPlatform.of(config.platform(), host.platform()));
  }

  private boolean isPrivileged() {
    return overrides.process().privileges().privileged();
  }

  private CapabilityRules capabilities() throws SpecException {
    return new CapabilityRules(overrides.process().privileges(), host.capabilities());
  }

  /**
   * Whether a directory's owners are others than the container's; then the kernel has to shift
   * them, which it does for the system's root only (mount_setattr(2)).
   */
  private boolean isShifted(Isolation isolation, String directory) throws SpecException {
    boolean shifted = isolation.shift().map(shift -> !shift.isIdentity()).orElse(false);
    if (shifted && host.userNamespace()) {
      throw new SpecException(
          "image '" + CommandRules.printable(directory) + "'",
          "a directory's owners can be changed for another user namespace by root only; make a tar"
              + " of it, 'tar -C DIR -cf image.tar .', and run that");
    }
    return shifted;
  }

  private String hostname(Isolation isolation, String defaultHostname) throws SpecException {
    if (!isolation.isOwn(Namespace.UTS)) {
      return isolation.isHosts(Namespace.UTS) ? host.namespaces().hostname() : "";
    }
    return checkName("hostname", overrides.namespaces().hostname().orElse(defaultHostname));
  }

  private ContainerProcess process(Isolation isolation, String hostname) throws SpecException {
    boolean terminal =
        switch (overrides.process().terminal()) {
          case AUTOMATIC -> host.terminal();
          case ALWAYS -> true;
          case NEVER -> false;
        };
    UserRules users = new UserRules(accounts, isolation);
    // The image's empty user is root; an empty one on the command line is a slip.
    String imagesUser = config.user().isEmpty() ? "0" : config.user();
    String defaultUser =
        isolation.caller().map(ids -> ids.uid() + ":" + ids.gid()).orElse(imagesUser);
    User user =
        users.resolve(overrides.process().user().orElse(defaultUser), overrides.process().groups());
    ImmutableList<String> args = CommandRules.args(config, overrides.process());
    ImmutableList<String> env =
        EnvironmentRules.env(
            config, overrides.process(), terminal, hostname, users.home(user), host.environment());
    CommandRules.checkSize(args, env);
    CapabilityRules capabilities = capabilities();
    ImmutableList<ResourceLimit> limits =
        LimitRules.limits(overrides.process().limits().ulimits(), host.limits());
    return new ContainerProcess(
        terminal,
        user,
        args,
        env,
        workingDirectory(),
        umask(),
        init(isolation),
        capabilities.bounding(),
        user.uid() == 0 ? CapabilitySet.EMPTY : capabilities.ambient(),
        overrides.security().noNewPrivileges().orElse(!isPrivileged()),
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

  private boolean init(Isolation isolation) throws SpecException {
    boolean init = overrides.process().init();
    if (init && !isolation.isOwn(Namespace.PID)) {
      throw new SpecException(
          "init", "can be the first process only in a pid namespace of the container's own");
    }
    return init;
  }

  private String workingDirectory() throws SpecException {
    return CommandRules.workingDirectory(
        overrides
            .process()
            .workingDirectory()
            .orElse(config.workingDir().isEmpty() ? "/" : config.workingDir()));
  }

  private static String checkName(String what, String hostname) throws SpecException {
    if (hostname.length() > MAX_HOSTNAME || !HOSTNAME.matcher(hostname).matches()) {
      throw new SpecException(
          what + " '" + CommandRules.printable(hostname) + "'",
          "must be letters, digits, '-' and '.', " + MAX_HOSTNAME + " at most");
    }
    return hostname;
  }

  private Linux linux(Isolation isolation) throws SpecException, LimitException {
    ImmutableList<String> masked =
        ImmutableList.<String>builder()
            .addAll(KernelPaths.MASKED)
            .addAll(host.thermalThrottle())
            .build();
    ImmutableList<Device> devices = DeviceRules.devices(overrides.filesystem(), isolation);
    return new Linux(
        isolation,
        devices,
        CgroupRules.derive(
            overrides.limits(),
            isPrivileged()
                ? ImmutableList.of(DeviceRule.ALL)
                : DeviceRules.granted(overrides.filesystem()),
            host.cgroups().mounts(),
            host.cgroups().files(),
            host.cgroups().name(),
            !host.userNamespace()),
        host.cgroups().mounts().hierarchies(),
        isPrivileged() ? ImmutableList.of() : masked,
        isPrivileged() ? ImmutableList.of() : KernelPaths.READ_ONLY,
        SeccompRules.filter(
            overrides.security().seccomp(), isPrivileged(), capabilities().bounding(), host),
        SysctlRules.sysctls(overrides.process().limits().sysctls(), isolation.own()));
  }
}
