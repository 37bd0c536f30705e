package io.jrootfs.builder.dpkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dpkg-query cannot read as a database is none here either, and what it can is one. */
class DamagedStatusOracleTest {
  private static final String GOOD =
      """
      Package: a
      Status: install ok installed
      Architecture: all
      Maintainer: x
      Description: y
       continued: z
      Version: 1
      """;

  @TempDir Path root;
  private Path dpkg;

  @BeforeEach
  void admindir() throws IOException {
    dpkg = Files.createDirectories(root.resolve("var/lib/dpkg"));
    Files.createDirectories(dpkg.resolve("info"));
    Files.createDirectories(dpkg.resolve("updates"));
  }

  /** With {@code |} for the end of a line, and {@code GOOD} for a paragraph without damage. */
  private void write(String status) throws IOException {
    Files.writeString(dpkg.resolve("status"), status.replace("GOOD", GOOD).replace('|', '\n'));
  }

  private int dpkgQuery() throws IOException {
    return Integer.parseInt(
        ExternalTool.shell(
                root, "s=0; dpkg-query --admindir=$1 -W >/dev/null || s=$?; echo $s", "" + dpkg)
            .strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "GOODjunk|#line 8 is no field with a colon behind its name",
        "GOOD|Package b: x|#line 9 is no field with a colon behind its name",
        "GOOD|: x|#line 9 is no field with a colon behind its name",
        " continued|GOOD#line 1 continues a field, and there is none before it",
        "GOOD|Version: 1|#the paragraph up to line 9 names no package: ''",
        "Package: ../a|Version: 1|#the paragraph up to line 2 names no package: '../a'",
        "Package: -a|Version: 1|#the paragraph up to line 2 names no package: '-a'",
        "Package: a b|Version: 1|#the paragraph up to line 2 names no package: 'a b'",
        "Package: a|Status: install ok installed|Architecture: all|#the"
            + " paragraph of a, up to line 3, has no version",
      })
  void theLineIsNamed(String status, String damage) throws IOException {
    write(status);
    assertThat(dpkgQuery()).isEqualTo(2);
    assertThatThrownBy(() -> PackageOwners.installed(Sysroot.of(root)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            dpkg.resolve("status") + " is damaged: " + damage + ", so dpkg cannot read it either");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GOOD",
        "|||GOOD|||",
        "PACKAGE: b|status:install ok installed|Architecture: all|Version:2|",
        "Package : c|Status:  install ok half-configured|Architecture: all|Version:\t2.0-1~x |",
        "GOOD|Package: gone|Status: deinstall ok not-installed|Architecture: all|",
        "Package: gone|Status: install reinstreq half-installed|Architecture: all||GOOD",
        "Package: x_+.-y|Status: install ok unpacked|Architecture: all|Version: 1:1|",
      })
  void whatDpkgReadsIsRead(String status) throws IOException {
    write(status);
    String expected =
        ExternalTool.shell(
            root,
            "dpkg-query --admindir=$1 -W -f '${Package}:${Architecture} ${Version}\\n' >out"
                + "; sed '/^gone:/d' out",
            dpkg.toString());
    assertThat(
            PackageOwners.installed(Sysroot.of(root)).stream()
                .map(one -> one + "\n")
                .collect(Collectors.joining()))
        .isEqualTo(expected);
  }

  @Test
  void partsAreReadLikeTheWhole() throws IOException {
    Path parts = Files.createDirectories(dpkg.resolve("status.d"));
    Files.writeString(parts.resolve("any"), GOOD.replace("Status: install ok installed\n", ""));
    assertThat(PackageOwners.installed(Sysroot.of(root)))
        .extracting(DpkgPackage::toString)
        .containsExactly("a:all 1");
    Files.writeString(parts.resolve("other"), "no paragraph");
    assertThatThrownBy(() -> PackageOwners.installed(Sysroot.of(root)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            parts.resolve("other")
                + " is damaged: line 1 is no field with a colon behind its name, so dpkg cannot"
                + " read it either");
  }
}
