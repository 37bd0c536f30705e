package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The containers of one test, by whoever has started them, and jrun as installed to do it with. */
final class LivingContainers {
  private static final long PATIENCE_SECONDS = 60;

  private final Installation installation;
  private final Path work;
  private final String state;

  /**
   * @param work every caller has his home below it
   * @param state names the directory of the records
   */
  LivingContainers(Installation installation, Path work, String state) {
    this.installation = installation;
    this.work = work;
    this.state = state;
  }

  /** The records of a caller's containers. */
  Path records(Caller caller) throws IOException {
    return caller.home(work).resolve(state);
  }

  /** A command line of jrun. */
  ImmutableList<String> command(Caller caller, String... arguments) throws IOException {
    return ImmutableList.<String>builder()
        .add("env", "JRUN_STATE_DIR=" + records(caller))
        .add("JRUN_CACHE_DIR=" + caller.cache(work), "HOME=" + caller.home(work))
        .add(installation.jrun().toString())
        .addAll(Arrays.asList(arguments))
        .build();
  }

  /** The same as words for a shell, who the caller is included. */
  String words(Caller caller, String... arguments) throws IOException {
    return String.join(
        " ",
        caller.as(work, command(caller, arguments)).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .toList());
  }

  Result jrun(Caller caller, String... arguments) throws Exception {
    return caller.execute(work, command(caller, arguments));
  }

  String output(Caller caller, String... arguments) throws Exception {
    return Installation.check(jrun(caller, arguments)).out();
  }

  /** One of the fields that {@code jrun inspect} shows. */
  String field(Caller caller, String name, String field) throws Exception {
    String json = output(caller, "inspect", name);
    var matcher = Pattern.compile("\"" + field + "\" : \"?([^\",\n]*)").matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return matcher.group(1);
  }

  /** Whether something is so by now. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("still not so: " + what).isLessThan(end);
      Thread.sleep(5);
    }
  }

  /**
   * Ends and removes all; then there is no record, no process that knows of the records, no mount
   * of this namespace for a container, and no cgroup of those that there were.
   */
  void removeAll() throws Exception {
    for (Caller caller : Caller.values()) {
      Path records = records(caller);
      if (!Files.isDirectory(records) || isEmpty(records)) {
        continue;
      }
      ImmutableList<Path> cgroups = cgroups(records);
      output(caller, "rm", "--all", "--force");
      await("no process is left", () -> processes(records).isEmpty());
      try (var left = Files.list(records)) {
        assertThat(left).isEmpty();
      }
      assertThat(cgroups).noneMatch(Files::exists);
      String home = " " + caller.home(work) + "/";
      assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
          .noneMatch(line -> line.contains(home));
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      return !all.iterator().hasNext();
    }
  }

  private static ImmutableList<Path> cgroups(Path records) throws IOException {
    ImmutableList.Builder<Path> cgroups = ImmutableList.builder();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(records)) {
      for (Path record : all) {
        if (Files.exists(record.resolve("cgroups"))) {
          for (String line : Files.readAllLines(record.resolve("cgroups"))) {
            cgroups.add(Path.of(line));
          }
        }
      }
    } catch (NoSuchFileException e) {
      // One of them has ended meanwhile, and removed its record with its cgroups.
    }
    return cgroups.build();
  }

  /** Those whose environment names the records: the container's own have another one. */
  static ImmutableList<Path> processes(Path records) throws IOException {
    ImmutableList.Builder<Path> found = ImmutableList.builder();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        try {
          String environment =
              new String(
                  Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
          if (environment.contains("JRUN_STATE_DIR=" + records + "\0")) {
            found.add(process);
          }
        } catch (IOException e) {
          // It has ended: then it is not left.
        }
      }
    }
    return found.build();
  }
}
