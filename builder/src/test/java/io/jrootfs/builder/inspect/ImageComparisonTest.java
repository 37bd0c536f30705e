package io.jrootfs.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.inspect.Difference.Subject;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as a difference between two trees, and how it is told. */
class ImageComparisonTest {
  private static final RootfsEntry ROOT = Trees.directory("/");

  private static ImageContents contents(RootfsEntry... entries) throws IOException {
    Rootfs rootfs = Rootfs.of(ImmutableList.<RootfsEntry>builder().add(ROOT).add(entries).build());
    return new ImageContents(
        Path.of("test"),
        Optional.empty(),
        Optional.empty(),
        ImageConfig.empty(Platform.ofThisMachine()),
        ImmutableList.of(),
        rootfs,
        InstalledPackages.of(rootfs));
  }

  private static String compared(ImageContents first, ImageContents second) throws IOException {
    return ComparisonText.of(ImageComparison.of(first, second, false));
  }

  private static RootfsEntry directory(Metadata metadata) {
    return new RootfsEntry.Directory(RootfsPath.of("/d"), metadata);
  }

  @Test
  void equalTreesDoNotDiffer() throws IOException {
    assertThat(compared(contents(Trees.file("/a", "x")), contents(Trees.file("/a", "x"))))
        .isEmpty();
  }

  @Test
  void whatOnlyOneTreeHasIsDescribed() throws IOException {
    assertThat(compared(contents(Trees.file("/a", "xy")), contents(Trees.symlink("/b", "c"))))
        .isEqualTo(
            """
            Entries:
              - /a: file of 2 bytes, mode 0644, owner 0:0
              + /b: symbolic link to c, mode 0777, owner 0:0
            """);
  }

  @Test
  void modeOwnerAndEachAttributeAreDifferencesOfTheirOwn() throws IOException {
    Metadata one =
        Metadata.ofMode(0755)
            .withXattrs(ImmutableMap.of("user.a", Bytes.ofUtf8("1"), "user.b", Bytes.ofUtf8("1")));
    Metadata other =
        Metadata.ofMode(01777)
            .withOwner(1, 2)
            .withXattrs(ImmutableMap.of("user.b", Bytes.ofUtf8("2"), "user.c", Bytes.ofUtf8("1")));
    assertThat(compared(contents(directory(one)), contents(directory(other))))
        .isEqualTo(
            """
            Entries:
              ~ /d: mode: 0755 -> 1777
              ~ /d: owner: 0:0 -> 1:2
              ~ /d: user.a: 31 -> (none)
              ~ /d: user.b: 31 -> 32
              ~ /d: user.c: (none) -> 31
            """);
  }

  @Test
  void theFirstByteThatDiffersIsNamedHoweverFarItIs() throws IOException {
    String same = "a".repeat(200_000);
    assertThat(
            compared(
                contents(Trees.file("/f", same + "b")), contents(Trees.file("/f", same + "c"))))
        .contains("~ /f: content: 200001 bytes -> 200001 bytes, the first that differs at 200000");
    assertThat(compared(contents(Trees.file("/f", same)), contents(Trees.file("/f", same + "c"))))
        .contains("~ /f: content: 200000 bytes -> 200001 bytes, the first that differs at 200000");
  }

  @Test
  void anotherKindOfFileIsADifference() throws IOException {
    assertThat(compared(contents(Trees.file("/x", "")), contents(Trees.directory("/x"))))
        .contains("~ /x: kind: file -> directory");
    assertThat(compared(contents(Trees.symlink("/x", "a")), contents(Trees.symlink("/x", "b"))))
        .contains("~ /x: target: a -> b");
  }

  @Test
  void aCopyInPlaceOfAHardLinkIsADifferenceOfLinksAlone() throws IOException {
    assertThat(
            compared(
                contents(Trees.file("/a", "x"), Trees.hardLink("/b", "/a")),
                contents(Trees.file("/a", "x"), Trees.file("/b", "x"))))
        .isEqualTo("Entries:\n  ~ /b: hard link to: /a -> (none)\n");
  }

  @Test
  void timesCountOnlyWhenAskedFor() throws IOException {
    ImageContents early = contents(directory(Metadata.ofMode(0755).withMtime(1)));
    ImageContents late = contents(directory(Metadata.ofMode(0755).withMtime(2)));
    assertThat(ImageComparison.of(early, late, false)).isEmpty();
    assertThat(ImageComparison.of(early, late, true))
        .containsExactly(
            new Difference(Subject.ENTRY, "/d", "time", Optional.of("1"), Optional.of("2")));
  }

  @Test
  void packagesAreComparedByVersion() throws IOException {
    ImageContents one =
        dpkg(
            """
            Package: bash
            Status: install ok installed
            Version: 5.2

            Package: gone
            Status: deinstall ok config-files
            Version: 1
            """);
    ImageContents other =
        dpkg("Package: bash\nStatus: install ok installed\nVersion: 5.3\nMulti-Arch: foreign\n");
    assertThat(one.packages()).isEqualTo(ImmutableSortedMap.of("bash", "5.2"));
    assertThat(compared(one, other)).startsWith("Packages:\n  ~ bash: 5.2 -> 5.3\n");
  }

  private static ImageContents dpkg(String status) throws IOException {
    return contents(
        Trees.directory("/var"),
        Trees.directory("/var/lib"),
        Trees.directory("/var/lib/dpkg"),
        Trees.file("/var/lib/dpkg/status", status));
  }

  @Test
  void packagesOfImagesWithoutDpkgAndThoseOfApkAreKnown() throws IOException {
    ImageContents parts =
        contents(
            Trees.directory("/var"),
            Trees.directory("/var/lib"),
            Trees.directory("/var/lib/dpkg"),
            Trees.directory("/var/lib/dpkg/status.d"),
            Trees.file(
                "/var/lib/dpkg/status.d/libc6",
                "Package: libc6\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.36-9\n"),
            Trees.file("/var/lib/dpkg/status.d/libc6.md5sums", "Package: x\nVersion: 1\n"));
    assertThat(parts.packages()).isEqualTo(ImmutableSortedMap.of("libc6:amd64", "2.36-9"));

    ImageContents apk =
        contents(
            Trees.directory("/lib"),
            Trees.directory("/lib/apk"),
            Trees.directory("/lib/apk/db"),
            Trees.file("/lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2.5-r1\n\nP:zlib\nV:1.3\n"));
    assertThat(apk.packages()).isEqualTo(ImmutableSortedMap.of("musl", "1.2.5-r1", "zlib", "1.3"));
  }

  @Test
  void namesCannotDrawOnTheTerminal() throws IOException {
    assertThat(compared(contents(Trees.file("/a\u001b[31m\nb", "")), contents()))
        .contains("- /a\\x1b[31m\\x0ab: file")
        .hasLineCount(2);
  }
}
