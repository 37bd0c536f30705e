package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a container has as its files and what of it comes from options. */
class FilesTest {
  /** Place and attributes of each mount whose place matches (proc(5), mountinfo). */
  private static final String ATTRIBUTES =
      "busybox awk '$5 ~ /^\\/(%s)$/ {sub(/,relatime/, \"\", $6); print $5, $6}'"
          + " /proc/self/mountinfo";

  private static final String TRY = "(%s) 2>/dev/null && echo done || echo refused; ";

  @TempDir static Path work;
  private static Installation installation;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    Path rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(
        rootfs,
        """
        mkdir kept && chmod 711 kept
        ln -s /../../etc/link-that-leads-nowhere etc/hosts
        ln -s ../bin/busybox etc/hostname
        """);
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static ImmutableList<String> command(List<String> options, String script) {
    return ImmutableList.<String>builder()
        .add(installation.jrun().toString())
        .addAll(options)
        .add(image.toString(), "sh", "-c", script)
        .build();
  }

  private static Result jrun(Caller caller, String script, String... options)
      throws IOException, InterruptedException {
    return caller.execute(work, command(Arrays.asList(options), script));
  }

  private static String output(Caller caller, String script, String... options)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, script, options)).out();
  }

  private static Path data(Caller caller) throws IOException {
    Path data = Files.createDirectories(caller.home(work).resolve("data"));
    Files.setAttribute(data, "unix:uid", caller.uid());
    Files.copy(
        Path.of("/usr/bin/busybox"), data.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(
        data.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return data;
  }

  // The host's files.

  @ParameterizedTest
  @EnumSource
  void volumesHaveTheAttributesAskedFor(Caller caller) throws Exception {
    Path data = data(caller);
    assertThat(
            output(
                caller,
                ATTRIBUTES.formatted("v[0-9]|m[0-9]")
                    + "; for v in v1 v2 v3 m1 m2; do echo $v;"
                    + TRY.formatted("touch /$v/new")
                    + TRY.formatted("/$v/busybox true")
                    + "done",
                "--volume=" + data + ":/v1",
                "--volume=" + data + ":/v2:ro",
                "--volume=" + data + ":/v3:nosuid,nodev,noexec",
                "--mount=type=bind,source=" + data + ",target=/m1,readonly,noexec",
                "--mount=type=bind,src=./data,dst=/m2"))
        .isEqualTo(
            """
            /v1 rw
            /v2 ro
            /v3 rw,nosuid,nodev,noexec
            /m1 ro,noexec
            /m2 rw
            v1
            done
            done
            v2
            refused
            done
            v3
            done
            refused
            m1
            refused
            refused
            m2
            done
            done
            """);
  }

  /** Runs a command of root's or of a user's in a mount namespace where root has mounted first. */
  private static Result below(String mounts, String user, ImmutableList<String> command)
      throws IOException, InterruptedException {
    ImmutableList.Builder<String> all = ImmutableList.builder();
    all.add("unshare", "--mount", "--propagation=private", "sh", "-euc", mounts + "; exec \"$@\"");
    all.add("sh", "env", "JRUN_CACHE_DIR=" + Caller.valueOf(user).cache(work));
    int uid = Caller.valueOf(user).uid();
    all.add("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
    return Caller.ROOT.execute(work, all.addAll(command).build());
  }

  @ParameterizedTest
  @CsvSource({"ROOT", "SINGLE_ID"})
  void whatIsMountedBelowComesAlongAndIsReadOnlyToo(String user) throws Exception {
    Path data = data(Caller.valueOf(user));
    Files.createDirectories(data.resolve("below"));
    String mounts =
        "mount -t tmpfs -o mode=1777 tmpfs " + data + "/below; touch " + data + "/below/x";
    String script =
        "ls /r/below; "
            + TRY.formatted("touch /r/below/y")
            + TRY.formatted("touch /ro/below/y")
            + "ls /b/below 2>/dev/null";
    ImmutableList<String> options =
        ImmutableList.of("-v", data + ":/r", "-v", data + ":/ro:rbind,ro");
    assertThat(below(mounts, user, command(options, script)).out()).isEqualTo("x\ndone\nrefused\n");
    Result without =
        below(
            mounts,
            user,
            // An image that is but a moment old may be unpacked again, which is said.
            command(List.of("-q", "-v", data + ":/b:bind"), "ls /b/below; echo nothing"));
    if (user.equals("ROOT")) {
      assertThat(without).isEqualTo(new Result(0, "nothing\n", ""));
    } else {
      // What a mount covers, an unprivileged user must not uncover (mount_namespaces(7)).
      assertThat(without.status()).isEqualTo(125);
      assertThat(without.err())
          .isEqualTo(
              "jrun: cannot bind "
                  + data
                  + " to /b: it cannot be copied; a user namespace must take the mounts below it"
                  + " along, which the option 'bind' forbids\n");
    }
  }

  /** Who mounts later is seen as far as propagation says: not, from outside, from both sides. */
  @ParameterizedTest
  @CsvSource({
    "ROOT,      private, -,              no no",
    "ROOT,      rslave,  --cap-add=all,  yes no",
    "ROOT,      rshared, --cap-add=all,  yes yes",
    "SINGLE_ID, rslave,  -,              yes no"
  })
  void laterMountsPropagateAsAskedFor(
      String user, String propagation, String option, String expected) throws Exception {
    Path data = data(Caller.valueOf(user));
    Files.createDirectories(data.resolve("outer"));
    Files.createDirectories(data.resolve("inner"));
    String container =
        "mount -t tmpfs tmpfs /d/inner 2>/dev/null && touch /d/inner/new; echo up; read go;"
            + " test -e /d/outer/new && echo yes || echo no";
    String script =
        """
        data=$1 fifos=$2; shift 2
        mount --bind "$data" "$data"
        mount --make-shared "$data"
        rm -f "$fifos/in" "$fifos/out"; mkfifo "$fifos/in" "$fifos/out"; chmod 666 "$fifos"/*
        "$@" <"$fifos/in" >"$fifos/out" &
        exec 3>"$fifos/in" 4<"$fifos/out"
        read up <&4
        mount -t tmpfs tmpfs "$data/outer"; touch "$data/outer/new"
        echo go >&3
        read seen <&4
        wait
        test -e "$data/inner/new" && echo $seen yes || echo $seen no
        """;
    ImmutableList.Builder<String> options = ImmutableList.builder();
    options.add("-v", data + ":/d:" + propagation);
    if (!option.equals("-")) {
      options.add(option);
    }
    Path fifos = Files.createTempDirectory(work, "fifos");
    Files.setPosixFilePermissions(fifos, PosixFilePermissions.fromString("rwxr-xr-x"));
    ImmutableList<String> prefix =
        ImmutableList.of(
            "unshare",
            "--mount",
            "--propagation=private",
            "sh",
            "-euc",
            script,
            "sh",
            data.toString(),
            fifos.toString(),
            "env",
            "JRUN_CACHE_DIR=" + Caller.valueOf(user).cache(work),
            "setpriv",
            "--reuid=" + Caller.valueOf(user).uid(),
            "--clear-groups");
    Result result =
        Caller.ROOT.execute(
            work,
            ImmutableList.<String>builder()
                .addAll(prefix)
                .addAll(command(options.build(), container))
                .build());
    assertThat(result.out()).as(result.err()).isEqualTo(expected + "\n");
  }

  @Test
  void ordinaryUsersMountsNeverReachTheHost() throws Exception {
    Path data = data(Caller.SINGLE_ID);
    Result result =
        below(
            "mount --bind " + data + " " + data + "; mount --make-shared " + data,
            "SINGLE_ID",
            command(List.of("-v", data + ":/d:rshared"), "true"));
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: mount on '/d': cannot be shared by a container in a user namespace, whose"
                    + " mounts never reach the host; use rslave, or run jrun as root\n"));
  }

  // File systems in memory.

  @ParameterizedTest
  @EnumSource
  void filesystemsInMemoryAreAsAskedFor(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "stat -c '%n %a' /t1 /kept /t2 /t3 /t4 /dev/shm; "
                    + ATTRIBUTES.formatted("kept|t[0-9]")
                    + "; busybox df -k /t2 /t4 /dev/shm | busybox awk 'NR > 1 {print $2}';"
                    + " cp() { busybox cp /bin/busybox $1; };"
                    + TRY.formatted("cp /t1 && /t1/busybox true")
                    + TRY.formatted("cp /t3 && /t3/busybox true")
                    + TRY.formatted("cp /t2")
                    + TRY.formatted("touch /t4/x"),
                "--tmpfs=/t1",
                "--tmpfs=/kept",
                "--tmpfs=/t2:size=64k,mode=0700,nr_inodes=100",
                "--tmpfs=/t3:exec,suid,dev,mode=755",
                "--mount=type=tmpfs,target=/t4,tmpfs-size=128k,tmpfs-mode=0750,readonly",
                "--shm-size=1m"))
        .isEqualTo(
            """
            /t1 1777
            /kept 711
            /t2 700
            /t3 755
            /t4 750
            /dev/shm 1777
            /t1 rw,nosuid,nodev,noexec
            /kept rw,nosuid,nodev,noexec
            /t2 rw,nosuid,nodev,noexec
            /t3 rw
            /t4 ro,nosuid,nodev,noexec
            64
            128
            1024
            refused
            done
            refused
            refused
            """);
  }

  @ParameterizedTest
  @EnumSource
  void readOnlyRootHasPlacesToWriteUnlessTheyAreRefused(Caller caller) throws Exception {
    String script =
        "for d in / /etc /run /tmp /var/tmp /dev /dev/shm; do (touch $d/x) 2>/dev/null &&"
            + " echo $(stat -c '%n %a' $d); done; cat /etc/hostname";
    assertThat(output(caller, script, "--read-only", "--hostname=box"))
        .isEqualTo("/run 755\n/tmp 1777\n/var/tmp 1777\n/dev 755\n/dev/shm 1777\nbox\n");
    assertThat(
            output(
                caller,
                script,
                "--read-only",
                "--read-only-tmpfs=false",
                "--hostname=box",
                "--tmpfs=/run"))
        .isEqualTo("/run 1777\n/dev 755\n/dev/shm 1777\nbox\n");
  }

  /** Links in the image at these places lead nowhere, neither when they are made nor later. */
  @ParameterizedTest
  @EnumSource
  void ownNamesReplaceWhateverTheImageHas(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "cat /etc/hostname; stat -c '%F %a' /etc/hosts /etc/hostname; ls /bin/busybox",
                "--hostname=box"))
        .isEqualTo("box\nregular file 644\nregular file 644\n/bin/busybox\n");
    Path own = Files.writeString(data(caller).resolve("hosts"), "mine\n");
    assertThat(output(caller, "cat /etc/hosts", "-v", own + ":/etc/hosts")).isEqualTo("mine\n");
  }

  // The kernel's.

  @ParameterizedTest
  @EnumSource
  void terminalsAndQueuesAreTheContainersOwn(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "ls /dev/pts; readlink /dev/ptmx; stat -c %t:%T /dev/pts/ptmx; ls /dev/mqueue;"
                    + " exec 7<>/dev/ptmx; ls /dev/pts; touch /dev/mqueue/q /dev/new && echo made; "
                    + ATTRIBUTES.formatted("dev|dev\\/(pts|mqueue|shm)"),
                "-T"))
        .isEqualTo(
            """
            ptmx
            pts/ptmx
            5:2
            0
            ptmx
            made
            /dev rw,nosuid,noexec
            /dev/pts rw,nosuid,noexec
            /dev/shm rw,nosuid,nodev,noexec
            /dev/mqueue rw,nosuid,nodev,noexec
            """);
    assertThat(Path.of("/dev/mqueue/q")).doesNotExist();
    assertThat(output(caller, "stat -c %t:%T /dev/console /dev/pts/0; ls /dev/pts", "-t"))
        .isEqualTo("88:0\r\n88:0\r\n0     ptmx\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void kernelsFilesCannotBeWritten(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "for d in /sys /sys/kernel /sys/fs/cgroup /sys/fs/cgroup/*/; do"
                    + " (mkdir $d/new || touch $d/new) 2>/dev/null && echo $d; done;"
                    + " for f in $(busybox find /sys/fs/cgroup /proc/sys /proc/bus /proc/irq /proc/fs"
                    + " -type f) /sys/kernel/uevent_helper /sys/kernel/mm/ksm/run;"
                    + " do (: >>$f) 2>/dev/null && echo $f; done; echo end"))
        .isEqualTo("end\n");
  }

  // Devices.

  @ParameterizedTest
  @EnumSource
  void devicesOfTheHostCanBeUsed(Caller caller) throws Exception {
    Path directory = Files.createDirectories(work.resolve("devices/deep"));
    Images.check(
        directory,
        "test -e zero || { mknod zero c 1 5; mknod ../full c 1 7; mkfifo fifo; chmod 666 * ../full; }");
    assertThat(
            output(
                caller,
                "stat -c '%n %t:%T' /dev/x /opt/y; ls /dev/many/*;"
                    + " busybox head -c 3 /dev/x | wc -c; busybox head -c 2 /dev/many/deep/zero | wc -c; "
                    + TRY.formatted("echo x >/dev/many/full")
                    + TRY.formatted("echo x >/dev/null"),
                "--device=/dev/zero:/dev/x",
                "--device=/dev/full:/opt/y:rwm",
                "--device=" + work.resolve("devices") + ":/dev/many"))
        .isEqualTo(
            """
            /dev/x 1:5
            /opt/y 1:7
            /dev/many/full

            /dev/many/deep:
            zero
            3
            2
            refused
            done
            """);
  }

  /** Though they are the host's where none can be made, and where one hides a file. */
  @ParameterizedTest
  @CsvSource({
    "ROOT,      -",
    "ROOT,      --uidmap=0:0:1",
    "SINGLE_ID, -",
    "ID_RANGES, --userns=private"
  })
  void ownerAndModeOfTheHostsDevicesStay(Caller caller, String option) throws Exception {
    Path own = Files.createDirectories(work.resolve("own-" + caller + option.length()));
    Images.check(own, "mknod node c 1 3; chown " + caller.uid() + " node; chmod 600 node");
    String look = "stat -c '%%a %%u:%%g %%Y' /dev/null /dev/tty %s/node".formatted(own);
    Result before = Caller.ROOT.execute(work, List.of("sh", "-c", look));
    String change =
        "for f in /dev/null /dev/tty /proc/keys /proc/timer_list /dev/node; do"
            + " busybox chmod 640 $f; chown 1 $f; busybox touch -d 2001-01-01 $f; done 2>/dev/null;"
            + " echo x >/dev/node && echo written";
    ImmutableList.Builder<String> options = ImmutableList.builder();
    options.add("--device=" + own + "/node:/dev/node");
    if (!option.equals("-")) {
      options.add(option);
    }
    Result result = caller.execute(work, command(options.build(), change));
    Result after = Caller.ROOT.execute(work, List.of("sh", "-c", look));
    Images.check(Path.of("/dev"), "chown 0 null tty; chmod 666 null tty");
    assertThat(after).isEqualTo(before);
    assertThat(result.out()).isEqualTo("written\n");
  }

  // What is wrong.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-v FILE:/bin             | cannot bind FILE to /bin | one is a directory and the other is not",
        "-v DIR:/bin/busybox      | cannot bind DIR to /bin/busybox | one is a directory and the other is not",
        "-v FILE:/bin/busybox/x   | cannot bind FILE to /bin/busybox/x | one is a directory and the other is not",
        "-v DIR:/sys/x            | cannot bind DIR to /sys/x | it is not there and cannot be created in the read-only mount around it; create it on the host first",
        "--tmpfs=/bin/busybox     | cannot mount tmpfs on /bin/busybox | the image has a file there",
        "--tmpfs=/bin/busybox/x   | cannot mount tmpfs on /bin/busybox/x | the image has a file there or above",
        "--tmpfs=/sys/x           | cannot mount tmpfs on /sys/x | it is not there and cannot be created in the read-only mount around it; create it on the host first",
        "-t --tmpfs=/dev/pts      | cannot open a terminal | the container has no /dev/pts/ptmx; is /dev replaced?",
        "-w /bin/busybox          | cannot change to the working directory /bin/busybox | something that is no directory is in the way",
      })
  void whatTheImageDoesNotLetBeIsOneSentence(String options, String what, String why)
      throws Exception {
    Path directory = Files.createDirectories(work.resolve("directory"));
    Path file = work.resolve("file");
    Files.writeString(file, "");
    Result result =
        jrun(
            Caller.ROOT,
            "echo started",
            Arrays.stream(options.split(" "))
                .map(word -> word.replace("FILE", file.toString()))
                .map(word -> word.replace("DIR", directory.toString()))
                .toArray(String[]::new));
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: %s: %s\n"
                    .formatted(what, why)
                    .replace("FILE", file.toString())
                    .replace("DIR", directory.toString())));
  }
}
