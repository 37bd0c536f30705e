package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is unpacked is seen, and goes when nobody needs it. */
class CacheTest extends LiveTest {
  private static final String NONE = "KEY  IMAGE  KIND  SIZE  LAST USED  STATUS\n";

  private Path other;

  /** A second image, with one file more that is not root's. */
  @BeforeEach
  void makeImages() throws Exception {
    other = work.resolve("other.tar");
    if (!Files.exists(other)) {
      Path tree = Files.createDirectory(work.resolve("tree"));
      Images.check(rootfs, "cp -a . '" + tree + "'");
      Files.writeString(tree.resolve("more"), "x".repeat(1 << 20));
      Images.check(tree, "tar --numeric-owner --owner=1000 --group=1000 -cf '" + other + "' .");
    }
    for (Caller caller : Caller.values()) {
      output(caller, "cache", "prune");
      assertThat(output(caller, "cache")).isEqualTo(NONE);
    }
  }

  private static Path bundles(Caller caller) throws Exception {
    return caller.cache(work).resolve("bundles");
  }

  private List<String> keys(Caller caller) throws Exception {
    return output(caller, "cache", "-q").lines().toList();
  }

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatNoContainerRunsFromGoes(Caller caller) throws Exception {
    start(caller, "web", "echo ready; while [ ! -e /go ]; do sleep 0.1; done; ls /bin/busybox");
    output(caller, other.toString(), "true");
    assertThat(output(caller, "cache").lines().skip(1).map(line -> line.split("  +", 0)[1]))
        .containsExactlyInAnyOrder(image.toString(), other.toString());
    assertThat(output(caller, "cache", "ls", "--json"))
        .contains("\"inUse\" : true", "\"inUse\" : false");

    assertThat(output(caller, "cache", "prune"))
        .matches("[0-9a-f]{12}  " + other + "\nfreed [0-9.]+MiB of 1 image\n");
    assertThat(names(bundles(caller))).hasSize(1);
    output(caller, "exec", "web", "touch", "/go");
    output(caller, "wait", "web");
    assertThat(output(caller, "logs", "web")).isEqualTo("ready\n/bin/busybox\n");

    assertThat(output(caller, "cache", "prune")).contains(image.toString(), "of 1 image\n");
    assertThat(names(bundles(caller))).isEmpty();
    assertThat(names(caller.cache(work).resolve("index"))).isEmpty();
    assertThat(output(caller, other.toString(), "ls", "/more")).isEqualTo("/more\n");
  }

  /** Records are not asked: another directory of them, or none, changes nothing. */
  @Test
  void containersWithRecordsElsewhereHoldTheirImages() throws Exception {
    LivingContainers elsewhere = new LivingContainers(installation, work, "elsewhere");
    elsewhere.output(Caller.ROOT, "-d", "--name=far", image.toString(), "sleep", "1000");
    try {
      assertThat(output(Caller.ROOT, "ps", "-q")).isEmpty();
      assertThat(output(Caller.ROOT, "cache", "prune")).isEqualTo("freed 0B of 0 images\n");
    } finally {
      elsewhere.removeAll();
    }
    assertThat(output(Caller.ROOT, "cache", "prune", "-q")).matches("[0-9a-f]{12}\n");
    assertThat(output(Caller.ROOT, "cache", "prune", "-q")).isEmpty();
  }

