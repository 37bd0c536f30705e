package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.state.PlacedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the cache cannot be written, a container has its image to itself, and takes it along. */
class UnwritableCacheTest extends LiveTest {
  private static final String READ_ONLY =
      "mount --bind $cache $cache; mount -o remount,bind,ro $cache; ";

  private Path temporary;
  private Path cache;

  @BeforeEach
  void makePlaces() throws Exception {
    temporary = Files.createTempDirectory(work, "temporary");
    cache = Files.createTempDirectory(work, "cache");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setAttribute(temporary, "unix:mode", 01777);
  }

  /** In a mount namespace of its own; {@code $jrun}, {@code $cache} and {@code $image} are set. */
  private Result shell(Caller caller, String script, String... variables) throws Exception {
    ImmutableList.Builder<String> user = ImmutableList.builder();
    user.add("env", "JRUN_STATE_DIR=" + containers.records(caller), "TMPDIR=" + temporary);
    user.add("JRUN_CACHE_DIR=" + cache, "jrun=" + installation.jrun(), "image=" + image);
    user.add("cache=" + cache, "temporary=" + temporary).add(variables);
    List<String> command = user.add("sh", "-uc", script).build();
    return caller.execute(
        work,
        caller == Caller.ROOT
            ? ImmutableList.<String>builder().add("unshare", "--mount").addAll(command).build()
            : command);
  }

  private void nothingIsLeftIn(Path directory) throws Exception {
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private String warning(String why) {
    return "jrun: warning: the image is made ready for this container alone, in "
        + temporary
        + " ("
        + why
        + "); set JRUN_CACHE_DIR to a directory that can be written to have it kept\n";
  }

  @Test
  void readOnlyCacheIsDoneWithout() throws Exception {
    Result result = shell(Caller.ROOT, READ_ONLY + "$jrun $image ls /bin/busybox");
    assertThat(result)
        .isEqualTo(
            new Result(
                0, "/bin/busybox\n", warning("the cache " + cache + ": Read-only file system")));
    nothingIsLeftIn(temporary);
  }

  @Test
  void readOnlyCacheThatHasTheImageIsUsed() throws Exception {
    String twice = "for i in 1 2 3; do $jrun $image true; sleep 1; done; ";
    assertThat(shell(Caller.ROOT, twice + READ_ONLY + "$jrun --no-replay $image sh -c 'echo fine'"))
        .isEqualTo(new Result(0, "fine\n", ""));
    assertThat(shell(Caller.ROOT, READ_ONLY + "$jrun $image sh -c 'echo fine'"))
        .isEqualTo(new Result(0, "fine\n", ""));
    nothingIsLeftIn(temporary);
  }

  @Test
  void fullCacheIsDoneWithout() throws Exception {
    String full = "mount -t tmpfs -o size=64k,mode=700 tmpfs $cache; ";
    Result result =
        shell(Caller.ROOT, full + "$jrun $image sh -c 'echo fine'; find $cache -type f");
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("fine\n");
    assertThat(result.err())
        .startsWith(warning("").split("[(]", 2)[0])
        .contains("(the cache " + cache + ": ", "No space left on device);")
        .matches("[^\n]+\n");
    nothingIsLeftIn(temporary);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void cacheInADirectoryOfAnotherIsDoneWithout(Caller caller) throws Exception {
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    String place = cache + "/of/mine";
    assertThat(shell(caller, "$jrun $image sh -c 'echo fine'", "JRUN_CACHE_DIR=" + place))
        .isEqualTo(
            new Result(
                0,
                "fine\n",
                unmapped(caller)
                    + warning("the cache " + place + ": it cannot be created: permission denied")));
    nothingIsLeftIn(temporary);
  }

  /** What is always said when an image is unpacked by somebody who is one user only. */
  private String unmapped(Caller caller) throws Exception {
    String said = caller == Caller.ROOT ? "" : jrun(caller, image.toString(), "true").err();
    Images.check(work, "rm -rf '" + caller.cache(work) + "'");
    return said.isEmpty() ? jrun(caller, image.toString(), "true").err() : said;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void withoutAHomeThereIsNoCache(Caller caller) throws Exception {
    String homeless = "unset JRUN_CACHE_DIR XDG_CACHE_HOME HOME; $jrun $image sh -c 'echo fine'";
    assertThat(shell(caller, homeless))
        .isEqualTo(
            new Result(
                0, "fine\n", unmapped(caller) + warning("there is no directory for the cache")));
    nothingIsLeftIn(temporary);
  }

  @Test
  void rootDirectoryIsMountedOverATemporaryPlace() throws Exception {
    Result result = shell(Caller.ROOT, READ_ONLY + "$jrun " + rootfs + " sh -c 'echo fine'");
    assertThat(result.out()).isEqualTo("fine\n");
    assertThat(result.err()).startsWith("jrun: warning: ").contains("Read-only file system");
    nothingIsLeftIn(temporary);
  }

  /** One that is not unpacked, as it is large. */
  @Test
  void indexIsMountedFromATemporaryPlace() throws Exception {
    Path large = work.resolve("large.tar");
    Images.check(rootfs, "head -c 20M /dev/zero >zeros; tar -cf '%s' .; rm zeros".formatted(large));
    Result result =
        shell(Caller.ROOT, READ_ONLY + "$jrun -v $temporary:/seen " + large + " ls /zeros /seen");
    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("/zeros\n\n/seen:\njrun-\\w{16}\njrun-\\w{16}.lock\n");
    nothingIsLeftIn(temporary);
  }

  @ParameterizedTest
  @EnumSource
  void placeIsThereAsLongAsTheContainer(Caller caller) throws Exception {
    String detached = "$jrun -d --name web $image sleep 1000 >/dev/null; ";
    shell(
        caller,
        "unset JRUN_CACHE_DIR; HOME=/proc XDG_CACHE_HOME=/proc " + elsewhere(caller) + detached);
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files).hasSize(2);
    }
    // Another one that clears up leaves it alone.
    shell(caller, "JRUN_CACHE_DIR=/proc/jrun $jrun $image true");
    assertThat(output(caller, "exec", "web", "ls", "/bin/busybox")).isEqualTo("/bin/busybox\n");
    output(caller, "rm", "-f", "web");
    nothingIsLeftIn(temporary);
  }

  private static String elsewhere(Caller caller) {
    return caller == Caller.ROOT ? "JRUN_CACHE_DIR=/proc/jrun " : "";
  }

  @Test
  void placeOfALauncherThatIsKilledGoesToo() throws Exception {
    shell(Caller.ROOT, "JRUN_CACHE_DIR=/proc/jrun $jrun -d --name web $image sleep 1000");
    String[] processes =
        Files.readString(containers.records(Caller.ROOT).resolve("web/processes")).split(" +", -1);
    Images.check(work, "kill -9 " + processes[2]);
    LivingContainers.await(
        "it is removed",
        () -> {
          try (Stream<Path> left = Files.list(temporary)) {
            return left.findAny().isEmpty();
          }
        });
  }

  @Test
  void placeOfAContainerThatIsNotStartedGoes() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    Result taken = shell(Caller.ROOT, READ_ONLY + "$jrun --name web $image true");
    assertThat(taken.err()).contains("container 'web': is there already");
    Result failed = shell(Caller.ROOT, READ_ONLY + "$jrun $image /no/such/program");
    assertThat(failed.status()).isEqualTo(127);
    nothingIsLeftIn(temporary);
  }

