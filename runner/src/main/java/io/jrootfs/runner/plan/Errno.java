package io.jrootfs.runner.plan;

/**
 * Error numbers of asm-generic/errno-base.h and errno.h that have a sentence of their own; the same
 * on every architecture that Java runs on under Linux.
 */
enum Errno {
  EPERM(1),
  ENOENT(2),
  ESRCH(3),
  E2BIG(7),
  ENOEXEC(8),
  ENOMEM(12),
  EACCES(13),
  ENOTBLK(15),
  EBUSY(16),
  EEXIST(17),
  EXDEV(18),
  ENODEV(19),
  ENOTDIR(20),
  EINVAL(22),
  EMFILE(24),
  ENOTTY(25),
  ENOSPC(28),
  EROFS(30),
  ERANGE(34),
  ENOSYS(38),
  ELOOP(40),
  EOVERFLOW(75),
  EOPNOTSUPP(95),
  EADDRINUSE(98),
  EADDRNOTAVAIL(99),
  ECONNRESET(104),
  ETIMEDOUT(110),
  ECONNREFUSED(111),
  ESTALE(116),
  EDQUOT(122);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
