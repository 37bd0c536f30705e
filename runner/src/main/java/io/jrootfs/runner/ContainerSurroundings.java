package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.Isolation;
import io.jrootfs.runner.spec.Sysctl;
import io.jrootfs.runner.state.Surroundings;
import java.util.ArrayList;
import java.util.List;

/** From a container's specification to what is kept of it for people to see. */
public final class ContainerSurroundings {
  private ContainerSurroundings() {}

  /**
   * Of a container that is about to be started.
   *
   * @param inNewUserNamespace whether the launcher has made a user namespace for it already
   */
  public static Surroundings of(ContainerSpec spec, boolean inNewUserNamespace) {
    Isolation isolation = spec.linux().isolation();
    ImmutableSortedMap.Builder<String, String> sysctls = ImmutableSortedMap.naturalOrder();
    for (Sysctl sysctl : spec.linux().sysctls()) {
      sysctls.put(dotted(sysctl.name()), sysctl.value());
    }
    boolean isMapped = !isolation.isJoined(Namespace.USER);
    return new Surroundings(
        spec.hostname(),
        spec.root().readonly(),
        mounts(spec.mounts()),
        namespaces(isolation, inNewUserNamespace),
        isMapped ? lines(isolation.mappings().uids()) : ImmutableList.of(),
        isMapped ? lines(isolation.mappings().gids()) : ImmutableList.of(),
        spec.linux().maskedPaths(),
        spec.linux().readonlyPaths(),
        sysctls.buildOrThrow());
  }

  private static ImmutableList<Surroundings.Place> mounts(ImmutableList<Mount> mounts) {
    ImmutableList.Builder<Surroundings.Place> places = ImmutableList.builder();
    for (Mount mount : mounts) {
      List<String> options = new ArrayList<>();
      for (MountFlag flag : mount.flags()) {
        options.add(flag.option());
      }
      if (mount instanceof Mount.Bind bind) {
        for (MountFlag flag : bind.cleared()) {
          options.add(flag.opposite());
        }
        options.add(bind.recursive() ? "rbind" : "bind");
        if (bind.propagation() != Propagation.PRIVATE) {
          options.add(bind.propagation().word());
        }
        places.add(place(mount, "bind", bind.source(), options));
      } else if (mount instanceof Mount.Filesystem filesystem) {
        options.addAll(filesystem.options());
        places.add(place(mount, filesystem.type(), "", options));
      }
    }
    return places.build();
  }

  private static Surroundings.Place place(
      Mount mount, String type, String source, List<String> options) {
    return new Surroundings.Place(mount.destination(), type, source, String.join(",", options));
  }

  private static ImmutableSortedMap<String, String> namespaces(
      Isolation isolation, boolean inNewUserNamespace) {
    ImmutableSortedMap.Builder<String, String> namespaces = ImmutableSortedMap.naturalOrder();
    for (Namespace kind : Namespace.values()) {
      String joined = isolation.joined().get(kind);
      boolean isPrivate = isolation.isOwn(kind) || (kind == Namespace.USER && inNewUserNamespace);
      namespaces.put(kind.procName(), joined != null ? joined : isPrivate ? "private" : "host");
    }
    return namespaces.buildOrThrow();
  }

  /** The name of a path below {@code /proc/sys}: full stops in that are slashes (sysctl(8)). */
  private static String dotted(String path) {
    return path.replace('.', '\0').replace('/', '.').replace('\0', '/');
  }

  private static ImmutableList<String> lines(ImmutableList<IdMapping> mappings) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (IdMapping mapping : mappings) {
      lines.add(mapping.line().strip());
    }
    return lines.build();
  }
}
