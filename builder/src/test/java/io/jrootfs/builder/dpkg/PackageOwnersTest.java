package io.jrootfs.builder.dpkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a file is, compared with dpkg-query and with databases whose traps are spelled out. */
class PackageOwnersTest {
  @TempDir Path root;

  @BeforeEach
  void mergedUsr() throws IOException {
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    Files.createDirectories(root.resolve("var/lib/dpkg/info"));
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private static String paragraph(String name, String architecture, String more) {
    return "Package: %s\nStatus: install ok installed\nArchitecture: %s\nVersion: 1-1\n%s\n"
        .formatted(name, architecture, more);
  }

  /** The name and architecture of a file's owner; empty without one. */
  private String owner(String file) throws IOException {
    SysrootPath path = SysrootPath.of(file);
    return Optional.ofNullable(
            PackageOwners.find(Sysroot.of(root), ImmutableList.of(path)).get(path))
        .map(DpkgPackage::qualifiedName)
        .orElse("");
  }

  @Test
  void everyFileOfThisMachinesEssentialPackagesHasTheOwnerThatDpkgNames() throws IOException {
    Path here = Path.of("/");
    List<String> essential =
        ExternalTool.run(here, "dpkg-query", "-W", "-f", "${Essential} ${Package}\n")
            .lines()
            .filter(line -> line.startsWith("yes "))
            .map(line -> line.substring("yes ".length()))
            .collect(Collectors.toList());
    TreeMap<SysrootPath, String> expected = new TreeMap<>();
    for (String name : essential) {
      // A diverted file is followed by a line that says where it went, in words.
      for (String line : ExternalTool.run(here, "dpkg-query", "-L", name).lines().toList()) {
        Path file = Path.of(line.startsWith("/") ? line : "/");
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && !isDirectoryOfMany(file)
            && !isDiverted(line)) {
          expected.put(SysrootPath.of(line), name);
        }
      }
    }
    assertThat(expected).hasSizeGreaterThan(500);

    ImmutableSortedMap<SysrootPath, DpkgPackage> owners =
        PackageOwners.find(Sysroot.of(here), expected.keySet());

    TreeMap<SysrootPath, String> found = new TreeMap<>();
    owners.forEach((path, one) -> found.put(path, one.name()));
    assertThat(found).isEqualTo(expected);
  }

  /** Those that merged /usr made links of included. */
  private static boolean isDirectoryOfMany(Path file) {
    return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
        || (file.getNameCount() == 1 && Files.isDirectory(file));
  }

  private static boolean isDiverted(String file) throws IOException {
    return Files.readAllLines(Path.of("/var/lib/dpkg/diversions")).contains(file);
  }

