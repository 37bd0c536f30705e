package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What commands on containers end with, beside podman's. */
@ExtendWith(LeakCheck.class)
class PeersCommandsTest extends LiveTest {
  /**
   * Command; our exit status; podman's. Ours has one number for all that could not be done, so that
   * none of a container's program is mistaken for it.
   */
  private static final String STATUSES =
      """
      exec RUNS true | 0 | 0
      exec RUNS sh -c exit${IFS}7 | 7 | 7
      exec RUNS /nothing | 127 | 127
      exec RUNS /not-executable | 126 | 126
      exec RUNS sh -c kill${IFS}-9${IFS}$$ | 137 | 137
      exec ENDED true | 125 | 255
      exec none true | 125 | 125
      stop ENDED | 0 | 0
      stop none | 125 | 125
      stop --ignore none | 0 | 0
      kill ENDED | 125 | 125
      kill none | 125 | 125
      kill -s NOPE RUNS | 125 | 125
      wait ENDED | 0 | 0
      wait none | 125 | 125
      logs ENDED | 0 | 0
      logs --tail 1 ENDED | 0 | 0
      logs none | 125 | 125
      inspect ENDED | 0 | 0
      inspect none | 125 | 125
      top ENDED | 125 | 125
      pause ENDED | 125 | 125
      unpause RUNS | 125 | 125
      rm RUNS | 125 | 2
      rm none | 125 | 1
      rm --ignore none | 0 | 0
      """;

  private static int podman(List<String> arguments) throws Exception {
    return podmanResult(arguments).status();
  }

  private static Installation.Result podmanResult(List<String> arguments) throws Exception {
    return Installation.execute(
        work,
        ImmutableMap.of(),
        ImmutableList.<String>builder()
            .add("podman", "--runtime=runc", "--cgroup-manager=cgroupfs")
            .addAll(arguments)
            .build());
  }

  private static List<String> words(String command, String running, String ended) {
    return Splitter.on(' ').omitEmptyStrings().splitToList(command).stream()
        .map(word -> word.replace("RUNS", running).replace("ENDED", ended))
        .toList();
  }

  private static String run(Path rootfs, String name, String script) throws Exception {
    return Installation.check(
            podmanResult(
                ImmutableList.<String>builder()
                    .add("run", "-d", "--name=" + name, "--network=none")
                    .add("--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000", "--rootfs")
                    .add(rootfs.toString(), "sh", "-c", script)
                    .build()))
        .out();
  }

  @Test
  void statusesAreAsInTheTable() throws Exception {
    Path rootfs = Files.createDirectory(work.resolve("podman"));
    Images.check(work, "tar -xf '" + image + "' -C '" + rootfs + "'");
    String running = "runs-" + UUID.randomUUID();
    String ended = "ended-" + UUID.randomUUID();
    start(Caller.ROOT, "runs", "sleep 1000");
    start(Caller.ROOT, "ended", "echo word");
    output(Caller.ROOT, "wait", "ended");
    StringBuilder seen = new StringBuilder();
    try {
      run(rootfs, running, "sleep 1000");
      run(rootfs, ended, "echo word");
      podman(List.of("wait", ended));
      for (String line : Splitter.on('\n').omitEmptyStrings().split(STATUSES)) {
        String command = line.substring(0, line.indexOf(" | "));
        int ours =
            jrun(Caller.ROOT, words(command, "runs", "ended").toArray(String[]::new)).status();
        int theirs = podman(words(command, running, ended));
        seen.append(command).append(" | ").append(ours).append(" | ").append(theirs).append('\n');
      }
    } finally {
      podman(List.of("rm", "--force", "--time=0", running, ended));
    }
    assertThat(seen.toString()).isEqualTo(STATUSES);
  }
}
