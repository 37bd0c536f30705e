package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ways out of containers that others' programs had, tried on ours. */
class ContainerEscapeTest {
  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path image;
  private static Path outside;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(
        Path.of("").toAbsolutePath(),
        "cc -O1 -Wall -Wextra -Werror -static -o '%s' src/test/c/syscall_probe.c"
            .formatted(rootfs.resolve("bin/syscall_probe")));
    Images.check(
        rootfs,
        """
        ln -s ../../../proc to-proc; ln -s ../../../proc/sys/kernel to-kernel
        """);
    image = Images.tar(rootfs, work.resolve("image.tar"));
    outside = Files.createDirectory(work.resolve("outside"));
    Files.writeString(outside.resolve("marker"), "untouched");
  }

  @AfterEach
  void hostIsUntouched() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).containsExactly(outside.resolve("marker"));
    }
    assertThat(outside.resolve("marker")).hasContent("untouched");
  }

  private static ImmutableList<String> command(Path what, Object... arguments) {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add(installation.jrun().toString());
    for (Object argument : arguments) {
      command.add(argument.equals("IMAGE") ? what.toString() : argument.toString());
    }
    return command.build();
  }

  private static Result jrun(Caller caller, Object... arguments)
      throws IOException, InterruptedException {
    return caller.execute(work, command(image, arguments));
  }

  private static String output(Caller caller, Object... arguments)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, arguments)).out();
  }

  private static Result run(String script, List<String> command)
      throws IOException, InterruptedException {
    return Caller.ROOT.execute(
        work,
        ImmutableList.<String>builder()
            .add("bash", "-euc", script, "bash")
            .addAll(command)
            .build());
  }

  // The program jrun.

  /** CVE-2016-9962, CVE-2024-21626: what of jrun's or its caller's a container could look at. */
  @ParameterizedTest
  @EnumSource
  void nothingOfTheCallersOrJrunsIsSeen(Caller caller) throws Exception {
    String script =
        "busybox tr '\\0' ' ' </proc/1/cmdline; echo; busybox tr '\\0' '\\n' </proc/1/environ;"
            + " for p in 1 self; do for f in /proc/$p/fd/*; do readlink $f | grep /; done;"
            + " readlink /proc/$p/cwd; readlink /proc/$p/root; done; cd /proc/self/fd && echo *";
    ImmutableList<String> jrun =
        command(
            image,
            "--init",
            "--hostname=box",
            "-e",
            "OWN=1",
            "-v",
            outside + ":/outside:ro",
            "IMAGE",
            "sh",
            "-c",
            script);
    ImmutableList<String> withDescriptors =
        ImmutableList.<String>builder()
            .add("bash", "-o", "pipefail", "-euc")
            .add("for i in {3..50}; do eval \"exec $i</\"; done; \"$@\" 2>/dev/null | cat", "bash")
            .addAll(jrun)
            .build();
    Result result = caller.execute(work, withDescriptors);
    assertThat(Installation.check(result).out())
        .isEqualTo(
            """
            jrun-init 2\040
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            HOSTNAME=box
            container=jrun
            HOME=/root
            OWN=1
            /
            /
            /dev/null
            /dev/null
            /
            /
            0 1 2 3
            """);
  }

  /** CVE-2022-29162, CVE-2022-27649, CVE-2022-27650. */
  @Test
  void inheritableCapabilitiesOfTheCallerAreNotTheContainers() throws Exception {
    ImmutableList<String> prefix =
        ImmutableList.of("setpriv", "--inh-caps=+chown,+kill", "--ambient-caps=+chown,+kill");
    for (List<Object> user : List.of(List.<Object>of(), List.<Object>of("-u", "app"))) {
      ImmutableList<Object> arguments =
          ImmutableList.builder()
              .addAll(user)
              .add("IMAGE", "grep", "-E", "^Cap(Inh|Amb|Bnd)", "/proc/self/status")
              .build();
      Result result =
          Caller.ROOT.execute(
              work,
              ImmutableList.<String>builder()
                  .addAll(prefix)
                  .addAll(command(image, arguments.toArray()))
                  .build());
      assertThat(Installation.check(result).out())
          .isEqualTo(
              """
              CapInh:\t0000000000000000
              CapBnd:\t00000000800405fb
              CapAmb:\t0000000000000000
              """);
    }
  }

  // The kernel.

  /** CVE-2022-0492: without the filter, too, and whatever namespaces could be had for it. */
  @ParameterizedTest
  @CsvSource({"ROOT, -T", "ROOT, --security-opt=seccomp=unconfined", "ID_RANGES, -T"})
  void releaseAgentOfACgroupIsOutOfReach(Caller caller, String option) throws Exception {
    String script =
        "for f in $(busybox find /sys/fs/cgroup -name release_agent); do"
            + " (echo /bin/sh >$f) 2>/dev/null && echo $f; done;"
            + " for t in cgroup cgroup2; do mkdir -p /tmp/$t;"
            + " mount -t $t -o rw $t /tmp/$t 2>/dev/null && echo mounted;"
            + " mount -o remount,rw /sys/fs/cgroup 2>/dev/null && echo remounted; done;"
            + " for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do"
            + " (echo 1 >$d/notify_on_release || mkdir $d/x || touch $d/x) 2>/dev/null && echo $d;"
            + " done; echo end";
    assertThat(output(caller, option, "IMAGE", "sh", "-c", script)).isEqualTo("end\n");
  }

  /** CVE-2017-5226: TIOCSTI of asm-generic/ioctls.h on the terminal that came as input. */
  @ParameterizedTest
  @EnumSource(names = {"ROOT", "SINGLE_ID"})
  void nothingCanBeTypedIntoTheUsersTerminal(Caller caller) throws Exception {
    String probe = "syscall_probe calls 'native 16 0 0x5412 0' 'native 16 1 0x5412 0'";
    String line = String.join(" ", command(image, "-T", "IMAGE")) + " " + probe + " </dev/tty";
    Result result =
        caller.execute(work, List.of("env", "SHELL=/bin/sh", "script", "-qec", line, "/dev/null"));
    // EPERM, as it is not the terminal of our session, or EIO where nobody may
    // (dev.tty.legacy_tiocsti).
    assertThat(result.out().lines().filter(told -> told.startsWith("native")))
        .hasSize(2)
        .allMatch(told -> told.matches("native 16 [15]"));
  }

  /** Volumes and file systems that the image's own links would lead into procfs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--volume=DIR:/to-proc          | cannot bind DIR to /to-proc",
        "--volume=DIR:/to-proc/bus      | cannot bind DIR to /to-proc/bus",
        "--volume=FILE:/to-kernel/core_pattern | cannot bind FILE to /to-kernel/core_pattern",
        "--tmpfs=/to-proc/sys           | cannot mount tmpfs on /to-proc/sys",
        "--tmpfs=/to-proc               | cannot mount tmpfs on /to-proc"
      })
  void nothingIsMountedOnProcThroughTheImagesLinks(String option, String what) throws Exception {
    String file = outside.resolve("marker").toString();
    Result result =
        jrun(
            Caller.ROOT,
            option.replace("DIR", outside.toString()).replace("FILE", file),
            "IMAGE",
            "sh",
            "-c",
            "echo started");
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: "
                    + what.replace("DIR", outside.toString()).replace("FILE", file)
                    + ": the image's links lead into /proc there, where everything must be the"
                    + " kernel's\n"));
  }

  /** CVE-2025-52565: what stands for terminals is another file system of terminals, or none. */
  @Test
  void consoleIsATerminalWhateverIsMountedOnItsDirectory() throws Exception {
    Path terminals = Files.createDirectory(work.resolve("terminals"));
    Images.check(terminals, "ln -s /proc/sys/kernel/core_pattern ptmx; ln -s ../null 0");
    String script = "busybox stat -c %t /dev/console; tty=$(busybox tty); echo ${tty%/*}";
    assertThat(output(Caller.ROOT, "-t", "-v", "/dev/pts:/dev/pts", "IMAGE", "sh", "-c", script))
        .isEqualTo("88\r\n/dev/pts\r\n");
    Result result = jrun(Caller.ROOT, "-t", "-v", terminals + ":/dev/pts", "IMAGE", "sh");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: cannot open a terminal: ").hasLineCount(1);
  }

  // The host's files.

  /** Directories of the image, used as it is, that every start touches. */
  @ParameterizedTest
  @CsvSource({
    "etc, OUTSIDE",
    "etc, ../../outside",
    "etc, /proc/1/root",
    "run, OUTSIDE",
    "run, ../../../../../../../../OUTSIDE",
    "var, ../../outside",
    "etc/hostname, OUTSIDE/marker",
    "etc/hosts, ../../../outside/new",
    "sys, etc/../../../outside",
    "dev, proc"
  })
  void directoriesThatAreLinksLeadNowhere(String name, String target) throws Exception {
    Path root = Files.createTempDirectory(work, "root");
    Images.rootfs(root);
    Images.check(root, "chmod 755 .; rm -rf " + name);
    Files.createSymbolicLink(
        root.resolve(name), Path.of(target.replace("OUTSIDE", outside.toString())));
    Result result =
        Caller.ROOT.execute(
            work,
            command(
                root,
                "--read-only",
                "-u",
                "0",
                "--tmpfs=/run/deep/er",
                "IMAGE",
                "sh",
                "-c",
                "for d in /etc /run /var/tmp; do touch $d/new $d/marker; done 2>/dev/null; echo ok"));
    assertThat(result.status()).isIn(0, 125);
    assertThat(result.err()).hasLineCount(result.status() == 0 ? 0 : 1);
  }

  /** core(5): neither the host's directory nor its handler of core files gets something to do. */
  @Test
  void memoryOfAProcessThatCrashesStaysInside() throws Exception {
    Path caller = Files.createDirectory(work.resolve("crash"));
    Result result =
        run(
            "cd \"$1\"; shift; ulimit -c unlimited; \"$@\" || echo $?",
            ImmutableList.<String>builder()
                .add(caller.toString())
                .addAll(
                    command(
                        image,
                        "IMAGE",
                        "sh",
                        "-c",
                        "(ulimit -c unlimited; cd /tmp; busybox sh -c 'kill -SEGV $$'); exit $?"))
                .build());
    assertThat(result.out()).isEqualTo("139\n");
    assertThat(caller).isEmptyDirectory();
  }
}
