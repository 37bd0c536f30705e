package io.jrootfs.runner.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What tests tagged {@link OnlyOnCgroupV2} can rely on. */
@OnlyOnCgroupV2
class CgroupV2Test {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int UID = 41_234;

  @Test
  void unifiedHierarchyIsTheOnlyOne() throws Exception {
    assertThat(output("stat", "-f", "-c", "%T", ROOT.toString())).isEqualTo("cgroup2fs\n");
    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
        .filteredOn(line -> line.contains(" - cgroup"))
        .singleElement()
        .asString()
        .contains(" " + ROOT + " ", "nsdelegate");
  }

  @Test
  void everyControllerIsOnBelowTheRoot() throws Exception {
    assertThat(Files.readString(ROOT.resolve("cgroup.subtree_control")).strip().split(" "))
        .contains("cpuset", "cpu", "io", "memory", "hugetlb", "pids")
        .containsExactly(Files.readString(ROOT.resolve("cgroup.controllers")).strip().split(" "));
  }

  @Test
  void testsAreInALeafAsAServiceIs() throws Exception {
    assertThat(Files.readString(Path.of("/proc/self/cgroup"))).isEqualTo("0::/tests\n");
  }

  @Test
  void thereAreTwoProcessorsAndADisk() throws Exception {
    assertThat(Files.readString(ROOT.resolve("cpuset.cpus.effective"))).isEqualTo("0-1\n");
    assertThat(output("stat", "-c", "%F", "/dev/vda")).isEqualTo("block special file\n");
    assertThat(output("stat", "-f", "-c", "%T", System.getProperty("java.io.tmpdir")))
        .isEqualTo("ext2/ext3\n");
  }

  @Test
  void userLimitsAndMovesHisProcessesInADelegatedCgroup() throws Exception {
    try (DelegatedCgroup cgroup = DelegatedCgroup.to(UID)) {
      assertThat(cgroup.controllers()).contains("cpu", "memory", "pids");
      assertThat(
              output(
                  ImmutableList.<String>builder()
                      .addAll(cgroup.enter())
                      .add("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups")
                      .add("sh", "-euc")
                      .add(
                          """
                          cd "$0"
                          echo "+memory +pids" >cgroup.subtree_control
                          mkdir own
                          echo 12 >own/pids.max
                          echo 4194304 >own/memory.max
                          echo 0 >own/cgroup.procs
                          cat own/pids.max own/memory.max /proc/self/cgroup
                          echo 0 >session/cgroup.procs
                          rmdir own\
                          """)
                      .add(cgroup.directory().toString())
                      .build()))
          .isEqualTo("12\n4194304\n0::/user-%d/own\n".formatted(UID));
    }
  }

  private static String output(String... command) throws Exception {
    return output(List.of(command));
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
