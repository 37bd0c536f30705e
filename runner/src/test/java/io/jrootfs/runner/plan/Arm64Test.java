package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.machine.Arm64Machine;
import io.jrootfs.runner.seccomp.DefaultProfile;
import io.jrootfs.runner.seccomp.FilterCompiler;
import io.jrootfs.runner.seccomp.KernelVersion;
import io.jrootfs.runner.seccomp.Machine;
import io.jrootfs.runner.seccomp.SeccompFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the filter of system calls where they are said to run, too. */
class Arm64Test {
  /** CAP_CHOWN, one of those that no rule depends on, and the one that a chroot takes. */
  private static final ImmutableSet<String> CAPABILITIES =
      ImmutableSet.of("CAP_CHOWN", "CAP_SYS_CHROOT");

  /** Call, with the numbers of linux' asm-generic/unistd.h; result, an error's number; what. */
  private static final String DANGEROUS =
      """
      219 | 1 | keyctl
      217 | 1 | add_key
      218 | 1 | request_key
      97 0x10000000 | 1 | unshare(CLONE_NEWUSER)
      220 0x10000011 | 1 | clone(CLONE_NEWUSER)
      220 0x110000011 | 1 | clone(CLONE_NEWUSER with upper bits)
      435 | 38 | clone3
      268 | 1 | setns
      40 | 1 | mount
      39 | 1 | umount2
      41 | 1 | pivot_root
      428 | 1 | open_tree
      429 | 1 | move_mount
      430 | 1 | fsopen
      442 | 1 | mount_setattr
      280 | 1 | bpf
      241 | 1 | perf_event_open
      282 | 1 | userfaultfd
      425 | 1 | io_uring_setup
      426 | 1 | io_uring_enter
      427 | 1 | io_uring_register
      104 | 1 | kexec_load
      105 | 1 | init_module
      142 | 1 | reboot
      265 | 1 | open_by_handle_at
      272 | 1 | kcmp, which takes CAP_SYS_PTRACE
      438 | 1 | pidfd_getfd, which takes CAP_SYS_PTRACE
      117 | ok | ptrace(PTRACE_TRACEME)
      92 0x40000 | 1 | personality(ADDR_NO_RANDOMIZE)
      92 0xffffffff | ok | personality, asked for
      198 38 5 | 1 | socket(AF_ALG)
      198 40 1 | 1 | socket(AF_VSOCK)
      198 0x100000026 5 | 1 | socket(AF_ALG with upper bits)
      198 1 1 | ok | socket(AF_UNIX)
      198 2 1 | ok | socket(AF_INET)
      172 | ok | getpid
      467 | 38 | the first that is newer than the profile
      5000 | 38 | newer than all
      250 | 1 | in a gap of the table
      """;

  @TempDir static Path fetched;
  private static Arm64Machine machine;
  @TempDir Path work;
  private Path directory;

  @BeforeAll
  static void fetch() throws Exception {
    machine = Arm64Machine.in(fetched);
  }

  /** A tree with our directory at the path that it has here, as the plan names it. */
  @BeforeEach
  void makeTree() throws Exception {
    directory = Files.createDirectory(work.resolve("container"));
    Path bin = Files.createDirectories(directory.resolve("root/bin"));
    Files.copy(machine.busybox(), bin.resolve("busybox"));
    check(
        "aarch64-linux-gnu-gcc -O1 -Wall -Wextra -Werror -static -o '%s' src/test/c/syscall_probe.c"
            .formatted(bin.resolve("syscall_probe")));
    check("CC=aarch64-linux-gnu-gcc sh src/main/c/build.sh '%s'".formatted(directory));
  }

  private static void check(String command) throws IOException, InterruptedException {
    Launcher.Result result = Launcher.run(ImmutableList.of("sh", "-ec", command));
    assertThat(result.status()).as(result.error()).isZero();
  }

  private List<String> run(LaunchPlan plan) throws IOException, InterruptedException {
    Files.write(directory.resolve("plan"), PlanEncoder.encode(plan));
    Path tree = Files.createDirectory(work.resolve("tree"));
    Path place = tree.resolve(directory.toString().substring(1));
    Files.createDirectories(place.getParent());
    check("cp -a '%s' '%s'".formatted(directory, place));
    Path boot = Files.createDirectory(work.resolve("boot"));
    return machine
        .run(tree, "%1$s/jrun --execute-plan %1$s/plan".formatted(directory), boot)
        .lines()
        .toList();
  }

  @Test
  void containerIsIsolated() throws Exception {
    String script =
        "for p in hostname 'id -u' 'cat /proc/self/status'; do /bin/busybox $p; done"
            + " | /bin/busybox grep -E '^(box|0|Cap...:|NoNewPrivs|Pid:)'; exit 7";
    assertThat(run(new BusyboxContainer(Caller.ROOT, directory).shell(script)))
        .containsSubsequence(
            "box",
            "0",
            "CapInh:\t0000000000000000",
            "CapPrm:\t00000000800405fb",
            "CapEff:\t00000000800405fb",
            "CapBnd:\t00000000800405fb",
            "CapAmb:\t0000000000000000",
            "NoNewPrivs:\t1",
            "status 7");
  }

  @Test
  void whatOpensTheKernelIsRefused() throws Exception {
    SeccompFilter filter =
        FilterCompiler.compile(
            DefaultProfile.profile(), Machine.ARM64, CAPABILITIES, new KernelVersion(6, 1));
    List<List<String>> rows =
        DANGEROUS.lines().map(row -> Splitter.on(" | ").splitToList(row)).toList();
    LaunchPlan plain =
        new BusyboxContainer(Caller.ROOT, directory)
            .shell(
                rows.stream()
                    .map(row -> "'native " + row.get(0) + "'")
                    .collect(Collectors.joining(" ", "/bin/syscall_probe calls ", "")));
    int exec = plain.steps().size() - 1;
    LaunchPlan plan =
        new LaunchPlan(
            ImmutableList.<LaunchStep>builder()
                .addAll(plain.steps().subList(0, exec))
                .add(new ProcessStep.Seccomp(filter))
                .add(plain.steps().get(exec))
                .build());
    assertThat(run(plan))
        .containsSubsequence(
            rows.stream()
                .map(row -> "native " + row.get(0).split(" ", 2)[0] + " " + row.get(1))
                .toList())
        .endsWith("status 0");
  }
}
