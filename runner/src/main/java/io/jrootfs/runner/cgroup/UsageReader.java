package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Where the kernel keeps what {@link Usage} says. As with limits, a controller is where it is: the
 * files of version 1 and of version 2 have other names, so whichever is there is the one.
 */
final class UsageReader {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  /** PAGE_COUNTER_MAX in bytes (linux/page_counter.h), whatever the size of a page. */
  private static final long UNLIMITED_MEMORY_1 = Long.MAX_VALUE & ~0xffffL;

  private static final long NANOS = 1_000_000_000;

  private final ImmutableList<String> directories;
  private final CgroupFiles files;

  UsageReader(ImmutableList<String> directories, CgroupFiles files) {
    this.directories = directories;
    this.files = files;
  }

  /** cgroup-v1/cpuacct.rst, memory.rst, pids.rst and blkio-controller.rst; cgroup-v2.rst. */
  Usage read() {
    return new Usage(
        either(
            in("cpuacct.usage", UsageReader::number),
            in("cpu.stat", text -> keyed(text, "usage_usec").map(used -> used * 1000))),
        either(cpuLimit1(), in("cpu.max", UsageReader::cpuLimit2)),
        either(
            in("memory.usage_in_bytes", UsageReader::number),
            in("memory.current", UsageReader::number)),
        either(
            in("memory.limit_in_bytes", UsageReader::memoryLimit1),
            in("memory.max", UsageReader::numberOrMax)),
        boxed(in("pids.current", UsageReader::number)),
        boxed(in("pids.max", UsageReader::numberOrMax)),
        block("Read", "rbytes"),
        block("Write", "wbytes"));
  }

  /** What the first file of this name says that says it. */
  private Optional<Long> in(String file, Function<String, Optional<Long>> meaning) {
    return directories.stream()
        .flatMap(directory -> files.text(directory + "/" + file).stream())
        .flatMap(text -> meaning.apply(text).stream())
        .findFirst();
  }

  private static OptionalLong either(Optional<Long> version1, Optional<Long> version2) {
    return boxed(version1.or(() -> version2));
  }

  private static OptionalLong boxed(Optional<Long> number) {
    return number.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** The kernel's numbers are unsigned; those that count something do not get so far. */
  private static Optional<Long> number(String text) {
    return unsigned(text).filter(number -> number >= 0);
  }

  private static Optional<Long> unsigned(String text) {
    try {
      return Optional.of(Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> numberOrMax(String text) {
    return text.equals("max") ? Optional.of(Limits.UNLIMITED) : number(text);
  }

  private static Optional<Long> memoryLimit1(String text) {
    return unsigned(text)
        .map(limit -> limit < 0 || limit >= UNLIMITED_MEMORY_1 ? Limits.UNLIMITED : limit);
  }

  private Optional<Long> cpuLimit1() {
    return in(
            "cpu.cfs_quota_us",
            text -> text.equals("-1") ? Optional.of(Limits.UNLIMITED) : number(text))
        .flatMap(
            quota ->
                in("cpu.cfs_period_us", UsageReader::number)
                    .map(period -> quota < 0 ? Limits.UNLIMITED : quota * NANOS / period));
  }

  /** {@code QUOTA PERIOD}. */
  private static Optional<Long> cpuLimit2(String text) {
    List<String> words = WORDS.splitToList(text);
    if (words.size() != 2) {
      return Optional.empty();
    }
    return numberOrMax(words.get(0))
        .flatMap(
            quota ->
                number(words.get(1))
                    .map(period -> quota < 0 ? Limits.UNLIMITED : quota * NANOS / period));
  }

  /** Lines of a key and a number. */
  static Optional<Long> keyed(String text, String key) {
    for (String line : LINES.split(text)) {
      if (line.startsWith(key + " ")) {
        return number(line.substring(key.length() + 1));
      }
    }
    return Optional.empty();
  }

  /**
   * Of all disks together. In version 1 what is written through the page cache is not the
   * container's to the kernel.
   */
  private OptionalLong block(String word1, String key2) {
    return either(
        in("blkio.throttle.io_service_bytes_recursive", text -> Optional.of(sum1(text, word1))),
        in("io.stat", text -> Optional.of(sum2(text, key2))));
  }

  /** Lines such as {@code 8:0 Read 4096}, and a last one with the total. */
  private static long sum1(String text, String operation) {
    long sum = 0;
    for (String line : LINES.split(text)) {
      List<String> words = WORDS.splitToList(line);
      if (words.size() == 3 && words.get(1).equals(operation)) {
        sum += number(words.get(2)).orElse(0L);
      }
    }
    return sum;
  }

  /** Lines such as {@code 8:0 rbytes=4096 wbytes=0 rios=1 ...}. */
  private static long sum2(String text, String key) {
    long sum = 0;
    for (String word : Splitter.onPattern("[ \n]").split(text)) {
      if (word.startsWith(key + "=")) {
        sum += number(word.substring(key.length() + 1)).orElse(0L);
      }
    }
    return sum;
  }
}