  @Test
  void whatAKilledJrunHasLeftGoes() throws Exception {
    Path dead = temporary.resolve("jrun-0123456789abcdef");
    Path alive = temporary.resolve("jrun-0123456789abcde0");
    Path others = temporary.resolve("jrun-of-others");
    PlacedProcess self = PlacedProcess.of(ProcessHandle.current().pid());
    for (Path place : List.of(dead, alive, others)) {
      Files.createDirectories(place.resolve("bundles/deep/er"));
      Files.writeString(Path.of(place + ".lock"), place == dead ? "" : self.text());
    }
    Result result = shell(Caller.ROOT, READ_ONLY + "$jrun $image sh -c 'echo fine'");
    assertThat(result.out()).isEqualTo("fine\n");
    assertThat(dead).doesNotExist();
    assertThat(Path.of(dead + ".lock")).doesNotExist();
    assertThat(List.of(alive, others)).allMatch(Files::exists);
  }

  @Test
  void nextPlaceIsTakenIfOneHasNoRoom() throws Exception {
    String full = "mount -t tmpfs -o size=64k tmpfs $temporary; mount -t tmpfs tmpfs /var/tmp; ";
    Result result =
        shell(
            Caller.ROOT,
            READ_ONLY + full + "$jrun $image sh -c 'echo fine'; ls /var/tmp $temporary");
    assertThat(result.out()).isEqualTo("fine\n" + temporary + ":\n\n/var/tmp:\n");
    assertThat(result.err())
        .matches(
            "jrun: warning: the image is made ready for this container alone, in /var/tmp"
                + " \\(the cache [^;]*; "
                + temporary
                + ": has room for \\d+ bytes, the image has \\d+\\);[^\n]*\n");
  }

  @Test
  void whereNothingCanBeWrittenIsSaid() throws Exception {
    String everywhere =
        "mount --bind / /; mount --bind /tmp /tmp; mount -t tmpfs -o mode=700 tmpfs $JRUN_STATE_DIR;"
            + " for d in /tmp /var/tmp /dev/shm $temporary; do"
            + " mount --bind $d $d; mount -o remount,bind,ro $d; done; "
            + "mount -t tmpfs -o mode=700 tmpfs $JRUN_STATE_DIR; ";
    Files.createDirectories(containers.records(Caller.ROOT));
    Result result = shell(Caller.ROOT, READ_ONLY + everywhere + "$jrun $image sh -c 'echo fine'");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    String refused = ": Read-only file system";
    assertThat(result.err())
        .isEqualTo(
            "jrun: "
                + image
                + ": cannot be made ready anywhere (the cache "
                + cache
                + refused
                + "; "
                + temporary
                + refused
                + "; /var/tmp"
                + refused
                + "; /tmp"
                + refused
                + "; /dev/shm"
                + refused
                + "); set JRUN_CACHE_DIR or TMPDIR to a directory with room\n");
  }

  @Test
  void explainTellsThePlace() throws Exception {
    Result result = shell(Caller.ROOT, READ_ONLY + "$jrun --explain $image true");
    assertThat(result.out()).contains("would be unpacked into " + temporary + "/jrun-NAME/");
    nothingIsLeftIn(temporary);
  }
}
