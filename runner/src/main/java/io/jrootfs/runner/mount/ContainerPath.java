package io.jrootfs.runner.mount;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;

/** Absolute paths inside a container, as users write them. */
final class ContainerPath {
  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private ContainerPath() {}

  /**
   * The path without empty and {@code .} components.
   *
   * @throws MountSyntaxException if nothing may be mounted there
   */
  static String mountable(String kind, String argument, String path) throws MountSyntaxException {
    if (!path.startsWith("/")) {
      throw new MountSyntaxException(
          kind, argument, "the path inside the container must be absolute, such as /data");
    }
    List<String> components = new ArrayList<>();
    for (String component : COMPONENTS.split(path)) {
      if (component.equals("..")) {
        throw new MountSyntaxException(
            kind, argument, "the path inside the container must not use '..'");
      }
      if (!component.equals(".")) {
        components.add(component);
      }
    }
    if (components.isEmpty()) {
      throw new MountSyntaxException(
          kind, argument, "nothing can be mounted over the container's whole root");
    }
    // What is read from and written to /proc must be the kernel's (CVE-2019-19921).
    if (components.get(0).equals("proc")) {
      throw new MountSyntaxException(kind, argument, "nothing can be mounted on or below /proc");
    }
    return "/" + Joiner.on('/').join(components);
  }
}
