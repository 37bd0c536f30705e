package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupRules;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.namespace.Namespace;
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
   * @throws LimitException if a limit cannot be enforced
   */
  public ContainerSpec derive(String rootPath, String mountPoint, String defaultHostname)
      throws SpecException, LimitException {
    String hostname = hostname(overrides.namespaces().hostname().orElse(defaultHostname));
    return new ContainerSpec(
        process(hostname),
        new Root(rootPath, mountPoint, overrides.filesystem().readOnlyRoot()),
        hostname,
        MountRules.mounts(overrides.filesystem(), overrides.namespaces().network(), host),
        linux(),
        ForeignPlatform.of(config.platform(), host.platform()));
  }

  private ContainerProcess process(String hostname) throws SpecException {
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
            overrides.process().user().orElse(config.user().isEmpty() ? "0" : config.user()));
    ImmutableList<String> args = CommandRules.args(config, overrides.process());
    ImmutableList<String> env =
        EnvironmentRules.env(
            config, overrides.process(), terminal, hostname, users.home(user), host.environment());
    CommandRules.checkSize(args, env);
    return new ContainerProcess(
        terminal, user, args, env, workingDirectory(), CapabilitySet.DEFAULT, true);
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

  private Linux linux() throws LimitException {
    EnumSet<Namespace> namespaces =
        EnumSet.of(Namespace.MOUNT, Namespace.UTS, Namespace.IPC, Namespace.PID, Namespace.CGROUP);
    if (overrides.namespaces().network().isOwn()) {
      namespaces.add(Namespace.NETWORK);
    }
    return new Linux(
        host.userNamespace(),
        Sets.immutableEnumSet(namespaces),
        host.mappings(),
        Device.DEFAULTS,
        CgroupRules.derive(
            overrides.limits(),
            host.cgroups().mounts(),
            host.cgroups().files(),
            host.cgroups().name(),
            !host.userNamespace()),
        host.cgroups().mounts().hierarchies(),
        ImmutableList.<String>builder()
            .addAll(KernelPaths.MASKED)
            .addAll(host.thermalThrottle())
            .build(),
        KernelPaths.READ_ONLY);
  }
}
