package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.runner.cli.CommandLineRun.Result;
import io.jrootfs.runner.state.RecordsDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who cannot keep records where they belong is told what they are and how to keep them elsewhere.
 */
class RecordsDirectoryTest {
  @TempDir Path work;

  private void isRefused(String reason) throws Exception {
    CommandLineRun run = CommandLineRun.in(work);
    Result result = run.jrun(run.rootfs().toString(), "sh");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "jrun: %s: the records of containers cannot be kept there, %s; set JRUN_STATE_DIR to"
                + " another directory\n",
            run.state(), reason);
    assertThat(run.plan()).isEmptyFile();
  }

  @Test
  void fileInItsPlaceIsNoDirectory() throws Exception {
    Files.createFile(work.resolve("state"));
    isRefused("it is no directory");
  }

  /** Below procfs the kernel makes nothing for anybody. */
  @Test
  void directoryThatCannotBeMadeIsSaid() {
    Path records = Path.of("/proc/nope");
    assertThatThrownBy(() -> RecordsDirectory.make(records, records))
        .hasMessage(
            "/proc/nope: the records of containers cannot be kept there, no directory can be made;"
                + " set JRUN_STATE_DIR to another directory");
  }

  @Test
  void linkThatLeadsNowhereIsNoDirectory() throws Exception {
    Files.createSymbolicLink(work.resolve("state"), Path.of("/proc/nope"));
    isRefused("it is no directory");
  }

  /** Root may write everywhere but where the kernel has nothing to be written. */
  @Test
  void directoryThatCannotBeWrittenIsSaid() throws Exception {
    Files.createSymbolicLink(work.resolve("state"), Path.of("/proc/sys"));
    isRefused("it cannot be written");
  }
}
