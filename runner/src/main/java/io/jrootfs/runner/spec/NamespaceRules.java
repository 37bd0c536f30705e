package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Which namespaces the container gets. */
public final class NamespaceRules {
  private NamespaceRules() {}

  /**
   * The container's namespaces.
   *
   * @throws SpecException if they cannot be had together, or by this caller
   */
  public static Isolation isolation(NamespaceOverrides overrides, Host host) throws SpecException {
    Set<Namespace> own = EnumSet.of(Namespace.MOUNT);
    ImmutableMap.Builder<Namespace, String> joined = ImmutableMap.builder();
    for (Namespace kind : NamespaceMode.OPTIONS.keySet()) {
      NamespaceMode mode = overrides.mode(kind);
      if (mode instanceof NamespaceMode.Joined other) {
        joined.put(kind, other.path());
      } else if (mode instanceof NamespaceMode.Private) {
        own.add(kind);
      }
    }
    Optional<IdMappings> shift = UserNamespaceRules.shift(overrides.user(), host);
    if (overrides.user() instanceof UserNamespaceMode.Joined user) {
      joined.put(Namespace.USER, user.path());
    } else if (shift.isPresent()) {
      own.add(Namespace.USER);
    }
    if (!overrides.offsets().isEmpty()) {
      own.add(Namespace.TIME);
    }
    Isolation isolation =
        new Isolation(
            Sets.immutableEnumSet(own),
            joined.buildOrThrow(),
            host.userNamespace() || shift.isPresent(),
            shift.orElse(host.mappings()),
            shift,
            UserNamespaceRules.caller(overrides.user(), host),
            overrides.offsets());
    refuseNamesForOthers(overrides, isolation);
    refuseProcessesOfOthers(isolation);
    return isolation;
  }

  /** The kernel mounts no procfs of a pid namespace that the user namespace has no rights over. */
  private static void refuseProcessesOfOthers(Isolation isolation) throws SpecException {
    if (isolation.isJoined(Namespace.PID) && isolation.isOwn(Namespace.USER)) {
      throw new SpecException(
          "pid namespace 'ns:" + isolation.joined().get(Namespace.PID) + "'",
          "cannot be joined from a new user namespace, which has no rights over it; join its user"
              + " namespace too, with '--userns ns:/proc/PID/ns/user'");
    }
  }

  private static void refuseNamesForOthers(NamespaceOverrides overrides, Isolation isolation)
      throws SpecException {
    if (isolation.isOwn(Namespace.UTS)) {
      return;
    }
    String mode =
        isolation.isHosts(Namespace.UTS)
            ? "--uts host"
            : "--uts ns:" + isolation.joined().get(Namespace.UTS);
    String problem =
        "cannot be set in a UTS namespace that is not the container's own; leave it or '"
            + mode
            + "' out";
    if (overrides.hostname().isPresent()) {
      throw new SpecException("hostname '" + overrides.hostname().get() + "'", problem);
    }
    if (overrides.domainname().isPresent()) {
      throw new SpecException("domain name '" + overrides.domainname().get() + "'", problem);
    }
  }
}
