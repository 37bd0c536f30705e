package io.jrootfs.runner.spec;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which capabilities a process has, as podman decides it (containers-common, {@code
 * pkg/capabilities}).
 */
final class CapabilityRules {
  private static final String ALL = "ALL";
  private static final Splitter COMMA = Splitter.on(',');
  private static final KnownWords KNOWN =
      new KnownWords(
          Stream.concat(
                  Stream.of("all"),
                  Arrays.stream(Capability.values())
                      .map(capability -> capability.name().toLowerCase(Locale.ROOT)))
              .collect(ImmutableList.toImmutableList()));

  /** Some capabilities, and whether it was {@code ALL} of them. */
  private record Named(ImmutableSet<Capability> capabilities, boolean all) {}

  private final PrivilegeOverrides overrides;
  private final CapabilitySet ours;
  private final Named added;
  private final Named dropped;

  /**
   * @param ours what jrun has itself: nobody can give more
   * @throws SpecException if a name is unknown, one is both added and dropped, or one that is added
   *     is not ours to give
   */
  CapabilityRules(PrivilegeOverrides overrides, CapabilitySet ours) throws SpecException {
    this.overrides = overrides;
    this.ours = ours;
    this.added = named("--cap-add", overrides.added());
    this.dropped = named("--cap-drop", overrides.dropped());
    if (added.all() && dropped.all()) {
      throw new SpecException("capabilities", "ALL cannot be both added and dropped");
    }
    if (!added.all() && !dropped.all()) {
      for (Capability both : Sets.intersection(added.capabilities(), dropped.capabilities())) {
        throw new SpecException(
            "capability " + both, "is both added and dropped; leave one of them out");
      }
    }
    if (!added.all()) {
      for (Capability capability : added.capabilities()) {
        if (!ours.contains(capability)) {
          throw new SpecException(
              "capability " + capability,
              "cannot be added: jrun was itself started without it, or the kernel does not know it;"
                  + " compare CapBnd of /proc/self/status");
        }
      }
    }
  }

  /** The most that the process and its descendants can ever have, and what root has. */
  CapabilitySet bounding() {
    Set<Capability> set = EnumSet.noneOf(Capability.class);
    if (overrides.privileged() || added.all()) {
      set.addAll(ours.capabilities());
    } else if (!dropped.all()) {
      set.addAll(CapabilitySet.DEFAULT.capabilities());
    }
    if (dropped.all()) {
      set.retainAll(added.capabilities());
    } else {
      set.removeAll(dropped.capabilities());
    }
    if (!added.all()) {
      set.addAll(added.capabilities());
    }
    return CapabilitySet.of(set);
  }

  /**
   * What a user other than root has. A program that is executed by one loses all capabilities but
   * the ambient ones (capabilities(7)), so those that are added by name are ambient.
   */
  CapabilitySet ambient() {
    return CapabilitySet.of(added.capabilities()).and(bounding());
  }

  private Named named(String option, ImmutableList<String> values) throws SpecException {
    EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
    boolean all = false;
    for (String value : values) {
      for (String name : COMMA.split(value)) {
        if (name.equalsIgnoreCase(ALL)) {
          all = true;
        } else {
          set.add(Capability.parse(name).orElseThrow(() -> unknown(option, name)));
        }
      }
    }
    boolean everything = all && option.equals("--cap-add");
    return new Named(ImmutableSet.copyOf(everything ? ours.capabilities() : set), all);
  }

  private static SpecException unknown(String option, String name) {
    String word = name.regionMatches(true, 0, "CAP_", 0, 4) ? name.substring(4) : name;
    return new SpecException(
        option + " '" + CommandRules.printable(name) + "'",
        "is no capability; " + KNOWN.hint(word));
  }
}
