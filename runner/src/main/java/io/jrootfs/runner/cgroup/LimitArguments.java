package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.argument.ArgumentException;
import io.jrootfs.runner.argument.Size;
import io.jrootfs.runner.cgroup.Limits.DiskRate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** From the options that limit a container to {@link Limits}: docker's and podman's words. */
public final class LimitArguments {
  /** The options that can be given once. */
  public static final ImmutableSet<String> SINGLE =
      ImmutableSet.of(
          "--memory",
          "--memory-swap",
          "--memory-reservation",
          "--cpus",
          "--cpu-shares",
          "--cpu-quota",
          "--cpu-period",
          "--cpuset-cpus",
          "--cpuset-mems",
          "--pids-limit",
          "--blkio-weight",
          "--cgroup-parent");

  /** The options that can be repeated. */
  public static final ImmutableSet<String> REPEATED =
      ImmutableSet.of(
          "--device-read-bps",
          "--device-write-bps",
          "--device-read-iops",
          "--device-write-iops",
          "--device-cgroup-rule",
          "--cgroup-conf");

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,9})?");
  private static final Pattern CONF_FILE = Pattern.compile("[a-z]+\\.[A-Za-z0-9_.]+");

  /** The period of {@code --cpus}: the kernel's default, 100 ms. */
  static final long DEFAULT_PERIOD = 100_000;

  /** {@code min_bw_runtime} and {@code max_bw_quota_period_us} of kernel/sched/core.c. */
  private static final long MIN_SLICE = 1000;

  private static final long MAX_PERIOD = 1_000_000;

  /** A day in each period; more the kernel refuses, and no machine has so many processors. */
  private static final long MAX_QUOTA = 86_400_000_000L;

  private final ImmutableListMultimap<String, String> words;

  private LimitArguments(ImmutableListMultimap<String, String> words) {
    this.words = words;
  }

  /**
   * Reads all limits.
   *
   * @param words by option, all of {@link #SINGLE} or {@link #REPEATED}; the last of a single one
   *     counts
   * @throws LimitException if a value is malformed, out of range or contradicts another
   */
  public static Limits parse(ImmutableListMultimap<String, String> words) throws LimitException {
    LimitArguments arguments = new LimitArguments(words);
    OptionalLong memory = arguments.size("--memory", Limits.MIN_MEMORY);
    return new Limits(
        memory,
        arguments.memoryAndSwap(memory),
        arguments.reservation(memory),
        toInt(arguments.number("--cpu-shares", 2, 262_144)),
        arguments.quota(),
        arguments.number("--cpu-period", MIN_SLICE, MAX_PERIOD),
        arguments.numberList("--cpuset-cpus"),
        arguments.numberList("--cpuset-mems"),
        arguments.pids(),
        toInt(arguments.number("--blkio-weight", 10, 1000)),
        arguments.diskRates(),
        arguments.deviceRules(),
        arguments.conf(),
        arguments.parent());
  }

  private Optional<String> word(String option) {
    return Optional.ofNullable(Iterables.getLast(words.get(option), null));
  }

  private OptionalLong size(String option, long min) throws LimitException {
    Optional<String> word = word(option);
    return word.isEmpty() ? OptionalLong.empty() : OptionalLong.of(bytes(option, word.get(), min));
  }

  private static long bytes(String option, String word, long min) throws LimitException {
    try {
      return Size.parse(word, min);
    } catch (ArgumentException e) {
      throw new LimitException(option, e.text(), e.problem());
    }
  }

  private OptionalLong memoryAndSwap(OptionalLong memory) throws LimitException {
    Optional<String> word = word("--memory-swap");
    if (word.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean unlimited = word.get().equals("-1");
    if (memory.isEmpty()) {
      if (unlimited) {
        return OptionalLong.empty(); // as it is
      }
      throw new LimitException(
          "--memory-swap",
          word.get(),
          "counts memory and swap together, so it needs --memory; without limit it is -1");
    }
    return unlimited
        ? OptionalLong.of(Limits.UNLIMITED)
        : size("--memory-swap", memory.getAsLong());
  }

  private OptionalLong reservation(OptionalLong memory) throws LimitException {
    OptionalLong reservation = size("--memory-reservation", 1);
    if (reservation.isPresent() && reservation.getAsLong() > memory.orElse(Long.MAX_VALUE)) {
      throw new LimitException(
          "--memory-reservation",
          word("--memory-reservation").orElseThrow(),
          "is above --memory; it can be that at most");
    }
    return reservation;
  }

  private OptionalLong number(String option, long min, long max) throws LimitException {
    Optional<String> word = word(option);
    return word.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(wholeNumber(option, word.get(), word.get(), min, max));
  }

  private static long wholeNumber(String option, String word, String number, long min, long max)
      throws LimitException {
    if (!WHOLE_NUMBER.matcher(number).matches()
        || Long.parseLong(number) < min
        || Long.parseLong(number) > max) {
      throw new LimitException(option, word, "must be a whole number from " + min + " to " + max);
    }
    return Long.parseLong(number);
  }

  /** {@code --cpus} is but another way to say it: that many periods' worth in each period. */
  private OptionalLong quota() throws LimitException {
    Optional<String> cpus = word("--cpus");
    Optional<String> quota = word("--cpu-quota");
    if (cpus.isEmpty()) {
      return quota.equals(Optional.of("-1"))
          ? OptionalLong.empty()
          : number("--cpu-quota", MIN_SLICE, MAX_QUOTA);
    }
    if (quota.isPresent() || word("--cpu-period").isPresent()) {
      throw new LimitException(
          "--cpus", cpus.get(), "is a quota and a period; leave it or the other option out");
    }
    if (!DECIMAL.matcher(cpus.get()).matches()) {
      throw new LimitException(
          "--cpus", cpus.get(), "is no number of processors; write it as in 1.5");
    }
    long microseconds =
        new BigDecimal(cpus.get())
            .multiply(BigDecimal.valueOf(DEFAULT_PERIOD))
            .setScale(0, RoundingMode.DOWN)
            .longValueExact();
    if (microseconds < MIN_SLICE || microseconds > MAX_QUOTA) {
      throw new LimitException(
          "--cpus", cpus.get(), "must be from 0.01 to " + MAX_QUOTA / DEFAULT_PERIOD);
    }
    return OptionalLong.of(microseconds);
  }

  private Optional<NumberList> numberList(String option) throws LimitException {
    Optional<String> word = word(option);
    return word.isEmpty() ? Optional.empty() : Optional.of(NumberList.parse(option, word.get()));
  }

  /** 0 is no limit to docker and a limit of none at all to the kernel, so we want neither. */
  private OptionalLong pids() throws LimitException {
    Optional<String> word = word("--pids-limit");
    if (word.equals(Optional.of("-1"))) {
      return OptionalLong.of(Limits.UNLIMITED);
    }
    if (word.equals(Optional.of("0"))) {
      throw new LimitException(
          "--pids-limit", "0", "leaves no room for the container's own process; no limit is -1");
    }
    // PID_MAX_LIMIT of linux/threads.h; the kernel refuses a larger one.
    return number("--pids-limit", 1, 4 << 20);
  }

  private ImmutableList<DiskRate> diskRates() throws LimitException {
    ImmutableList.Builder<DiskRate> rates = ImmutableList.builder();
    for (DiskRate.Kind kind : DiskRate.Kind.values()) {
      for (String word : words.get(kind.option())) {
        int colon = word.lastIndexOf(':');
        if (colon <= 0 || word.charAt(0) != '/') {
          throw new LimitException(
              kind.option(),
              word,
              "is no device and rate; write them as in /dev/sda:"
                  + (kind.countsBytes() ? "10m" : "100"));
        }
        String number = word.substring(colon + 1);
        long rate =
            kind.countsBytes()
                ? bytes(kind.option(), number, 1)
                : wholeNumber(kind.option(), word, number, 1, 0xffff_ffffL);
        rates.add(new DiskRate(kind, word.substring(0, colon), rate));
      }
    }
    return rates.build();
  }

  private ImmutableList<DeviceRule> deviceRules() throws LimitException {
    ImmutableList.Builder<DeviceRule> rules = ImmutableList.builder();
    for (String word : words.get("--device-cgroup-rule")) {
      rules.add(DeviceRule.parse(word));
    }
    return rules.build();
  }

  private ImmutableSortedMap<String, String> conf() throws LimitException {
    Map<String, String> conf = new TreeMap<>();
    for (String word : words.get("--cgroup-conf")) {
      int equals = word.indexOf('=');
      String file = equals < 0 ? word : word.substring(0, equals);
      String value = word.substring(equals + 1);
      if (equals < 0
          || !CONF_FILE.matcher(file).matches()
          || value.isBlank()
          || value.codePoints().anyMatch(Character::isISOControl)) {
        throw new LimitException(
            "--cgroup-conf", word, "is no file and value; write them as in memory.high=512M");
      }
      if (file.startsWith("cgroup.")) {
        throw new LimitException(
            "--cgroup-conf", word, "is no limit; files of a controller, such as memory.high, are");
      }
      if (file.startsWith("devices.")) {
        throw new LimitException(
            "--cgroup-conf", word, "would undo our list; --device-cgroup-rule adds to it");
      }
      if (conf.put(file, value) != null) {
        throw new LimitException("--cgroup-conf", word, file + " is given twice");
      }
    }
    return ImmutableSortedMap.copyOf(conf);
  }

  /** Always from the hierarchy's top, with or without a slash before it, as podman has it. */
  private Optional<String> parent() throws LimitException {
    Optional<String> word = word("--cgroup-parent");
    if (word.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder path = new StringBuilder();
    for (String name : Splitter.on('/').omitEmptyStrings().split(word.get())) {
      if (name.equals(".") || name.equals("..")) {
        throw new LimitException(
            "--cgroup-parent", word.get(), "'" + name + "' is no cgroup's name; write the path");
      }
      if (name.length() > 200 || name.codePoints().anyMatch(Character::isISOControl)) {
        throw new LimitException("--cgroup-parent", word.get(), "no cgroup can have such a name");
      }
      path.append('/').append(name);
    }
    if (word.get().isEmpty()) {
      throw new LimitException("--cgroup-parent", "", "is empty; write a path such as /batch");
    }
    return Optional.of(path.isEmpty() ? "/" : path.toString());
  }

  private static OptionalInt toInt(OptionalLong number) {
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }
}
