package io.jrootfs.runner.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          22 1 8:1 / / rw,relatime - ext4 /dev/sda rw
          23 22 0:21 / /mnt rw shared:3 - tmpfs tmpfs rw
          24 23 0:22 / /mnt/a\\040b\\134c rw,nosuid shared:4 master:3 - tmpfs tmpfs rw
          25 22 0:23 / /srv rw master:9 propagate_from:2 - tmpfs tmpfs rw
          26 25 0:24 / /srv rw - tmpfs tmpfs rw
          """);

  @ParameterizedTest
  @CsvSource({
    "/,           /,          PRIVATE",
    "/mntx,       /,          PRIVATE",
    "/mnt,        /mnt,       SHARED",
    "/mnt/x,      /mnt,       SHARED",
    "'/mnt/a b\\c/d', '/mnt/a b\\c', SHARED",
    "/srv/x,      /srv,       PRIVATE"
  })
  void pathIsOnTheInnermostMountThatIsSeen(
      String path, String mountPoint, Propagation propagation) {
    assertThat(TABLE.of(path)).isEqualTo(new MountTable.Entry(mountPoint, propagation));
  }

  @Test
  void receiverIsASlave() {
    assertThat(TABLE.entries()).contains(new MountTable.Entry("/srv", Propagation.SLAVE));
  }

  @Test
  void theKernelsOwnTableIsUnderstood() throws IOException {
    MountTable table = MountTable.parse(Files.readString(Path.of("/proc/self/mountinfo")));
    assertThat(table.of("/proc/self").mountPoint()).isEqualTo("/proc");
  }

  @Test
  void otherTextIsNoTable() {
    assertThatThrownBy(() -> MountTable.parse("22 1 8:1 / /\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
