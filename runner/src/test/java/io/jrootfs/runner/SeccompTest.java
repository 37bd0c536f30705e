package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.seccomp.ProfileJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** System calls made in containers, as root and as ordinary users, and beside podman's. */
class SeccompTest {
  /** All that this kernel has, and some more. */
  private static final int NUMBERS = 560;

  private static final String EPERM = "1";
  private static final String ENOSYS = "38";

  /** The oldest call that libseccomp 2.5.4 lacks (cachestat), the last of the default profile. */
  private static final int FIRST_NEW_TO_LIBSECCOMP = 451;

  private static final int LAST_KNOWN = 466;

  @TempDir static Path work;
  private static Installation installation;
  private static Path image;

  /** Of podman's own, for it leaves files behind in it. */
  private static Path rootfs;

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
        "ln -s busybox bin/echo; cd bin; cp syscall_probe set-user-id; chmod 4755 set-user-id");
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static Result jrun(Caller caller, Object... arguments)
      throws IOException, InterruptedException {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add(installation.jrun().toString());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return caller.execute(work, command.build());
  }

  private static String output(Caller caller, Object... arguments)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, arguments)).out();
  }

  private static Path profile(String json) throws IOException {
    Path file = Files.writeString(Files.createTempFile(work, "profile", ".json"), json);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  /** "ABI number" to what became of the call. */
  private static Map<String, String> results(String output) {
    Map<String, String> results = new TreeMap<>();
    for (String line : Splitter.on('\n').omitEmptyStrings().split(output)) {
      List<String> words = Splitter.on(' ').limit(3).splitToList(line);
      results.put(words.get(0) + " " + words.get(1), words.get(2));
    }
    return results;
  }

  @ParameterizedTest
  @EnumSource
  void programsRunUnderAFilterAndWithoutNewPrivileges(Caller caller) throws Exception {
    assertThat(output(caller, image, "grep", "-E", "^(Seccomp|NoNewPrivs):", "/proc/self/status"))
        .isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
  }

  /**
   * Call, with the numbers of linux' asm/unistd_64.h and unistd_32.h; result, an error's number;
   * what it is.
   */
  private static final String DANGEROUS =
      """
      native 250 | 1 | keyctl
      native 248 | 1 | add_key
      native 249 | 1 | request_key
      native 272 0x10000000 | 1 | unshare(CLONE_NEWUSER)
      native 56 0x10000011 | 1 | clone(CLONE_NEWUSER)
      native 56 0x110000011 | 1 | clone(CLONE_NEWUSER with upper bits)
      native 435 | 38 | clone3
      native 308 | 1 | setns
      native 165 | 1 | mount
      native 166 | 1 | umount2
      native 155 | 1 | pivot_root
      native 428 | 1 | open_tree
      native 429 | 1 | move_mount
      native 430 | 1 | fsopen
      native 442 | 1 | mount_setattr
      native 321 | 1 | bpf
      native 298 | 1 | perf_event_open
      native 323 | 1 | userfaultfd
      native 425 | 1 | io_uring_setup
      native 426 | 1 | io_uring_enter
      native 427 | 1 | io_uring_register
      native 246 | 1 | kexec_load
      native 175 | 1 | init_module
      native 169 | 1 | reboot
      native 304 | 1 | open_by_handle_at
      native 312 | 1 | kcmp, which takes CAP_SYS_PTRACE
      native 438 | 1 | pidfd_getfd, which takes CAP_SYS_PTRACE
      native 101 | ok | ptrace(PTRACE_TRACEME)
      native 135 0x40000 | 1 | personality(ADDR_NO_RANDOMIZE)
      native 135 0xffffffff | ok | personality, asked for
      native 41 38 5 | 1 | socket(AF_ALG)
      native 41 40 1 | 1 | socket(AF_VSOCK)
      native 41 0x100000026 5 | 1 | socket(AF_ALG with upper bits)
      native 41 0xffffffff00000028 1 | 1 | socket(AF_VSOCK with upper bits)
      native 41 1 1 | ok | socket(AF_UNIX)
      native 41 2 1 | ok | socket(AF_INET)
      native 467 | 38 | the first that is newer than the profile
      native 5000 | 38 | newer than all
      native 400 | 1 | in a gap of the table
      i386 20 | ok | getpid
      i386 288 | 1 | keyctl
      i386 21 | 1 | mount
      i386 310 0x10000000 | 1 | unshare(CLONE_NEWUSER)
      i386 359 38 5 | 1 | socket(AF_ALG)
      i386 359 40 1 | 1 | socket(AF_VSOCK)
      i386 435 | 38 | clone3
      i386 467 | 38 | the first that is newer than the profile
      x32 250 | 1 | keyctl
      x32 165 | 1 | mount
      x32 56 0x10000011 | 1 | clone(CLONE_NEWUSER)
      x32 101 | 1 | ptrace by its number on x86-64
      x32 1000 | 38 | newer than all
      """;

  @ParameterizedTest
  @EnumSource
  void whatOpensTheKernelIsRefused(Caller caller) throws Exception {
    ImmutableList.Builder<Object> command = ImmutableList.builder();
    command.add(image, "syscall_probe", "calls");
    List<List<String>> rows =
        DANGEROUS.lines().map(row -> Splitter.on(" | ").splitToList(row)).toList();
    rows.forEach(row -> command.add(row.get(0)));
    List<String> results = output(caller, command.build().toArray()).lines().toList();
    assertThat(results).hasSameSizeAs(rows);
    boolean takesCallsOfI386 = outside("i386 20").equals("i386 20 ok");
    for (int i = 0; i < rows.size(); i++) {
      List<String> call = Splitter.on(' ').splitToList(rows.get(i).get(0));
      boolean isTaken = takesCallsOfI386 || !call.get(0).equals("i386");
      String outcome = isTaken ? rows.get(i).get(1) : "signal 11";
      assertThat(results.get(i))
          .as(rows.get(i).get(2))
          .isEqualTo("%s %s %s".formatted(call.get(0), call.get(1), outcome));
    }
  }

  /**
   * What the kernel says to a call without a filter. Some end whoever makes one of i386, as in
   * confidential guests (Linux: arch/x86/coco/tdx/tdx.c, tdx_early_init).
   */
  private static String outside(String call) throws Exception {
    String probe = rootfs.resolve("bin/syscall_probe").toString();
    return Caller.ROOT.execute(work, ImmutableList.of(probe, "calls", call)).out().strip();
  }

  /**
   * Every call in jrun and in podman's container of the same directory under the same profile. What
   * differs are the calls that podman's libseccomp is too old to know, which it does not allow.
   */
  @Test
  void everyCallEndsAsInPodman() throws Exception {
    Path profile = profile(ProfileJson.ofDefaultProfile());
    for (String abi : List.of("native", "i386", "x32")) {
      ImmutableList<String> probe =
          ImmutableList.of("/bin/syscall_probe", "all", abi, "0", Integer.toString(NUMBERS));
      Map<String, String> theirs = results(podman(profile, probe));
      Map<String, String> ours =
          results(
              output(
                  Caller.ROOT, ImmutableList.builder().add(image).addAll(probe).build().toArray()));
      assertThat(ours).hasSize(NUMBERS);
      Maps.difference(ours, theirs)
          .entriesDiffering()
          .forEach(
              (call, results) -> {
                assertThat(results.rightValue()).as(call).isIn(EPERM, ENOSYS);
                assertThat(number(call)).as(call).isBetween(FIRST_NEW_TO_LIBSECCOMP, LAST_KNOWN);
              });
    }
  }

  private static int number(String call) {
    return Integer.parseInt(call.substring(call.indexOf(' ') + 1));
  }

  private static String podman(Path profile, List<String> command) throws Exception {
    ImmutableList<String> run =
        ImmutableList.<String>builder()
            .add("podman", "--runtime=runc", "--cgroup-manager=cgroupfs", "run", "--rm")
            // Here nobody may raise a limit, which podman's defaults would.
            .add("--network=none", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000")
            .add("--security-opt=no-new-privileges", "--security-opt=seccomp=" + profile)
            .add("--rootfs", rootfs.toString())
            .addAll(command)
            .build();
    return Installation.check(Installation.execute(work, ImmutableMap.of(), run)).out();
  }

  @Test
  void aProfileInAFileCounts() throws Exception {
    Path profile =
        profile(
            """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["mkdir", "madeup"], "action": "SCMP_ACT_ERRNO",
                           "errnoRet": 77}]}
            """);
    Result result =
        jrun(
            Caller.ROOT,
            "--security-opt",
            "seccomp=" + profile,
            image,
            "syscall_probe",
            "calls",
            "native 83",
            "native 250");
    assertThat(result)
        .isEqualTo(
            new Result(
                0,
                "native 83 77\nnative 250 22\n",
                "jrun: warning: seccomp profile '%s' at /syscalls/0/names/1: jrun knows no system call"
                        .formatted(profile)
                    + " 'madeup'; it is ignored\n"));
  }

  @Test
  void withoutAFilterTheKernelItselfAnswers() throws Exception {
    assertThat(
            output(
                Caller.ROOT,
                "--security-opt",
                "seccomp=unconfined",
                image,
                "syscall_probe",
                "calls",
                "native 435",
                "native 467"))
        .isEqualTo("native 435 22\nnative 467 14\n");
  }

  @ParameterizedTest
  @EnumSource
  void withNewPrivilegesTheFilterStillCounts(Caller caller) throws Exception {
    assertThat(
            output(
                caller,
                "--security-opt",
                "no-new-privileges=false",
                image,
                "grep",
                "-E",
                "^(Seccomp|NoNewPrivs):",
                "/proc/self/status"))
        .isEqualTo("NoNewPrivs:\t0\nSeccomp:\t2\n");
  }

  @Test
  void setUserIdProgramsWorkOnlyWithNewPrivileges() throws Exception {
    ImmutableList<Object> becomeRoot =
        ImmutableList.of("-u", "app", image, "set-user-id", "calls", "native 105"); // setuid(0)
    assertThat(output(Caller.ROOT, becomeRoot.toArray())).isEqualTo("native 105 1\n");
    assertThat(
            output(
                Caller.ROOT,
                ImmutableList.builder()
                    .add("--security-opt", "no-new-privileges=false")
                    .addAll(becomeRoot)
                    .build()
                    .toArray()))
        .isEqualTo("native 105 ok\n");
  }

  /** What the launcher itself needs for its last steps is not the profile's business. */
  @Test
  void profileThatAllowsLittleStillStartsAProgram() throws Exception {
    Path profile =
        profile(
            """
            {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
              {"names": ["execve", "brk", "arch_prctl", "set_tid_address", "set_robust_list", "rseq",
                         "prlimit64", "readlink", "getrandom", "mprotect", "newfstatat", "fstat",
                         "write", "exit_group", "ioctl", "getuid"],
               "action": "SCMP_ACT_ALLOW"}]}
            """);
    assertThat(output(Caller.ROOT, "--security-opt", "seccomp=" + profile, image, "echo", "x"))
        .isEqualTo("x\n");
  }
}
