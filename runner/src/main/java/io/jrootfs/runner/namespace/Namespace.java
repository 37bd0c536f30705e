package io.jrootfs.runner.namespace;

/** The kinds of namespace (namespaces(7)), with the launch flag and the word each goes by. */
public enum Namespace {
  MOUNT(0x0002_0000, "mount", "mnt"),
  UTS(0x0400_0000, "uts", "uts"),
  IPC(0x0800_0000, "ipc", "ipc"),
  USER(0x1000_0000, "user", "user"),
  PID(0x2000_0000, "pid", "pid"),
  NETWORK(0x4000_0000, "net", "net"),
  CGROUP(0x0200_0000, "cgroup", "cgroup"),
  /** Only for what is started next, once the clocks' offsets are set (time_namespaces(7)). */
  TIME(0x80, "time", "time");

  private final int cloneFlag;
  private final String unshareOption;
  private final String procName;

  Namespace(int cloneFlag, String unshareOption, String procName) {
    this.cloneFlag = cloneFlag;
    this.unshareOption = unshareOption;
    this.procName = procName;
  }

  /** The {@code CLONE_NEW*} bit of linux/sched.h. */
  public int cloneFlag() {
    return cloneFlag;
  }

  /** The long option of unshare(1), without dashes. */
  public String unshareOption() {
    return unshareOption;
  }

  /** In a sentence, such as "the network namespace". */
  public String word() {
    return this == NETWORK ? "network" : unshareOption;
  }

  /** The link in {@code /proc/PID/ns}. */
  public String procName() {
    return procName;
  }
}
