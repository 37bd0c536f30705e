package io.jrootfs.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingAreaTest {
  @TempDir Path parent;

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.sorted().toList();
    }
  }

  @Test
  void whatIsPublishedStaysAndTheRestGoes() throws IOException {
    try (StagingArea area = StagingArea.create(parent)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(area.directory())))
          .isEqualTo("rwx------");
      Files.writeString(area.directory().resolve("file"), "x");
      area.publish(parent.resolve("key"));
    }
    assertThat(left()).containsExactly(parent.resolve("key"));
    assertThat(parent.resolve("key/file")).hasContent("x");
  }

  @Test
  void whatIsNotPublishedIsGone() throws IOException {
    try (StagingArea area = StagingArea.create(parent)) {
      Path closed = Files.createDirectory(area.directory().resolve("closed"));
      Files.writeString(closed.resolve("file"), "x");
      Files.createSymbolicLink(closed.resolve("link"), parent);
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void theSecondOfTwoPublishersKeepsTheFirstOnesTree() throws IOException {
    try (StagingArea first = StagingArea.create(parent);
        StagingArea second = StagingArea.create(parent)) {
      Files.writeString(first.directory().resolve("file"), "first");
      Files.writeString(second.directory().resolve("file"), "second");
      first.publish(parent.resolve("key"));
      second.publish(parent.resolve("key"));
    }
    assertThat(left()).containsExactly(parent.resolve("key"));
    assertThat(parent.resolve("key/file")).hasContent("first");
  }

  @Test
  void publishingOverSomethingElseFails() throws IOException {
    Files.writeString(parent.resolve("key"), "in the way");
    try (StagingArea area = StagingArea.create(parent)) {
      assertThatThrownBy(() -> area.publish(parent.resolve("key"))).isInstanceOf(IOException.class);
    }
    assertThat(left()).containsExactly(parent.resolve("key"));
  }

  @Test
  void leftoverOfADeadProcessIsRemovedAndThatOfALivingOneNot() throws IOException {
    Files.createDirectories(parent.resolve("tmp-dead/deep/er"));
    Files.writeString(parent.resolve("tmp-dead.lock"), "");
    Files.createDirectories(parent.resolve("key"));
    try (StagingArea alive = StagingArea.create(parent)) {
      StagingArea.removeLeftovers(parent);
      assertThat(alive.directory()).isDirectory();
      assertThat(parent.resolve("tmp-dead")).doesNotExist();
      assertThat(parent.resolve("tmp-dead.lock")).doesNotExist();
      assertThat(parent.resolve("key")).isDirectory();
      alive.publish(parent.resolve("new"));
    }
    assertThat(left()).containsExactly(parent.resolve("key"), parent.resolve("new"));
  }

  @Test
  void leftoverThatCannotBeRemovedIsNamedAndTheOthersGo() throws IOException {
    // The lock is a directory: it cannot even be opened for writing, whoever tries.
    Files.createDirectory(parent.resolve("tmp-a.lock"));
    Files.createDirectory(parent.resolve("tmp-b"));
    Files.writeString(parent.resolve("tmp-b.lock"), "");
    assertThat(StagingArea.removeLeftovers(parent))
        .singleElement()
        .asString()
        .contains(parent.resolve("tmp-a.lock").toString());
    assertThat(left()).containsExactly(parent.resolve("tmp-a.lock"));
  }

  /** Another process holds its lock: locks of one JVM would not show what the kernel does. */
  @Test
  void lockOfAnotherProcessKeepsItsDirectoryUntilItIsKilled() throws Exception {
    Path lock = parent.resolve("tmp-other.lock");
    Files.createDirectory(parent.resolve("tmp-other"));
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                LockHolder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('L');
      StagingArea.removeLeftovers(parent);
      assertThat(parent.resolve("tmp-other")).isDirectory();
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    StagingArea.removeLeftovers(parent);
    assertThat(left()).isEmpty();
  }

  /** A program that locks a file, says so, and waits to be killed. */
  static final class LockHolder {
    public static void main(String[] arguments) throws Exception {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(arguments[0]), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
          FileLock lock = channel.lock()) {
        System.out.write(lock.isValid() ? 'L' : 'X');
        System.out.flush();
        Thread.sleep(TimeUnit.HOURS.toMillis(1));
      }
    }
  }
}
