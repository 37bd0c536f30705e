package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same command line starts the same container without a Java. */
@ExtendWith(LeakCheck.class)
class ReplayTest extends ReplayingTest {
  /** From now on the image and the installation are old enough for plans to be kept. */
  private void awaitKeeping() throws Exception {
    replayed(Caller.ROOT, image, "id");
  }

  @ParameterizedTest
  @EnumSource
  void sameWordsStartTheSameContainerWithoutJava(Caller caller) throws Exception {
    String anew = output(caller, "--no-replay", image.toString(), "sh", "-c", LOOK);
    assertThat(unnumbered(replayed(caller, image, "sh", "-c", LOOK).out()))
        .isEqualTo(unnumbered(anew))
        .contains("HOSTNAME=");
  }

  /** Without a Java. */
  private Result hundredAtOnce(List<Object> words) throws Exception {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.addAll(NO_JAVA).add("JRUN_STATE_DIR=" + containers.records(Caller.ROOT));
    command.add("sh", "-c", "for i in $(seq 100); do \"$@\" & done; wait", "sh");
    command.add(installation.jrun().toString());
    words.forEach(word -> command.add(word.toString()));
    return Caller.ROOT.execute(work, command.build());
  }

  /** A cgroup that cannot be removed would be said. */
  @Test
  void hundredAtOnceSucceedAndLeaveNothing() throws Exception {
    ImmutableList<Object> words = ImmutableList.of(image, "sh", "-c", "echo done");
    replayed(Caller.ROOT, words.toArray());
    assertThat(hundredAtOnce(words)).isEqualTo(new Result(0, "done\n".repeat(100), ""));
    try (Stream<Path> left = Files.list(containers.records(Caller.ROOT))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void hundredInTheBackgroundAtOnceAreAllThereAndLeaveNothing() throws Exception {
    ImmutableList<Object> words =
        ImmutableList.of("-d", "--memory=64m", image, "sh", "-c", "sleep 1000");
    replayed(Caller.ROOT, words.toArray());
    Result started = hundredAtOnce(words);
    assertThat(started.err()).isEmpty();
    Set<String> ids = started.out().lines().collect(Collectors.toSet());
    assertThat(ids).hasSize(100);
    assertThat(output(Caller.ROOT, "ps", "-q", "--no-trunc").lines()).containsAll(ids);
    output(Caller.ROOT, "rm", "--all", "--force");
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEmpty();
  }

  @Test
  void wordsBehindTheFirstMayBeOthers() throws Exception {
    String script = "for word; do echo \"[$word]\"; done";
    replayed(Caller.ROOT, image, "sh", "-c", "echo first");
    assertThat(withoutJava(Caller.ROOT, image, "sh", "-c", script, "sh", "", "a b", "ü\n*").out())
        .isEqualTo("[]\n[a b]\n[ü\n*]\n");
    assertThat(withoutJava(Caller.ROOT, image, "sh", "-c", "exit 7").status()).isEqualTo(7);
    assertThat(withoutJava(Caller.ROOT, image, "sh").status()).isZero();
    assertThat(withoutJava(Caller.ROOT, image, "echo").status())
        .as("another command")
        .isEqualTo(125);
    assertThat(withoutJava(Caller.ROOT, image).status()).as("the image's command").isEqualTo(125);
  }

  @Test
  void explainTellsHowAContainerWouldStart() throws Exception {
    String words = image.toString();
    awaitKeeping();
    assertThat(lastLine("--explain", "--privileged", words, "true"))
        .isEqualTo("# planned anew each time");
    assertThat(lastLine("--explain", words, "pwd"))
        .isEqualTo("# planned anew, and kept for the next time");
    replayed(Caller.ROOT, image, "pwd");
    assertThat(lastLine("--explain", words, "pwd"))
        .isEqualTo("# replayed as it was kept, unless something has changed");
  }

  private String lastLine(String... words) throws Exception {
    List<String> lines = output(Caller.ROOT, words).lines().toList();
    return lines.get(lines.size() - 1);
  }

  @Test
  void everyReplayIsAContainerOfItsOwn() throws Exception {
    replayed(Caller.ROOT, "-d", image, "sleep", "1");
    int count = 10;
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(Installation.check(withoutJava(Caller.ROOT, "-d", image, "sleep", 1000 + i)).out());
    }
    assertThat(ids).hasSize(count);
    String listed = output(Caller.ROOT, "ps", "--no-trunc");
    for (String id : ids) {
      assertThat(listed).contains(id.strip());
    }
    assertThat(listed).contains("sleep 1000").contains("sleep 1009");
    String first = ids.iterator().next().strip();
    assertThat(containers.field(Caller.ROOT, first, "created")).isNotEmpty();
    assertThat(output(Caller.ROOT, "exec", first, "cat", "/proc/1/cmdline")).startsWith("sleep\0");
  }

  @Test
  void nameThatIsTakenIsSaid() throws Exception {
    String[] words = {"-d", "--name", "one", image.toString(), "sleep", "1000"};
    output(Caller.ROOT, words);
    output(Caller.ROOT, "rm", "-f", "one");
    awaitKeeping();
    output(Caller.ROOT, words);
    output(Caller.ROOT, "rm", "-f", "one");
    assertThat(withoutJava(Caller.ROOT, (Object[]) words).status()).isZero();
    Result again = jrun(Caller.ROOT, words);
    assertThat(again.status()).isEqualTo(125);
    assertThat(again.err()).contains("container 'one': is there already");
  }

  @Test
  void whateverHasChangedIsCompiledAnew() throws Exception {
    Path directory = Files.createDirectory(work.resolve("changing"));
    Path other = Files.copy(image, directory.resolve("other.tar"));
    Path variables = Files.writeString(directory.resolve("variables"), "A=1\n");
    Path seen = Files.createDirectory(directory.resolve("seen"));
    Files.writeString(seen.resolve("file"), "old");
    Object[] words = {
      "--env-file",
      variables,
      "-e",
      "COPIED",
      "-v",
      seen + ":/seen",
      other,
      "sh",
      "-c",
      "echo $A $COPIED $(cat /seen/file)"
    };
    assertThat(replayed(Caller.ROOT, words).out()).isEqualTo("1 old\n");

    assertThat(Installation.check(withoutJava(Caller.ROOT, words)).out())
        .as("nothing has changed")
        .isEqualTo("1 old\n");
    Files.writeString(seen.resolve("file"), "new");
    assertThat(Installation.check(withoutJava(Caller.ROOT, words)).out())
        .as("what a volume holds is seen")
        .isEqualTo("1 new\n");

    Files.writeString(variables, "A=2\n");
    assertCompiledAnew("2 new\n", words);
    Files.move(seen, directory.resolve("away"));
    Files.createDirectory(seen);
    Files.writeString(seen.resolve("file"), "moved");
    assertCompiledAnew("2 moved\n", words);
    Files.copy(image, directory.resolve("fresh.tar"));
    Files.move(directory.resolve("fresh.tar"), other, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    assertCompiledAnew("2 moved\n", words);
  }

  private void assertCompiledAnew(String says, Object... words) throws Exception {
    assertThat(withoutJava(Caller.ROOT, words).status()).isEqualTo(125);
    assertThat(replayed(Caller.ROOT, words).out()).isEqualTo(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPIED=other exec \"$@\"",
        "cd /; exec \"$@\"",
        "ulimit -n 512; exec \"$@\"",
        "exec unshare --uts sh -c 'hostname another; exec \"$@\"' sh \"$@\"",
        "exec setpriv --bounding-set=-sys_time \"$@\"",
        "exec script -qec \"$*\" /dev/null",
        "mkdir -p /sys/fs/cgroup/pids/jrun-replay-test; echo $$ >/sys/fs/cgroup/pids/jrun-replay-test/cgroup.procs; exec \"$@\"",
        "HOME=/nowhere exec \"$@\"",
      })
  void anotherCallerIsCompiledAnew(String change) throws Exception {
    String[] words = {"-e", "COPIED", image.toString(), "true"};
    assertThat(replayed(Caller.ROOT, (Object[]) words).status()).isZero();
    List<String> command = new ArrayList<>(List.of("sh", "-c", change, "sh"));
    command.addAll(NO_JAVA);
    command.add("JRUN_STATE_DIR=" + containers.records(Caller.ROOT));
    command.add(installation.jrun().toString());
    command.addAll(List.of(words));
    Result result = Caller.ROOT.execute(work, command);
    Files.deleteIfExists(Path.of("/sys/fs/cgroup/pids/jrun-replay-test"));
    assertThat(result.status()).isEqualTo(125);
  }

  /** They share a home directory, and start the same by turns. */
  @Test
  void anotherMachineKeepsPlansOfItsOwn() throws Exception {
    Result fine = new Result(0, "fine\n", "");
    String there = "exec unshare --uts sh -c 'hostname another; exec \"$@\"' sh \"$@\"";
    assertThat(replayed(Caller.ROOT, image, "sh", "-c", "echo fine")).isEqualTo(fine);
    assertThat(elsewhere(there, "/bin/false").status()).isEqualTo(125);
    assertThat(elsewhere(there, "")).isEqualTo(fine);
    for (int turn = 0; turn < 3; turn++) {
      assertThat(withoutJava(Caller.ROOT, image, "sh", "-c", "echo fine")).isEqualTo(fine);
      assertThat(elsewhere(there, "/bin/false")).isEqualTo(fine);
    }
  }

  /** In one mount namespace, for the numbers of its mounts are part of a plan. */
  @Test
  void machineOfTheSameNameThatWasStartedAtAnotherTimeIsAnother() throws Exception {
    awaitKeeping();
    String turns =
        """
        cd "$(mktemp -d)"
        echo 01234567-89ab-cdef-0123-456789abcdef >boot
        boot=/proc/sys/kernel/random/boot_id
        start() { JRUN_JAVA=$1 $jrun $image sh -c 'echo fine'; }
        start ''; start /bin/false
        mount --bind boot $boot
        start /bin/false || echo none
        start ''; start /bin/false
        umount $boot
        start /bin/false
        mount --bind boot $boot
        start /bin/false
        """;
    List<String> command = new ArrayList<>(List.of("env", "jrun=" + installation.jrun()));
    command.addAll(List.of("image=" + image, "TMPDIR=" + work));
    command.add("JRUN_STATE_DIR=" + containers.records(Caller.ROOT));
    command.addAll(List.of("unshare", "--mount", "sh", "-euc", turns));
    Result result = Caller.ROOT.execute(work, command);
    assertThat(result).isEqualTo(new Result(0, "fine\nfine\nnone\nfine\nfine\nfine\nfine\n", ""));
  }

  private Result elsewhere(String change, String java) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-ec", change, "sh", "env"));
    command.addAll(
        List.of("JRUN_JAVA=" + java, "JRUN_STATE_DIR=" + containers.records(Caller.ROOT)));
    command.addAll(List.of(installation.jrun().toString(), image.toString()));
    command.addAll(List.of("sh", "-c", "echo fine"));
    return Caller.ROOT.execute(work, command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--privileged",
        "--no-replay",
        "--security-opt=no-new-privileges=false",
        "--device=/dev/null:/dev/zilch",
        "--cidfile=id",
      })
  void whatCannotBeLookedAtAgainIsNotKept(String option) throws Exception {
    awaitKeeping();
    Files.deleteIfExists(Caller.ROOT.home(work).resolve("id"));
    output(Caller.ROOT, option, image.toString(), "true");
    assertThat(withoutJava(Caller.ROOT, option, image, "true").status()).isEqualTo(125);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": >\"$1\"",
        "head -c 100 \"$1\" >\"$1.new\"; mv \"$1.new\" \"$1\"",
        "head -c 100000 /dev/urandom >\"$1\"",
        "head -c 3000000 /dev/zero >\"$1\"",
        "rm \"$1\"; mkfifo \"$1\"",
        "mv \"$1\" \"$1.real\"; ln -s \"$1.real\" \"$1\"",
        "chmod go+w \"$1\"",
        "chown 54321 \"$1\"",
        "chmod go+w \"$(dirname \"$1\")\"",
        "mv \"$(dirname \"$1\")\" \"$1.d\" 2>/dev/null; chown 54321 \"$(dirname \"$1\")\"",
        "mkdir \"$1.d\"; rm \"$1\"; mv \"$1.d\" \"$1\"",
      })
  void plansThatAreNotWhatWeHaveWrittenAreNotTaken(String damage) throws Exception {
    Path plans = Caller.ROOT.cache(work).resolve("plans");
    Images.check(work, "rm -rf '" + plans + "'");
    replayed(Caller.ROOT, image, "sh", "-c", "echo fine");
    List<Path> kept;
    try (Stream<Path> files = Files.list(plans)) {
      kept = files.filter(file -> file.getFileName().toString().length() == 16).toList();
    }
    assertThat(kept).hasSize(1);
    Installation.check(
        Installation.execute(
            work,
            com.google.common.collect.ImmutableMap.of(),
            List.of("sh", "-c", damage, "sh", kept.get(0).toString())));
    assertThat(withoutJava(Caller.ROOT, image, "sh", "-c", "echo fine").status()).isEqualTo(125);
    Result compiled = jrun(Caller.ROOT, image.toString(), "sh", "-c", "echo fine");
    assertThat(compiled).isEqualTo(new Result(0, "fine\n", ""));
    Images.check(work, "rm -rf '" + plans + "'");
  }

