package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the process is held to: by default the caller's own limits, and no core dumps. podman
 * instead raises nofile and nproc as far as it may; a limit that somebody has set for himself binds
 * the container too, as it binds everything else that he starts.
 */
final class LimitRules {
  /** The word for the caller's own limits. */
  private static final String HOST = "host";

  /**
   * One byte: the kernel then neither writes a file (fewer bytes than a page) nor starts the host's
   * handler in {@code kernel.core_pattern}, which 0 does not keep it from (fs/coredump.c, "special
   * value").
   */
  private static final long NO_CORE = 1;

  private static final KnownWords RESOURCES =
      new KnownWords(
          Arrays.stream(Resource.values())
              .map(Resource::word)
              .collect(ImmutableList.toImmutableList()));

  private LimitRules() {}

  /**
   * The limits that are to be other than the caller's, by resource.
   *
   * @param callers the caller's own
   * @throws SpecException if one is malformed
   */
  static ImmutableList<ResourceLimit> limits(
      ImmutableList<String> ulimits, ImmutableMap<Resource, ResourceLimit> callers)
      throws SpecException {
    Map<Resource, ResourceLimit> limits = new EnumMap<>(Resource.class);
    if (!ulimits.contains(HOST)) {
      ResourceLimit core = new ResourceLimit(Resource.CORE, NO_CORE, NO_CORE);
      ResourceLimit callersCore = callers.getOrDefault(Resource.CORE, core);
      limits.put(
          Resource.CORE, core.isAbove(callersCore) ? new ResourceLimit(Resource.CORE, 0, 0) : core);
    }
    for (String ulimit : ulimits) {
      if (!ulimit.equals(HOST)) {
        ResourceLimit limit = parse(ulimit);
        limits.put(limit.resource(), limit);
      }
    }
    return ImmutableList.copyOf(limits.values());
  }

  /** Which limits have a hard one above the caller's. */
  static ImmutableSet<Resource> raised(
      ImmutableList<ResourceLimit> limits, ImmutableMap<Resource, ResourceLimit> callers) {
    return limits.stream()
        .filter(limit -> limit.isAbove(callers.getOrDefault(limit.resource(), limit)))
        .map(ResourceLimit::resource)
        .collect(Sets.toImmutableEnumSet());
  }

  /** {@code NAME=SOFT[:HARD]}. */
  private static ResourceLimit parse(String text) throws SpecException {
    String subject = "ulimit '" + CommandRules.printable(text) + "'";
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    Optional<Resource> resource = Resource.of(name);
    if (resource.isEmpty()) {
      throw new SpecException(
          subject,
          "the kernel limits no '" + CommandRules.printable(name) + "'; " + RESOURCES.hint(name));
    }
    String value = equals < 0 ? "" : text.substring(equals + 1);
    int colon = value.indexOf(':');
    long soft = number(subject, colon < 0 ? value : value.substring(0, colon));
    long hard = colon < 0 ? soft : number(subject, value.substring(colon + 1));
    if (Long.compareUnsigned(soft, hard) > 0) {
      throw new SpecException(subject, "the soft limit is above the hard one");
    }
    return new ResourceLimit(resource.get(), soft, hard);
  }

  private static long number(String subject, String text) throws SpecException {
    if (text.equals("unlimited") || text.equals("-1")) {
      return ResourceLimit.UNLIMITED;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new SpecException(
          subject,
          "a limit is NAME=SOFT[:HARD], each a number, in the units of setrlimit(2), or 'unlimited'");
    }
    return Long.parseLong(text);
  }

  /**
   * Who is killed first when memory is short.
   *
   * @throws SpecException if it is no number from -1000 to 1000
   */
  static OptionalInt oomScoreAdjustment(Optional<String> text) throws SpecException {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    String number = text.get();
    if (!number.matches("-?[0-9]{1,4}") || Math.abs(Integer.parseInt(number)) > 1000) {
      throw new SpecException(
          "oom score adjustment '" + CommandRules.printable(number) + "'",
          "must be a whole number from -1000 (never killed) to 1000 (killed first)");
    }
    return OptionalInt.of(Integer.parseInt(number));
  }
}
