package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A lesson builds a container by hand, of chroot, namespaces and cgroups. Each of its steps is one
 * command here, and a test that looks at the outcome with the tools of the lesson.
 *
 * <p>The runner's own tests of the same name watch its live steps as {@code jrun} tells them. That
 * version 2 of cgroups alone will do is shown in a virtual machine, by the runner's tests that are
 * marked so.
 */
@ResourceLock(OrdinaryUserWithRange.LOCK)
class LessonTest {
  private static final String SUITE = "bookworm";
  private static final String RECORDS = "export JRUN_STATE_DIR=$PWD/state\n";

  /** Until the condition that follows holds; a minute is a hang. */
  private static final String AWAIT =
      "await() { n=600; until eval \"$1\"; do n=$((n - 1)); [ $n -gt 0 ]; sleep 0.1; done; }\n";

  /** The processor quota that the kernel has for a container, in microseconds; -1 or max: none. */
  private static final String QUOTA =
      "quota() { for c in $(jrun inspect $1 | jq -r '.[0].cgroups[]'); do"
          + " [ ! -e $c/cpu.cfs_quota_us ] || cat $c/cpu.cfs_quota_us;"
          + " [ ! -e $c/cpu.max ] || cut -d' ' -f1 $c/cpu.max; done; }\n";

  @TempDir static Path work;
  private static Dist dist;

  @BeforeAll
  static void build() throws Exception {
    dist = Dist.sharedIn(work);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    does("jbuild rootfs --add bash -q && mv image.tar bash.tar");
    does(
        "mkdir tmp; TMPDIR=$PWD/tmp JBUILD_CACHE_DIR=$PWD/packages jbuild rootfs --debootstrap "
            + SUITE
            // The lesson looks with ps, which the smallest variant lacks.
            + " --variant minbase --include procps --format dir -o better-root -q");
  }

  @AfterEach
  void removeContainers() throws Exception {
    does("jrun ps -aq | xargs -r jrun rm -f >/dev/null");
  }

  /** What stays would be read as links that lead out of the temporary directory. */
  @AfterAll
  static void removeRoots() throws Exception {
    does("rm -rf better-root copy by-hand cache home");
  }

  private static Dist.Result run(String script) throws Exception {
    return dist.shell(work, RECORDS + AWAIT + QUOTA + script);
  }

