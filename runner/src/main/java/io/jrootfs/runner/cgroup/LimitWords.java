package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Iterables;
import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The words of limits that a container has and of those that it is to have. */
public final class LimitWords {
  private static final String NONE = "-1";

  /** Those that {@value #NONE} lifts; {@code --memory-swap} and {@code --pids-limit} know it. */
  private static final Set<String> LIFTABLE =
      Set.of("--memory", "--memory-reservation", "--cpus", "--cpu-quota");

  private LimitWords() {}

  /**
   * What it has after a change: what is given takes the place of what was, everything else stays.
   *
   * @param before all words, as {@link LimitArguments#parse} takes them
   * @param given likewise, and -1 for a limit that is to be lifted
   * @throws LimitException if {@code before} is none of its kind
   */
  public static ImmutableListMultimap<String, String> changed(
      ImmutableListMultimap<String, String> before, ImmutableListMultimap<String, String> given)
      throws LimitException {
    ListMultimap<String, String> words = LinkedListMultimap.create(before);
    makeRoomForProcessorTime(words, before, given);
    if (isLifted("--memory", given)) {
      words.removeAll("--memory-swap");
    }
    for (String option : given.keySet()) {
      if (LimitArguments.SINGLE.contains(option)) {
        words.removeAll(option);
        if (!(LIFTABLE.contains(option) && isLifted(option, given))) {
          words.put(option, Iterables.getLast(given.get(option)));
        }
      } else {
        List<String> disks = given.get(option).stream().map(LimitWords::disk).toList();
        words.get(option).removeIf(word -> disks.contains(disk(word)));
        words.putAll(option, given.get(option));
      }
    }
    return ImmutableListMultimap.copyOf(words);
  }

  private static boolean isLifted(String option, ImmutableListMultimap<String, String> given) {
    return NONE.equals(Iterables.getLast(given.get(option), ""));
  }

  /** {@code --cpus} is a quota and a period, so it and they take each other's place. */
  private static void makeRoomForProcessorTime(
      ListMultimap<String, String> words,
      ImmutableListMultimap<String, String> before,
      ImmutableListMultimap<String, String> given)
      throws LimitException {
    if (given.containsKey("--cpus")) {
      words.removeAll("--cpu-quota");
      words.removeAll("--cpu-period");
    } else if (given.containsKey("--cpu-quota") || given.containsKey("--cpu-period")) {
      OptionalLong quota = LimitArguments.parse(before).cpuQuota();
      if (!words.removeAll("--cpus").isEmpty() && quota.isPresent()) {
        words.put("--cpu-quota", String.valueOf(quota.getAsLong()));
      }
    }
  }

  /** Of words such as {@code /dev/sda:10m}. */
  private static String disk(String word) {
    return word.substring(0, Math.max(0, word.lastIndexOf(':')));
  }
}
