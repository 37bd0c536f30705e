package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.argument.ArgumentException;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.argument.Size;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a container is to others, and for how long. */
final class LifecycleOptions {
  private static final long DEFAULT_LOG_SIZE = 10 << 20;
  private static final int DEFAULT_LOG_FILES = 3;

  private static final KnownWords DRIVERS = KnownWords.of("file", "none");
  private static final KnownWords LOG_OPTIONS = KnownWords.of("max-size", "max-file");

  private final Options options;

  LifecycleOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nLifecycle:%n",
            flag("Let it run in the background, and print its id.", "-d", "--detach"),
            text("NAME", "Call it so (default: the beginning of its id).", "--name"),
            flag("Keep nothing of it when it has ended (always so without -d).", "--rm"),
            list("KEY[=VALUE]", "A remark on it.", "-l", "--label"),
            text("FILE", "Write its id there.", "--cidfile"),
            text("FILE", "Write the number of its first process on the host there.", "--pidfile"),
            text(
                "file|none",
                "Keep what it says in the background (default: file).",
                "--log-driver"),
            list(
                "NAME=VALUE",
                "max-size of a file of that (default: 10m), max-file of such (default: 3).",
                "--log-opt")));
  }

  /**
   * What was asked for.
   *
   * @throws UsageException if a value is malformed
   */
  LifecycleRequest request() throws UsageException {
    boolean detached = options.isOn("--detach");
    return new LifecycleRequest(
        options.value("--name"),
        detached,
        !detached || options.isOn("--rm"),
        labels(),
        log(),
        file("--cidfile"),
        file("--pidfile").map(Path::toAbsolutePath),
        new LimitOptions(options).words(),
        detached && options.isOn("--interactive"),
        DetachKeys.of(options));
  }

  private ImmutableSortedMap<String, String> labels() throws UsageException {
    Map<String, String> labels = new TreeMap<>();
    for (String label : options.values("--label")) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      if (key.isEmpty()) {
        throw new UsageException("--label '" + label + "': has no key; write KEY=VALUE");
      }
      labels.put(key, equals < 0 ? "" : label.substring(equals + 1));
    }
    return ImmutableSortedMap.copyOf(labels);
  }

  private Optional<LifecycleRequest.LogLimit> log() throws UsageException {
    String driver = options.value("--log-driver").orElse("file");
    if (!driver.equals("file") && !driver.equals("none")) {
      throw new UsageException("--log-driver '" + driver + "': " + DRIVERS.problem(driver));
    }
    long size = DEFAULT_LOG_SIZE;
    int files = DEFAULT_LOG_FILES;
    for (String option : options.values("--log-opt")) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      String value = option.substring(equals + 1);
      switch (name) {
        case "max-size" -> size = size(option, value);
        case "max-file" -> files = files(option, value);
        default ->
            throw new UsageException("--log-opt '" + option + "': " + LOG_OPTIONS.problem(name));
      }
    }
    return driver.equals("none")
        ? Optional.empty()
        : Optional.of(new LifecycleRequest.LogLimit(size, files));
  }

  private static long size(String option, String value) throws UsageException {
    try {
      return Size.parse(value, 1);
    } catch (ArgumentException e) {
      throw new UsageException("--log-opt '" + option + "': " + e.problem());
    }
  }

  private static int files(String option, String value) throws UsageException {
    if (!value.matches("[1-9][0-9]{0,2}")) {
      throw new UsageException("--log-opt '" + option + "': must be from 1 to 999");
    }
    return Integer.parseInt(value);
  }

  private Optional<Path> file(String option) throws UsageException {
    Optional<String> file = options.value(option);
    if (file.equals(Optional.of(""))) {
      throw new UsageException(option + " '': is no name of a file; write one or leave it out");
    }
    return file.isEmpty() ? Optional.empty() : Optional.of(RunOptions.path(file.get()));
  }
}
