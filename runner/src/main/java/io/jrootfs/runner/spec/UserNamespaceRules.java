package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.IdMapArguments;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import java.util.Optional;

/**
 * Which ids a container has that is in another user namespace than jrun. Its ids are mapped to
 * those of jrun's namespace: the system's for root; for an ordinary user 0 is himself and 1 and on
 * are his ranges, podman's "intermediate" ids.
 */
final class UserNamespaceRules {
  private UserNamespaceRules() {}

  /**
   * The map, from the container's ids to those where jrun is; empty if the two are the same
   * namespace.
   */
  static Optional<IdMappings> shift(UserNamespaceMode mode, Host host) throws SpecException {
    if (mode instanceof UserNamespaceMode.Private own) {
      return Optional.of(own.maps().isEmpty() ? everyId(host) : chosen(own.maps(), host));
    }
    if (mode instanceof UserNamespaceMode.KeepId keep) {
      IdMappings available = ranges("keep-id", host);
      Isolation.Ids ids = ids(keep, host);
      return Optional.of(
          new IdMappings(keepId(available.uids(), ids.uid()), keepId(available.gids(), ids.gid())));
    }
    if (mode instanceof UserNamespaceMode.NoMap) {
      IdMappings available = ranges("nomap", host);
      return Optional.of(
          new IdMappings(
              ImmutableList.of(new IdMapping(0, 1, last(available.uids()))),
              ImmutableList.of(new IdMapping(0, 1, last(available.gids())))));
    }
    if (mode instanceof UserNamespaceMode.Joined joined) {
      return Optional.of(joined(joined, host));
    }
    return Optional.empty();
  }

  /** Who the process is unless somebody else is asked for: podman's rule for keep-id. */
  static Optional<Isolation.Ids> caller(UserNamespaceMode mode, Host host) {
    return mode instanceof UserNamespaceMode.KeepId keep
        ? Optional.of(ids(keep, host))
        : Optional.empty();
  }

  private static Isolation.Ids ids(UserNamespaceMode.KeepId keep, Host host) {
    return new Isolation.Ids(
        keep.uid().orElse(host.namespaces().uid()), keep.gid().orElse(host.namespaces().gid()));
  }

  private static IdMappings everyId(Host host) throws SpecException {
    if (host.mappings().areInitial()) {
      throw new SpecException(
          "user namespace 'private'",
          "root has to say which ids the container gets, such as '--uidmap 0:100000:65536'");
    }
    return host.mappings().inside();
  }

  private static IdMappings chosen(IdMapArguments maps, Host host) throws SpecException {
    checkAvailable("uid map", maps.uids(), host.mappings().uids());
    checkAvailable("gid map", maps.gids(), host.mappings().gids());
    return new IdMappings(maps.uids(), maps.gids());
  }

  private static void checkAvailable(
      String what, ImmutableList<IdMapping> wanted, ImmutableList<IdMapping> available)
      throws SpecException {
    for (IdMapping line : wanted) {
      long next = line.hostId();
      while (next < line.hostId() + line.size()) {
        long id = next;
        next =
            available.stream()
                .filter(range -> range.contains(id))
                .mapToLong(range -> range.containerId() + range.size())
                .findFirst()
                .orElse(-1);
        if (next < 0) {
          throw new SpecException(
              what + " '" + IdMapArguments.argument(line) + "'",
              "you have no id "
                  + id
                  + " to give; there are 0 to "
                  + last(available)
                  + ", 0 being yourself and the others your ranges of /etc/subuid and"
                  + " /etc/subgid");
        }
      }
    }
  }

  /** The ids an ordinary user has besides his own, without which there would be no root. */
  private static IdMappings ranges(String mode, Host host) throws SpecException {
    String subject = "user namespace '" + mode + "'";
    if (host.mappings().areInitial()) {
      throw new SpecException(
          subject, "is for ordinary users; root takes '--userns private' with '--uidmap'");
    }
    if (last(host.mappings().uids()) == 0 || last(host.mappings().gids()) == 0) {
      throw new SpecException(
          subject,
          "takes more than your own id; with newuidmap installed and a range for you in"
              + " /etc/subuid and /etc/subgid there are more");
    }
    return host.mappings();
  }

  /** podman's order: what is below the caller's number, the caller, what is above. */
  private static ImmutableList<IdMapping> keepId(ImmutableList<IdMapping> available, long id) {
    long last = last(available);
    ImmutableList.Builder<IdMapping> lines = ImmutableList.builder();
    if (id > 0) {
      lines.add(new IdMapping(0, 1, Math.min(id, last)));
    }
    lines.add(new IdMapping(id, 0, 1));
    if (last > id) {
      lines.add(new IdMapping(id + 1, id + 1, last - id));
    }
    return lines.build();
  }

  /** The greatest id such that it and all below it are mapped; 0 if not even 0 is. */
  private static long last(ImmutableList<IdMapping> mappings) {
    long next = 0;
    boolean grown = true;
    while (grown) {
      grown = false;
      for (IdMapping mapping : mappings) {
        if (mapping.contains(next)) {
          next = mapping.containerId() + mapping.size();
          grown = true;
        }
      }
    }
    return Math.max(0, next - 1);
  }

  private static IdMappings joined(UserNamespaceMode.Joined joined, Host host)
      throws SpecException {
    String subject = "user namespace 'ns:" + joined.path() + "'";
    IdMappings mappings =
        host.namespaces()
            .joinedUser()
            .orElseThrow(
                () ->
                    new SpecException(
                        subject,
                        "its id map cannot be read; give it as ns:/proc/PID/ns/user with the PID"
                            + " of a process in it that is alive"));
    if (!mappings.hasUid(0) || !mappings.hasGid(0)) {
      throw new SpecException(
          subject, "has no user and group 0, who would set the container up; join another one");
    }
    return mappings;
  }
}
