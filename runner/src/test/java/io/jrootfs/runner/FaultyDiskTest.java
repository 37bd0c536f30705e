package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A disk that fails once, at whatever call it is that writes to the cache or to the records: strace
 * counts the calls of a start that goes well, and at one of them has the next start be told of an
 * error. Some of them, by turns; {@code -Dfuzz.seconds=N} goes on for so long with others.
 */
class FaultyDiskTest extends LiveTest {
  private static final int TRIED = 10;

  private static final String CALLS =
      "openat,getdents64,write,pwrite64,sendfile,ftruncate,fsync,fdatasync,rename,renameat,"
          + "renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,unlink,unlinkat,rmdir,chmod,"
          + "fchmod,fchmodat,chown,lchown,fchown,fchownat,utimensat";

  private static final ImmutableList<String> ERRORS = ImmutableList.of("ENOSPC", "EIO", "EROFS");

  /** What only clears up: what it leaves in the cache, pruning removes. */
  private static final ImmutableSet<String> REMOVALS =
      ImmutableSet.of("unlink", "unlinkat", "rmdir");

  private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*)");

  private static Path marked;

  private Path cache;
  private Path records;
  private Path temporary;
  private Path traces;

  /** The n-th call of a kind, in whichever thread. */
  private record Site(String call, int number) {}

  /** An image whose program writes nothing, for then all that is written is jrun's. */
  @BeforeAll
  static void makeImage() throws Exception {
    Files.writeString(rootfs.resolve("mark"), "whole\n");
    marked = Images.tar(rootfs, work.resolve("marked.tar"));
  }

  @BeforeEach
  void makePlaces() throws Exception {
    cache = Files.createTempDirectory(work, "faulty-cache");
    records = Files.createTempDirectory(work, "faulty-records");
    temporary = Files.createTempDirectory(work, "faulty-temporary");
    traces = Files.createTempDirectory(work, "traces");
  }

  private Result jrun(List<String> before) throws Exception {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add("env", "JRUN_CACHE_DIR=" + cache, "JRUN_STATE_DIR=" + records);
    command.add("TMPDIR=" + temporary).addAll(before);
    command.add(installation.jrun().toString(), marked.toString());
    command.add("sh", "-c", "read m </mark; [ $m = whole ] && exit 7");
    return Caller.ROOT.execute(work, command.build());
  }

  /** A program that is called under strace. */
  private ImmutableList<String> strace(String inject, String... followed) {
    ImmutableList.Builder<String> strace = ImmutableList.builder();
    strace.add("strace").add(followed).add("-qq", "-y", "-e", "signal=none");
    strace.add("-o", traces + "/of", "-e", "trace=" + CALLS);
    return strace.addAll(inject.isEmpty() ? List.of() : List.of("-e", "inject=" + inject)).build();
  }

  /** Who calls what. */
  private interface Start {
    /** With that injected, in the words of strace, or nothing. */
    Result with(String inject) throws Exception;
  }

  /** The launcher's calls, and not those of others. */
  private Result launcherTraced(String inject) throws Exception {
    return jrun(strace(inject));
  }

  /** Those of the JVM that it starts, of each thread. */
  private Result compilerTraced(String inject) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String words = String.join("' '", strace(inject, "-ff", "--seccomp-bpf"));
    Path script =
        Files.writeString(script(), "#!/bin/sh\nexec '%s' %s \"$@\"\n".formatted(words, java));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return jrun(List.of("env", "JRUN_JAVA=" + script));
  }

  private static Path script() {
    return work.resolve("traced-java");
  }

  private static void empty(Path directory) {
    Images.check(directory, "find . -mindepth 1 -delete");
  }

  /**
   * Whether a call writes to the cache, to the records, or to what takes the cache's place. Who
   * removes a record looks first for what is in it.
   */
  private boolean isOurs(String line) {
    boolean opens = line.startsWith("openat") && !line.contains("O_CREAT");
    if (line.startsWith("getdents64") || (opens && line.contains("O_DIRECTORY"))) {
      return line.contains(records.toString());
    }
    return !opens
        && (line.contains(records.toString())
            || line.contains(temporary.toString())
            || (line.contains(cache.toString()) && !line.contains(cache + "/mnt")));
  }

  /** The lines of all threads. */
  private List<List<String>> threads() throws IOException {
    List<List<String>> threads = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(traces)) {
      for (Path file : files) {
        threads.add(Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList());
      }
    }
    return threads;
  }

  /** Those calls. */
  private List<Site> sites() throws IOException {
    Set<Site> sites = new LinkedHashSet<>();
    for (List<String> thread : threads()) {
      Map<String, Integer> counts = new HashMap<>();
      for (String line : thread) {
        Matcher call = CALL.matcher(line);
        if (call.lookingAt()) {
          int number = counts.merge(call.group(1), 1, Integer::sum);
          if (isOurs(line)) {
            sites.add(new Site(call.group(1), number));
          }
        }
      }
    }
    return new ArrayList<>(sites);
  }

  private List<String> injected() throws IOException {
    return threads().stream()
        .flatMap(List::stream)
        .filter(line -> line.endsWith("(INJECTED)"))
        .toList();
  }

  /** What nobody has any use for once a start is over. */
  private List<String> leftovers() throws IOException {
    List<String> left = new ArrayList<>();
    for (Path directory : List.of(records, temporary)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.map(Path::toString).forEach(left::add);
      }
    }
    try (Stream<Path> files = Files.walk(cache, 2)) {
      files
          .map(Path::toString)
          .filter(file -> file.substring(file.lastIndexOf('/')).startsWith("/tmp-"))
          .forEach(left::add);
    }
    return left;
  }

  private ImmutableList<String> pruning() {
    String variable = "JRUN_CACHE_DIR=" + cache;
    return ImmutableList.of("env", variable, installation.jrun().toString(), "cache", "prune");
  }

  /** Makes things ready for a start. */
  private interface Preparation {
    void make() throws Exception;
  }

  private void failEverywhere(Preparation preparation, Start start) throws Exception {
    preparation.make();
    empty(traces);
    assertThat(start.with("")).isEqualTo(new Result(7, "", ""));
    assertThat(injected()).isEmpty();
    List<Site> sites = sites();
    assertThat(sites).isNotEmpty();
    long seed = new Random().nextLong();
    Collections.shuffle(sites, new Random(seed));
    long until = System.nanoTime() + 1_000_000_000L * Long.getLong("fuzz.seconds", 0);
    int faults = 0;
    for (int i = 0; i < TRIED || System.nanoTime() < until; i++) {
      String error = ERRORS.get((i + i / sites.size()) % ERRORS.size());
      preparation.make();
      faults += failAt(sites.get(i % sites.size()), error, start) ? 1 : 0;
    }
    assertThat(faults).as("starts with a fault of ours").isPositive();
  }

  /** Returns whether there was a fault, and in what is ours. */
  private boolean failAt(Site site, String error, Start start) throws Exception {
    String what = site + " " + error;
    empty(traces);
    Result result = start.with(site.call() + ":error=" + error + ":when=" + site.number());
    List<String> injected = injected();
    // Another thread may have got as far in something else.
    boolean ours = injected.stream().allMatch(this::isOurs);
    if (ours) {
      assertThat(result.out()).as(what).isEmpty();
      if (result.status() == 125) {
        assertThat(result.err()).as(what + injected).matches("jrun: [^\n]*\n");
        assertThat(result.err()).as(what).doesNotContain("warning", "Exception");
      } else {
        assertThat(result.status()).as(what + injected + result).isEqualTo(7);
        assertThat(result.err()).as(what + injected).matches("(jrun: warning: [^\n]*\n)*");
      }
      if (!REMOVALS.contains(site.call())) {
        assertThat(leftovers()).as(what + injected + result).isEmpty();
      }
    }
    assertThat(jrun(List.of())).as(what + injected).isEqualTo(new Result(7, "", ""));
    if (REMOVALS.contains(site.call())) {
      Caller.ROOT.execute(work, pruning());
    }
    assertThat(leftovers()).as("after the next start: " + what + injected).isEmpty();
    return ours && !injected.isEmpty();
  }

  @Test
  void firstStartRunsOrSaysWhyNot() throws Exception {
    failEverywhere(
        () -> {
          empty(cache);
          empty(records);
        },
        this::compilerTraced);
  }

  /** With a plan that was kept, and an image that is there already. */
  @Test
  void laterStartRunsOrSaysWhyNot() throws Exception {
    failEverywhere(this::keepPlan, this::launcherTraced);
  }

  private void keepPlan() throws Exception {
    List<String> noJava = List.of("env", "JRUN_JAVA=/bin/false");
    for (int i = 0; i < 40 && jrun(noJava).status() == 125; i++) {
      assertThat(jrun(List.of())).isEqualTo(new Result(7, "", ""));
      Thread.sleep(200);
    }
  }

  /** Here the fault stays. */
  @Test
  void recordThatCannotBeRemovedIsSaid() throws Exception {
    keepPlan();
    assertThat(saidOfRecord("getdents64"))
        .isEqualTo("jrun: warning: cannot remove RECORD: I/O error\n");
    empty(records);
    String starting = "jrun: warning: cannot remove RECORD/starting: I/O error; while it";
    assertThat(saidOfRecord("unlinkat"))
        .isEqualTo(
            starting
                + " is there 'jrun exec' takes the container for one that is being started\n"
                + "jrun: warning: cannot remove RECORD: I/O error\n");
  }

  private String saidOfRecord(String call) throws Exception {
    Result result = launcherTraced(call + ":error=EIO:when=1+");
    assertThat(result.status()).as(call + result).isEqualTo(7);
    List<String> left = leftovers();
    assertThat(left).as(call + result).hasSize(1);
    // EIO in the words of musl and of glibc.
    return result.err().replace(left.get(0), "RECORD").replace("Input/output error", "I/O error");
  }
}
