package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Numbers of processors or memory nodes in the kernel's list format: {@code 0-2,7} (cpuset(7),
 * "List format").
 *
 * @param ranges each closed below and open above, so that adjoining ones are one
 */
record NumberList(ImmutableRangeSet<Integer> ranges) {
  private static final Pattern ITEM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

  /** As many as a kernel can be built for: CONFIG_NR_CPUS ends at 8192. */
  private static final int MAX = 8191;

  /**
   * @throws LimitException unless the text is such a list, and not an empty one
   */
  static NumberList parse(String option, String text) throws LimitException {
    RangeSet<Integer> ranges = TreeRangeSet.create();
    for (String item : Splitter.on(',').split(text)) {
      Matcher matcher = ITEM.matcher(item);
      if (!matcher.matches()) {
        throw new LimitException(
            option, text, "is no list of numbers; write them as in 0-2,7 without spaces");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (last < first) {
        throw new LimitException(option, text, "'" + item + "' ends before it starts");
      }
      if (last > MAX) {
        throw new LimitException(option, text, "no number is above " + MAX);
      }
      ranges.add(Range.closedOpen(first, last + 1));
    }
    return new NumberList(ImmutableRangeSet.copyOf(ranges));
  }

  /** Whether all of {@code other} are among these. */
  boolean encloses(NumberList other) {
    return ranges.enclosesAll(other.ranges);
  }

  /** In list format, sorted and as short as can be. */
  @Override
  public String toString() {
    return ranges.asRanges().stream()
        .map(
            range ->
                range.lowerEndpoint() + 1 == range.upperEndpoint()
                    ? range.lowerEndpoint().toString()
                    : range.lowerEndpoint() + "-" + (range.upperEndpoint() - 1))
        .collect(Collectors.joining(","));
  }
}
