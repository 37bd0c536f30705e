package io.jrootfs.runner.plan;

/** Where an explanation stands: paths of the container are the host's until its root is changed. */
final class ShownRoot {
  private String prefix = "";

  /** The path as the shell at this point of the explanation must write it. */
  String path(String containerPath) {
    return prefix + containerPath;
  }

  /** The container's root has been mounted here. */
  void mountedOn(String hostPath) {
    prefix = hostPath;
  }

  /** pivot_root(2): the container's root is the shell's from now on. */
  void entered() {
    prefix = "";
  }
}
