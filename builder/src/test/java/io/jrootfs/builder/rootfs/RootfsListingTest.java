package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootfsListingTest {
  private static final Metadata PLAIN = Metadata.ofMode(0644).withMtime(951_782_400);

  private static RootfsPath path(String path) {
    return RootfsPath.of(path);
  }

  @Test
  void everyKindHasItsLine() {
    RootfsEntry file =
        new RootfsEntry.RegularFile(
            path("/su"),
            PLAIN
                .withMode(04755)
                .withXattrs(
                    ImmutableSortedMap.of("user.b", Bytes.ofUtf8(""), "user.a", Bytes.ofUtf8(""))),
            new FileContent.Literal(Bytes.ofUtf8("1234")));
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                new RootfsEntry.Directory(RootfsPath.ROOT, PLAIN.withMode(01777)),
                file,
                new RootfsEntry.HardLink(path("/sudo"), file.metadata(), file.path()),
                new RootfsEntry.Symlink(path("/bin"), PLAIN.withMode(0777), "usr/bin"),
                new RootfsEntry.Device(
                    path("/null"), PLAIN, RootfsEntry.Device.Type.CHARACTER, 1, 3),
                new RootfsEntry.Device(path("/sda"), PLAIN, RootfsEntry.Device.Type.BLOCK, 8, 1000),
                new RootfsEntry.Fifo(path("/pipe\n\u001b[2J"), PLAIN.withOwner(3_000_000, 5))));

    assertThat(RootfsListing.of(rootfs))
        .isEqualTo(
            """
            drwxrwxrwt 0:0            0 2000-02-29 /
            lrwxrwxrwx 0:0            0 2000-02-29 /bin -> usr/bin
            crw-r--r-- 0:0          1,3 2000-02-29 /null
            prw-r--r-- 3000000:5      0 2000-02-29 /pipe\\x0a\\x1b[2J
            brw-r--r-- 0:0       8,1000 2000-02-29 /sda
            -rwsr-xr-x 0:0            4 2000-02-29 /su {user.a, user.b}
            hrwsr-xr-x 0:0            0 2000-02-29 /sudo link to /su {user.a, user.b}
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0000, ---------",
    "0777, rwxrwxrwx",
    "7777, rwsrwsrwt",
    "7000, --S--S--T",
    "4711, rws--x--x",
    "2640, rw-r-S---"
  })
  void modesReadAsLsWritesThem(String octal, String letters) {
    assertThat(RootfsListing.permissions(Integer.parseInt(octal, 8))).isEqualTo(letters);
  }

  @Test
  void dateFarOutOfReachIsStillALine() {
    Rootfs rootfs =
        Rootfs.of(
            List.of(new RootfsEntry.Directory(RootfsPath.ROOT, PLAIN.withMtime(Long.MAX_VALUE))));

    assertThat(RootfsListing.of(rootfs)).endsWith(" /\n");
  }
}
