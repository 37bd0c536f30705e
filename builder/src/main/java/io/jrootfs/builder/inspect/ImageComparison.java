package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.inspect.Difference.Subject;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares what two images mean, not how they are stored: layers, compression, history and dates of
 * creation do not matter.
 */
public final class ImageComparison {
  private ImageComparison() {}

  /**
   * All differences: of the configuration if both images have one, of packages, of entries.
   *
   * @param withTimes whether modification times count
   * @throws IOException if a content cannot be read
   */
  public static ImmutableList<Difference> of(
      ImageContents first, ImageContents second, boolean withTimes) throws IOException {
    ImmutableList.Builder<Difference> differences = ImmutableList.builder();
    if (first.details().isPresent() && second.details().isPresent()) {
      differences.addAll(
          ofTexts(
              Subject.CONFIGURATION,
              first.details().get().properties(),
              second.details().get().properties()));
    }
    differences.addAll(ofTexts(Subject.PACKAGE, first.packages(), second.packages()));
    differences.addAll(
        new EntryComparison(first.rootfs(), second.rootfs(), withTimes).differences());
    return differences.build();
  }

  private static ImmutableList<Difference> ofTexts(
      Subject subject,
      ImmutableSortedMap<String, String> first,
      ImmutableSortedMap<String, String> second) {
    TreeSet<String> names = new TreeSet<>(first.keySet());
    names.addAll(second.keySet());
    ImmutableList.Builder<Difference> differences = ImmutableList.builder();
    for (String name : names) {
      Optional<String> mine = Optional.ofNullable(first.get(name));
      Optional<String> others = Optional.ofNullable(second.get(name));
      if (!mine.equals(others)) {
        differences.add(new Difference(subject, name, "", mine, others));
      }
    }
    return differences.build();
  }
}