  @Test
  void versionsAndSourcesAreThoseThatDpkgQueryPrints() throws IOException {
    String printed =
        ExternalTool.run(
            Path.of("/"),
            "dpkg-query",
            "-W",
            "-f",
            "${db:Status-Status} ${Package}:${Architecture} ${Version} ${source:Package}\n");
    List<String> expected =
        printed
            .lines()
            .filter(line -> !line.matches("(config-files|not-installed) .*"))
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .sorted()
            .toList();

    assertThat(PackageOwners.installed(Sysroot.of(Path.of("/"))))
        .extracting(one -> one + " " + one.source())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aFileIsFoundUnderEachNameThatMergedUsrGivesIt() throws IOException {
    write("var/lib/dpkg/status", paragraph("dash", "amd64", ""));
    write("var/lib/dpkg/info/dash.list", "/.\n/bin\n/bin/dash\n");
    write("usr/bin/dash", "");

    assertThat(owner("/bin/dash")).isEqualTo("dash:amd64");
    assertThat(owner("/usr/bin/dash")).isEqualTo("dash:amd64");
  }

  @Test
  void aDivertedNameBelongsToWhoDivertedItAndTheFileKeepsItsOwner() throws IOException {
    write(
        "var/lib/dpkg/status", paragraph("dash", "amd64", "") + paragraph("wrapper", "amd64", ""));
    write("var/lib/dpkg/info/dash.list", "/bin/sh\n");
    write("var/lib/dpkg/info/wrapper.list", "/bin/sh\n");
    write("var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.real\nwrapper\n");
    write("usr/bin/sh", "");
    write("usr/bin/sh.real", "");

    assertThat(owner("/usr/bin/sh")).isEqualTo("wrapper:amd64");
    assertThat(owner("/usr/bin/sh.real")).isEqualTo("dash:amd64");
  }

  @Test
  void packagesOfTwoArchitecturesHaveListsOfTheirOwn() throws IOException {
    write(
        "var/lib/dpkg/status",
        paragraph("libc6", "amd64", "Multi-Arch: same\n")
            + paragraph("libc6", "i386", "Multi-Arch: same\n"));
    write("var/lib/dpkg/info/libc6:amd64.list", "/usr/lib/a/libc.so\n/usr/share/common\n");
    write("var/lib/dpkg/info/libc6:i386.list", "/usr/lib/b/libc.so\n/usr/share/common\n");

    assertThat(owner("/usr/lib/a/libc.so")).isEqualTo("libc6:amd64");
    assertThat(owner("/usr/lib/b/libc.so")).isEqualTo("libc6:i386");
    assertThat(owner("/usr/share/common")).isEqualTo("libc6:amd64");
  }

  @Test
  void removedPackagesOwnNothing() throws IOException {
    write(
        "var/lib/dpkg/status",
        "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: all\n");
    write("var/lib/dpkg/info/gone.list", "/etc/gone.conf\n");

    assertThat(owner("/etc/gone.conf")).isEmpty();
  }

  @Test
  void directoriesHaveNoOwner() throws IOException {
    write("var/lib/dpkg/status", paragraph("dash", "amd64", ""));
    write("var/lib/dpkg/info/dash.list", "/usr/bin\n");

    assertThat(owner("/usr/bin")).isEmpty();
  }

  @Test
  void theLinksOfMergedUsrHaveNoOwner() throws IOException {
    write("var/lib/dpkg/status", paragraph("acl", "amd64", "") + paragraph("dash", "amd64", ""));
    write("var/lib/dpkg/info/acl.list", "/bin\n/bin/getfacl\n");
    write("var/lib/dpkg/info/dash.list", "/bin\n/bin/dash\n");

    assertThat(owner("/bin")).isEmpty();
  }

  @Test
  void aTreeWithoutDpkgHasNoPackages() throws IOException {
    assertThat(PackageOwners.installed(Sysroot.of(root))).isEmpty();
    assertThat(owner("/usr/bin/dash")).isEmpty();
  }

  /** A name of its own for each, so that none can be taken for another's. */
  @Test
  void onlyAFileOfTheTreeIsAList() throws IOException {
    String pipe = "pipe";
    // From the directory slash:.. this would be /var/outside.list.
    String slash = "../../../../outside";
    write(
        "var/lib/dpkg/status",
        paragraph("linked", "all", "")
            + paragraph("outside", "all", "")
            + paragraph(pipe, "all", "")
            + paragraph("slash", slash, "")
            + paragraph("long", "x".repeat(300), ""));
    Path info = root.resolve("var/lib/dpkg/info");
    write("srv/list", "/opt/linked\n");
    Files.createSymbolicLink(info.resolve("linked.list"), Path.of("/srv/list"));
    Path outside = Files.createTempFile("outside", ".list");
    Files.writeString(outside, "/opt/outside\n");
    Files.createSymbolicLink(info.resolve("outside.list"), outside);
    ExternalTool.run(root, "mkfifo", info.resolve(pipe + ".list").toString());
    Files.createDirectories(info.resolve("slash:.."));
    write("var/outside.list", "/opt/slash\n");

    try {
      assertThat(owner("/opt/linked")).isEqualTo("linked:all");
      assertThat(owner("/opt/outside")).isEmpty();
      assertThat(owner("/opt/slash")).isEmpty();
      assertThat(
              PackageOwners.ofFilesNamed(
                      Sysroot.of(root), DatabaseReading.of(Sysroot.of(root)), Set.of("x"))
                  .unlisted()
                  .stream()
                  .map(DpkgPackage::name))
          .containsExactly("long", "outside", pipe, "slash");
    } finally {
      Files.delete(outside);
    }
  }

  /** Each thread reads some; what a later list holds does not matter then. */
  @Test
  void ofSeveralDamagedListsTheFirstIsNamed() throws IOException {
    StringBuilder status = new StringBuilder();
    for (char name = 'a'; name <= 'h'; name++) {
      status.append(paragraph(String.valueOf(name), "all", ""));
      write("var/lib/dpkg/info/" + name + ".list", "/opt/" + name + (name > 'b' ? "\0\n" : "\n"));
    }
    write("var/lib/dpkg/status", status.toString());

    assertThatThrownBy(() -> owner("/opt/a"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            root.resolve("var/lib/dpkg/info/c.list")
                + " holds a NUL byte, so it is none of dpkg's");
  }

  @Test
  void aListThatWasReadAheadIsNotReadAgain() throws IOException {
    write("var/lib/dpkg/status", paragraph("a", "all", ""));
    write("var/lib/dpkg/info/a.list", "/opt/a\n");
    write("opt/a", "");
    DatabaseReading reading = DatabaseReading.of(Sysroot.of(root));
    reading.begin();
    reading.get();
    Files.delete(root.resolve("var/lib/dpkg/info/a.list"));

    SysrootPath file = SysrootPath.of("/opt/a");
    assertThat(
            PackageOwners.ofFilesNamed(Sysroot.of(root), reading, Set.of("a"))
                .find(List.of(file))
                .get(file))
        .hasToString("a:all 1-1");
  }

  @Test
  void whatIsWrongWithADatabaseReadAheadIsToldToWhoNeedsIt() throws IOException {
    write("var/lib/dpkg/status", "nothing");
    DatabaseReading reading = DatabaseReading.of(Sysroot.of(root));
    reading.begin();

    assertThatThrownBy(reading::get)
        .isInstanceOf(IOException.class)
        .hasMessage(
            root.resolve("var/lib/dpkg/status")
                + " is damaged: line 1 is no field with a colon behind its name, so dpkg cannot"
                + " read it either");
  }

  @Test
  void aDatabaseThatWouldFillTheMemoryIsRefused() throws IOException {
    try (RandomAccessFile status =
        new RandomAccessFile(root.resolve("var/lib/dpkg/status").toFile(), "rw")) {
      status.setLength(1L << 40);
    }

    assertThatThrownBy(() -> PackageOwners.installed(Sysroot.of(root)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/var/lib/dpkg/status")
        .hasMessageContaining("1099511627776 bytes");
  }
}
