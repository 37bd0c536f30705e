package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.KnownContainer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which containers {@code jrun ps} shall list. As for podman, one value of each key must fit, but
 * every label.
 */
final class PsFilter {
  static final String OPTION = "--filter";

  private static final ImmutableList<String> KEYS =
      ImmutableList.of("ancestor", "id", "label", "name", "status");
  private static final ImmutableSet<String> STATUSES =
      ImmutableSet.of("starting", "running", "paused", "exited", "dead", "elsewhere");

  private final ImmutableListMultimap<String, String> wanted;

  private PsFilter(ImmutableListMultimap<String, String> wanted) {
    this.wanted = wanted;
  }

  /** Reads the values of all {@code --filter}. */
  static PsFilter parse(ImmutableList<String> filters) throws UsageException {
    ImmutableListMultimap.Builder<String, String> wanted = ImmutableListMultimap.builder();
    for (String filter : filters) {
      int equals = filter.indexOf('=');
      String key = equals < 0 ? filter : filter.substring(0, equals);
      if (equals < 0 || equals == filter.length() - 1 || !KEYS.contains(key)) {
        throw new UsageException(
            "%s '%s': is not KEY=VALUE with one of the keys %s"
                .formatted(OPTION, filter, String.join(", ", KEYS)));
      }
      String value = filter.substring(equals + 1);
      check(filter, key, value);
      wanted.put(key, value);
    }
    return new PsFilter(wanted.build());
  }

  private static void check(String filter, String key, String value) throws UsageException {
    if (key.equals("status") && !STATUSES.contains(value)) {
      throw new UsageException(
          "%s '%s': a container's status is one of %s"
              .formatted(OPTION, filter, String.join(", ", STATUSES)));
    }
    if (key.equals("name")) {
      try {
        Pattern.compile(value);
      } catch (PatternSyntaxException e) {
        throw new UsageException(
            "%s '%s': is no regular expression: %s".formatted(OPTION, filter, e.getDescription()));
      }
    }
  }

  /** Whether a status is asked for: then containers that have ended are meant, too. */
  boolean asksForStatus() {
    return wanted.containsKey("status");
  }

  /** Whether the container is one of those that are asked for. */
  boolean fits(KnownContainer container) {
    for (String key : wanted.keySet()) {
      boolean fitsAll = true;
      boolean fitsOne = false;
      for (String value : wanted.get(key)) {
        boolean fits = fits(container, key, value);
        fitsAll &= fits;
        fitsOne |= fits;
      }
      if (!(key.equals("label") ? fitsAll : fitsOne)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(KnownContainer container, String key, String value) {
    ContainerRecord record = container.record();
    return switch (key) {
      case "ancestor" -> record.image().equals(value) || record.image().endsWith("/" + value);
      case "id" -> record.id().startsWith(value);
      case "name" -> Pattern.compile(value).matcher(record.name()).find();
      case "status" -> container.status().word().equals(value);
      default ->
          record.labels().entrySet().stream()
              .anyMatch(
                  label ->
                      label.getKey().equals(value)
                          || (label.getKey() + "=" + label.getValue()).equals(value));
    };
  }
}