  @Test
  void thoseThatWereUsedLongestAgoGoFirst() throws Exception {
    output(Caller.ROOT, image.toString(), "true");
    String first = keys(Caller.ROOT).get(0);
    output(Caller.ROOT, other.toString(), "true");
    for (String name : names(bundles(Caller.ROOT))) {
      Instant when = Instant.now().minus(Duration.ofDays(name.startsWith(first) ? 40 : 20));
      Files.setLastModifiedTime(
          bundles(Caller.ROOT).resolve(name).resolve("held"), FileTime.from(when));
    }
    assertThat(keys(Caller.ROOT)).hasSize(2).element(1).isEqualTo(first);

    String[] old = {"cache", "prune", "--unused-for", "30d", "--dry-run"};
    assertThat(output(Caller.ROOT, old)).startsWith(first).contains("\nwould free ");
    assertThat(keys(Caller.ROOT)).hasSize(2);
    assertThat(output(Caller.ROOT, "cache", "prune", "--max-size", "1g"))
        .isEqualTo("freed 0B of 0 images\n");

    output(Caller.ROOT, image.toString(), "true");
    assertThat(keys(Caller.ROOT)).as("used again").element(0).isEqualTo(first);
    assertThat(output(Caller.ROOT, "cache", "prune", "--unused-for", "1000h"))
        .isEqualTo("freed 0B of 0 images\n");
    assertThat(output(Caller.ROOT, "cache", "prune", "--max-size", "3m")).contains("of 1 image\n");
    assertThat(keys(Caller.ROOT)).containsExactly(first);
  }

  /** As if the clock had been ahead when the first one was used. */
  @Test
  void timeThatHasNotComeYetIsNotTheLast() throws Exception {
    output(Caller.ROOT, image.toString(), "true");
    String first = keys(Caller.ROOT).get(0);
    Path held = held(first);
    FileTime ahead = FileTime.from(Instant.now().plus(Duration.ofDays(1000)));
    Files.setLastModifiedTime(held, ahead);
    output(Caller.ROOT, other.toString(), "true");
    assertThat(keys(Caller.ROOT)).hasSize(2).element(1).isEqualTo(first);
    assertThat(output(Caller.ROOT, "cache").lines().skip(2))
        .allMatch(line -> line.matches(first + ".*  unknown.*"));
    assertThat(output(Caller.ROOT, "cache", "prune", "--max-size", "3m", "--dry-run"))
        .startsWith(first)
        .contains("of 1 image\n");
    assertThat(Files.getLastModifiedTime(held)).as("nothing but looked at").isEqualTo(ahead);

    output(Caller.ROOT, image.toString(), "true");
    assertThat(keys(Caller.ROOT)).as("used again").element(0).isEqualTo(first);

    Files.setLastModifiedTime(held, ahead);
    assertThat(output(Caller.ROOT, "cache", "prune", "--unused-for", "1m"))
        .isEqualTo("freed 0B of 0 images\n");
    assertThat(output(Caller.ROOT, "cache")).as("gets older from now on").doesNotContain("unknown");
  }

  private Path held(String key) throws Exception {
    try (Stream<Path> found = Files.list(bundles(Caller.ROOT))) {
      return found
          .filter(bundle -> bundle.getFileName().toString().startsWith(key))
          .findAny()
          .orElseThrow()
          .resolve("held");
    }
  }

  /** A start that was planned before finds its image gone and says so; the next one unpacks. */
  @Test
  void keptPlanOfARemovedImageIsPlannedAnew() throws Exception {
    for (int i = 0; i < 20 && !explains("replayed"); i++) {
      output(Caller.ROOT, image.toString(), "true");
      Thread.sleep(200);
    }
    assertThat(explains("replayed")).isTrue();
    output(Caller.ROOT, "cache", "prune");
    assertThat(output(Caller.ROOT, image.toString(), "sh", "-c", "echo here")).isEqualTo("here\n");
  }

  private boolean explains(String how) throws Exception {
    return output(Caller.ROOT, "--explain", image.toString(), "true").contains("# " + how);
  }