  /** What a script says that must succeed. */
  private static String does(String script) throws Exception {
    Dist.Result result = run(script);
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  @Test
  void aChrootWithBashIsOneCommand() throws Exception {
    String script = "'echo $$ $UID $PWD *'";
    assertThat(does("echo " + script + " | jrun bash.tar")).startsWith("1 0 / ");
    does("jbuild rootfs --add bash --format dir -o by-hand -q");
    assertThat(does("chroot by-hand bash -c 'echo $UID $PWD'")).isEqualTo("0 /\n");
    String libraries = "ldd $(command -v bash) | grep -o '/[^ ]*' | xargs -n1 basename | sort";
    assertThat(does("find by-hand -name '*.so*' | xargs -n1 basename | sort -u").lines())
        .containsAll(does(libraries).lines().toList());
  }

  @Test
  void lsAndCatAreAddedByName() throws Exception {
    does("jbuild rootfs --add bash,ls,cat -q -o three.tar");
    assertThat(does("jrun three.tar bash -c 'ls -d /usr; echo meow | cat'"))
        .isEqualTo("/usr\nmeow\n");
  }

  @Test
  void whatWasNotAddedIsNotThere() throws Exception {
    does("jbuild rootfs --add bash,cat -q -o jail.tar");
    assertThat(does("cat /etc/issue")).isNotEmpty();
    Dist.Result inside = run("jrun jail.tar cat /etc/issue");
    assertThat(inside.status()).isEqualTo(1);
    assertThat(inside.err()).contains("/etc/issue: No such file or directory");
    assertThat(run("jrun jail.tar ls").status()).isEqualTo(127);
  }

  @Test
  void debootstrapIsOneCommand() throws Exception {
    String script = "bash -c '. /etc/os-release; echo $VERSION_CODENAME; dpkg --audit'";
    assertThat(does("chroot better-root " + script)).isEqualTo(SUITE + "\n");
    assertThat(does("jrun ./better-root " + script)).isEqualTo(SUITE + "\n");
  }

  @Test
  void unshareChrootIsOneCommand() throws Exception {
    String script = " bash -c 'echo $$ $UID $PWD; ls /; touch /gone'";
    String byHand =
        does(
            "cp -a better-root copy; unshare --mount --uts --ipc --net --pid --fork --user"
                + " --map-root-user chroot copy"
                + script);
    assertThat(byHand).startsWith("1 0 /\n");
    assertThat(does("jrun ./better-root" + script)).isEqualTo(byHand);
    Dist.Result asUser = new OrdinaryUserWithRange(work).shell(dist, "jrun ./better-root" + script);
    assertThat(asUser.out()).as(asUser.err()).isEqualTo(byHand);
    does("test -e copy/gone; test ! -e better-root/gone");
  }

  @Test
  void everyNamespaceIsPrivateAndCanBeSharedOrJoined() throws Exception {
    String look = "sh -c 'cd /proc/self/ns; readlink net pid ipc uts cgroup user time mnt'";
    List<String> outside = does(look).lines().toList();
    List<String> plain = does("jrun ./better-root " + look).lines().toList();
    assertThat(plain.subList(0, 5)).doesNotContainAnyElementsOf(outside);
    assertThat(plain.get(7)).isNotEqualTo(outside.get(7));
    String options = "--userns private --uidmap 0:100000:65536 --time-offset monotonic=1000";
    List<String> all = does("jrun " + options + " ./better-root " + look).lines().toList();
    assertThat(all).hasSameSizeAs(outside).doesNotContainAnyElementsOf(outside);

    assertThat(does(sharing("host") + look).lines().limit(5))
        .containsExactlyElementsOf(outside.subList(0, 5));
    does("jrun -d --name sandbox ./better-root sleep 1000");
    assertThat(does(sharing("container:sandbox") + look).lines().limit(5))
        .containsExactlyElementsOf(does("jrun exec sandbox " + look).lines().limit(5).toList())
        .doesNotContainAnyElementsOf(outside);
  }

  private static String sharing(String mode) {
    return "jrun --network M --pid M --ipc M --uts M --cgroupns M ./better-root "
        .replace("M", mode);
  }

  @Test
  void procSysAndTmpAreMounted() throws Exception {
    assertThat(
            does(
                "jrun --tmpfs /tmp ./better-root sh -c"
                    + " 'for m in /proc /sys /tmp; do findmnt -no FSTYPE $m; done'"))
        .isEqualTo("proc\nsysfs\ntmpfs\n");
    assertThat(does("jrun ./better-root ps aux").lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .matches("root +1 .* ps aux");
  }

  @Test
  void processesAreSeenInsideAndOutside() throws Exception {
    does("jrun -d --name sandbox ./better-root sh -c ': >/seen; exec tail -f /seen'");
    does("await '[ \"$(jrun top sandbox comm | tail -n 1)\" = tail ]'");
    assertThat(does("jrun ps")).contains("  sandbox\n");
    assertThat(does("jrun exec sandbox ps -o comm= -p 1")).isEqualTo("tail\n");
    assertThat(does("ps -o args= -p $(jrun top sandbox hpid | tail -n 1)"))
        .isEqualTo("tail -f /seen\n");
    assertThat(does("jrun exec sandbox ps -eo comm=")).isEqualTo("tail\nps\n");
    does(
        "jrun exec sandbox sh -c 'echo written >>/seen'; await 'jrun logs sandbox | grep -qx written'");
  }

  @Test
  void execHasDockersOptions() throws Exception {
    does("jrun -d --name sandbox ./better-root sleep 1000");
    assertThat(
            does(
                "echo text | jrun exec -i -e WORD=hello -u nobody -w /tmp sandbox"
                    + " sh -c 'echo $WORD $(id -un) $PWD $(cat)'"))
        .isEqualTo("hello nobody /tmp text\n");
    String capabilities = "grep CapEff /proc/self/status";
    assertThat(does("jrun exec --privileged sandbox " + capabilities))
        .isEqualTo(does(capabilities))
        .isNotEqualTo(does("jrun exec sandbox " + capabilities));
    assertThat(does("script -qec 'jrun exec -it sandbox tty' /dev/null")).contains("/dev/pts/");
    does("jrun exec -d sandbox sleep 2000");
    // The key is pressed until somebody has left: what is typed before there is a terminal is lost.
    does(
        "{ while printf '\\001'; do sleep 0.1; done; } | script -qec"
            + " 'jrun exec -it --detach-keys ctrl-a sandbox sleep 3000' /dev/null");
    assertThat(does("jrun top sandbox args").lines())
        .containsExactly("COMMAND", "sleep 1000", "sleep 2000", "sleep 3000");
  }

  @Test
  void runHasDockersOptions() throws Exception {
    String look = "tty; cat /etc/resolv.conf; grep CapEff /proc/self/status";
    String said =
        does(
            "script -qec \"jrun -it --name sandbox --dns 192.0.2.1 --rm --privileged ./better-root"
                + " bash -c '"
                + look
                + "'\" /dev/null");
    assertThat(said)
        .contains("/dev/pts/", "nameserver 192.0.2.1")
        .contains(does("grep CapEff /proc/self/status").strip());
    assertThat(does("jrun ps -aq")).isEmpty();
    does("jrun -d --rm --name sandbox ./better-root sleep 1000");
    assertThat(does("jrun ps")).contains("  sandbox\n");
    does("jrun stop sandbox; jrun ps -aq | cmp - /dev/null");
  }

  @Test
  void theContainerIsInItsCgroupBeforeItsFirstInstruction() throws Exception {
    // Nothing but cat has ever run in it, and cat has been started by nothing in it.
    List<String> own =
        does("jrun --cgroupns host ./better-root cat /proc/self/cgroup").lines().toList();
    for (String controller : List.of("cpu", "memory", "blkio", "devices", "freezer")) {
      // The last line is version 2, which has the controllers that no hierarchy of version 1 has.
      String hierarchy =
          own.stream()
              .filter(line -> line.matches("\\d+:(.*,)?" + controller + "(,.*)?:.*"))
              .findFirst()
              .orElse(own.get(own.size() - 1));
      assertThat(hierarchy).as(controller).matches(".*/jrun-[^/]+");
    }
    Dist.Result second = run("jrun --pids-limit 1 ./better-root sh -c 'ls | cat'");
    assertThat(second.err()).contains("Cannot fork");
  }

  @Test
  void bothCgroupVersionsAreUsed() throws Exception {
    // Whichever are mounted here: each hierarchy of version 1, that of version 2, or all of them.
    does("jrun -d --name sandbox ./better-root sleep 1000");
    String pid = does("jrun inspect sandbox | jq '.[0].pid'").strip();
    String hierarchies = does("findmnt -rno TARGET -t cgroup,cgroup2 | sort");
    List<String> cgroups = does("jrun inspect sandbox | jq -r '.[0].cgroups[]'").lines().toList();
    assertThat(cgroups).hasSameSizeAs(hierarchies.lines().toList());
    for (String hierarchy : hierarchies.lines().toList()) {
      assertThat(cgroups).anyMatch(cgroup -> cgroup.startsWith(hierarchy + "/"));
    }
    for (String cgroup : cgroups) {
      assertThat(does("cat " + cgroup + "/cgroup.procs")).isEqualTo(pid + "\n");
    }
  }

  @Test
  void theQuotaCanBeRead() throws Exception {
    does("jrun -d --name sandbox ./better-root sleep 1000");
    assertThat(does("quota sandbox")).isIn("-1\n", "max\n");
    assertThat(does("jrun stats --no-stream --json sandbox | jq '.[0].cpuLimit'"))
        .isEqualTo("-1\n");
    assertThat(does("jrun inspect sandbox | jq -c '.[0].limits'")).isEqualTo("{}\n");
  }

  @Test
  void fivePercentOfTheMachine() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    String fivePercent = "--cpus " + 0.05 * processors;
    String quota = 5000 * processors + "\n";
    does("jrun -d --name limited " + fivePercent + " ./better-root sleep 1000");
    assertThat(does("quota limited")).isEqualTo(quota);
    does("jrun -d --name live ./better-root sleep 1000; jrun update " + fivePercent + " live");
    assertThat(does("quota live")).isEqualTo(quota);
  }

  @Test
  void aBusyLoopIsSeenFromOutside() throws Exception {
    does("jrun -d --name sandbox ./better-root sh -c 'exec yes >/dev/null'");
    does(
        "await 'jrun stats --no-stream --json sandbox | jq -e \".[0].cpuPercent > 10\" >/dev/null'");
    assertThat(does("jrun top sandbox pid comm")).endsWith("\n1    yes\n");
    assertThat(does("ps -o stat=,comm= -p $(jrun top sandbox hpid | tail -n 1)"))
        .matches("R\\S* +yes\n");
  }
}