  /** For the plan is then used, however wrong the clock was, or is. */
  @ParameterizedTest
  @ValueSource(strings = {"2 hours ago", "2 hours", "1000 years"})
  void useIsNoticed(String when) throws Exception {
    Path plans = Caller.ROOT.cache(work).resolve("plans");
    Images.check(work, "rm -rf '" + plans + "'");
    replayed(Caller.ROOT, image, "true");
    Images.check(work, "touch -d '" + when + "' '" + plans + "'/????????????????");
    Installation.check(withoutJava(Caller.ROOT, image, "true"));
    Images.check(work, "touch now; [ -z \"$(find '" + plans + "'/???????????????? -newer now)\" ]");
    Images.check(work, "[ -n \"$(find '" + plans + "'/???????????????? -mmin -2)\" ]; rm now");
  }

  @Test
  void withoutRoomForPlansContainersStartAllTheSame() throws Exception {
    Path plans = Caller.ROOT.cache(work).resolve("plans");
    output(Caller.ROOT, image.toString(), "true");
    Images.check(work, "rm -rf '" + plans + "'; mkdir -m 700 '" + plans + "'");
    for (String mount :
        List.of(
            "mount -t tmpfs -o size=4k,mode=700 none \"$1\"",
            "mount -r -t tmpfs -o mode=700 none \"$1\"")) {
      List<String> command =
          List.of(
              "unshare",
              "--mount",
              "sh",
              "-euc",
              mount + "; shift; exec \"$@\"",
              "sh",
              plans.toString(),
              installation.jrun().toString(),
              image.toString(),
              "sh",
              "-c",
              "echo fine");
      assertThat(Caller.ROOT.execute(work, command)).isEqualTo(new Result(0, "fine\n", ""));
    }
  }

  @Test
  void othersPlansAreNotTaken() throws Exception {
    Path shared = Files.createDirectory(work.resolve("shared-cache"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    replayed(Caller.ROOT, image, "true");
    Images.check(
        work,
        "cp -r '"
            + Caller.ROOT.cache(work).resolve("plans")
            + "' '"
            + shared
            + "'; chmod -R a+rX '"
            + shared
            + "'");
    List<String> command = new ArrayList<>(NO_JAVA);
    command.addAll(
        List.of(
            "JRUN_CACHE_DIR=" + shared, installation.jrun().toString(), image.toString(), "true"));
    assertThat(Caller.SINGLE_ID.execute(work, command).status()).isEqualTo(125);
  }
}