  @Test
  void whatAKilledUnpackingHasLeftGoes() throws Exception {
    output(Caller.ROOT, image.toString(), "true");
    List<String> parts = List.of("bundles", "index", "plans");
    for (String part : parts) {
      Path directory = Files.createDirectories(Caller.ROOT.cache(work).resolve(part));
      Path left = Files.createDirectory(directory.resolve("tmp-0123"));
      Files.writeString(left.resolve("file"), "");
      Files.createFile(directory.resolve("tmp-0123.lock"));
    }
    output(Caller.ROOT, "cache", "prune");
    for (String part : parts) {
      assertThat(names(Caller.ROOT.cache(work).resolve(part)))
          .noneMatch(name -> name.startsWith("tmp-"));
    }
    assertThat(names(bundles(Caller.ROOT))).isEmpty();
  }

  /** The user is impatient. */
  @ParameterizedTest
  @EnumSource
  void interruptedUnpackingLeavesNothing(Caller caller) throws Exception {
    Path large = work.resolve("large.tar");
    if (!Files.exists(large)) {
      Images.check(
          rootfs, "head -c 200M /dev/zero >zeros; tar -cf '%s' .; rm zeros".formatted(large));
    }
    Process process =
        caller
            .builder(work, containers.command(caller, large.toString(), "true"))
            .redirectErrorStream(true)
            .start();
    LivingContainers.await("it unpacks or copies", () -> isAtWork(bundles(caller)));
    process.destroy();
    process.waitFor();
    // On a machine that was busy it may have been ready already.
    assertThat(names(bundles(caller))).noneMatch(name -> name.startsWith("tmp-"));
  }

  private static boolean isAtWork(Path bundles) throws Exception {
    try (Stream<Path> files =
        Files.find(
            bundles,
            3,
            (file, is) ->
                file.endsWith("rootfs") || file.getFileName().toString().startsWith("layer-"))) {
      return files.findAny().isPresent();
    } catch (UncheckedIOException e) {
      return false; // something went while it was looked at
    }
  }

  /** Another mapping of ids has made files there that are nobody's here. */
  @Test
  void whatCannotBeRemovedIsSaid() throws Exception {
    output(Caller.SINGLE_ID, image.toString(), "true");
    Path bundle = bundles(Caller.SINGLE_ID).resolve(names(bundles(Caller.SINGLE_ID)).get(0));
    Path foreign = Files.createDirectory(bundle.resolve("rootfs/foreign"));
    Files.writeString(foreign.resolve("file"), "");
    Result result = jrun(Caller.SINGLE_ID, "cache", "prune");
    Result again = jrun(Caller.SINGLE_ID, "cache", "prune");
    String images = output(Caller.SINGLE_ID, "cache");
    Images.check(bundles(Caller.SINGLE_ID), "rm -r tmp-*/removed/rootfs/foreign");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .matches("jrun: \\S+/tmp-\\w+: cannot be removed: file: permission denied\n");
    assertThat(again.status()).isEqualTo(125);
    assertThat(again.err())
        .matches(
            "jrun: a leftover in the cache: \\S+/tmp-\\w+: cannot be removed: file: permission denied\n");
    assertThat(images).as("it is no image any more").isEqualTo(NONE);
    output(Caller.SINGLE_ID, "cache", "prune");
    assertThat(names(bundles(Caller.SINGLE_ID))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "purge, 'purge' cannot be done with the cache; ls and prune can",
        "ls --max-size=1g, --max-size is an option of 'jrun cache prune'",
        "prune --json, --json is an option of 'jrun cache ls'",
        "prune --max-size=-1, \"--max-size '-1' is no size; write a number of bytes or one with k, m, g or t, as in 64m\"",
        "prune --max-size=, \"--max-size '' is no size; write a number of bytes or one with k, m, g or t, as in 64m\"",
        "prune --unused-for=week, \"--unused-for 'week' is no age; write a number with m, h or d, as in 30d\"",
      })
  void whatMakesNoSenseIsOneSentence(String words, String sentence) throws Exception {
    String[] arguments = ("cache " + words).split(" ", -1);
    assertThat(jrun(Caller.ROOT, arguments))
        .isEqualTo(new Result(125, "", "jrun: " + sentence + "; see 'jrun cache --help'\n"));
  }
}
