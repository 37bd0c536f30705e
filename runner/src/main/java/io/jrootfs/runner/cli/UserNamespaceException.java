package io.jrootfs.runner.cli;

/** The kernel does not let an ordinary user have a user namespace. */
final class UserNamespaceException extends Exception {
  private static final long serialVersionUID = 1;

  private static final int EPERM = 1;
  private static final int ENOSPC = 28;

  private final int errno;

  UserNamespaceException(int errno) {
    super("cannot create a user namespace: " + cause(errno));
    this.errno = errno;
  }

  int errno() {
    return errno;
  }

  private static String cause(int errno) {
    return switch (errno) {
      case EPERM ->
          "not permitted; allow it with 'sysctl kernel.unprivileged_userns_clone=1' or"
              + " 'sysctl kernel.apparmor_restrict_unprivileged_userns=0', leave the chroot or"
              + " container you are in, or run jrun as root";
      case ENOSPC ->
          "there are too many already; raise 'sysctl user.max_user_namespaces' or run jrun as root";
      default -> "the kernel says errno " + errno + "; run jrun as root";
    };
  }
}
