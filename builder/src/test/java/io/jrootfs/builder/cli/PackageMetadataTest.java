package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image tells scanners of its packages, compared with what dpkg and md5sum say. */
class PackageMetadataTest {
  @TempDir Path work;

  private Path built(String... options) throws IOException {
    Path root = Files.createTempDirectory(work, "root");
    Invocation built =
        Invocation.of(
            Stream.concat(
                    Stream.of("rootfs", "-q", "--format", "dir", "-o", root.toString()),
                    Stream.of(options))
                .toArray(String[]::new));
    assertThat(built.err()).isEmpty();
    assertThat(built.status()).isZero();
    return root;
  }

  private static List<String> records(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("var/lib/dpkg/status.d"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md5sums"))
          .sorted()
          .toList();
    }
  }

  @Test
  void thePackagesAreThoseThatDpkgNamesAsTheOwnersOfTheFiles() throws IOException {
    Path root = built("--package-metadata", "--add", "bash");
    List<String> owners =
        ExternalTool.shell(
                root,
                "for f in usr/bin/bash $(find usr/lib -type f -name '*.so*'); do"
                    + " dpkg -S \"/$f\" 2> /dev/null || dpkg -S \"/${f#usr/}\"; done"
                    + " | sed 's/[:,].*//'; echo base-files")
            .lines()
            .distinct()
            .sorted()
            .toList();
    assertThat(owners).contains("bash", "libc6", "libtinfo6");
    assertThat(records(root)).isEqualTo(owners);
  }

  @Test
  void aRecordIsTheParagraphThatDpkgPrints() throws IOException {
    Path root = built("--package-metadata", "--add", "bash");
    assertThat(root.resolve("var/lib/dpkg/status.d/bash"))
        .content()
        .isEqualToIgnoringNewLines(ExternalTool.run(root, "dpkg-query", "-s", "bash"));
  }

  @Test
  void md5sumAcceptsTheSumsOfTheFilesThatAreThere() throws IOException {
    Path root = built("--package-metadata", "--add", "bash");
    String checked =
        ExternalTool.shell(root, "cat var/lib/dpkg/status.d/*.md5sums | md5sum -c --strict");
    assertThat(checked)
        .contains("usr/bin/bash: OK\n", "usr/share/doc/bash/copyright: OK\n")
        .doesNotContain("usr/share/doc/bash/README");
  }

  /** The records are given to dpkg as a database of its own, which it checks the files by. */
  @Test
  void dpkgVerifiesTheFilesByTheRecords() throws IOException {
    Path root = built("--add", "bash,ls", "--with", "tzdata");
    String verify =
        """
        mkdir -p $1/info $1/updates
        for part in var/lib/dpkg/status.d/*.md5sums; do
          name=$(basename $part .md5sums)
          grep -q '^Multi-Arch: same' ${part%.md5sums} && name=$name:$(dpkg --print-architecture)
          cp $part $1/info/$name.md5sums
          sed 's|^.\\{34\\}|/|' $part >$1/info/$name.list
          cat ${part%.md5sums} >>$1/status
          echo >>$1/status
        done
        dpkg-query --admindir=$1 -W -f '${Package} ${Version}\\n'
        dpkg --root=$PWD --admindir=$1 --verify
        echo changed >>usr/bin/ls
        dpkg --root=$PWD --admindir=$1 --verify
        """;
    String names = String.join(" ", records(root));
    String expected =
        ExternalTool.shell(root, "dpkg-query -W -f '${Package} ${Version}\\n' " + names);
    assertThat(ExternalTool.shell(root, verify, work.resolve("admin").toString()))
        .isEqualTo(expected + "??5??????   /usr/bin/ls\n");
  }

  @Test
  void theOrderOfWordsDoesNotMatter() throws IOException {
    assertThat(ExternalTool.treeListing(built("--cmd=x", "--add=ls,bash", "--copy=/etc/issue")))
        .isEqualTo(
            ExternalTool.treeListing(built("--cmd=x", "--copy=/etc/issue", "--add=bash,ls")));
  }

  @Test
  void theDistributionIsThatOfTheSourceRoot() throws IOException {
    Path root = built("--package-metadata", "--add", "bash");
    assertThat(root.resolve("etc/os-release"))
        .hasSameTextualContentAs(Path.of("/usr/lib/os-release"));
    assertThat(Files.isSymbolicLink(root.resolve("etc/os-release"))).isTrue();
    assertThat(root.resolve("etc/debian_version"))
        .hasSameTextualContentAs(Path.of("/etc/debian_version"));
    assertThat(root.resolve("var/lib/dpkg/status.d/base-files.md5sums"))
        .content()
        .contains("  usr/lib/os-release\n");
    assertThat(root.resolve("usr/share/doc/bash/copyright"))
        .hasSameTextualContentAs(Path.of("/usr/share/doc/bash/copyright"));
  }

  @Test
  void aCopyUnderAnotherNameIsStillItsPackages() throws IOException {
    Path root = built("--package-metadata", "--copy", "/usr/bin/env:/opt/env");
    assertThat(records(root)).contains("coreutils");
    assertThat(root.resolve("var/lib/dpkg/status.d/coreutils.md5sums"))
        .content()
        .contains("  opt/env\n");
  }

  @Test
  void whatIsNobodysPackageBringsNothing() throws IOException {
    Files.writeString(work.resolve("app"), "mine");
    Path root = built("--package-metadata", "--copy", work.resolve("app") + ":/srv/app");
    assertThat(root.resolve("var/lib/dpkg")).doesNotExist();
    assertThat(root.resolve("etc/os-release")).doesNotExist();
  }

  @Test
  void itIsThereWithoutAWordAndCanBeLeftOut() throws IOException {
    assertThat(records(built("--add", "bash")))
        .isEqualTo(records(built("--package-metadata", "--add", "bash")))
        .contains("bash");
    Path root = built("--no-package-metadata", "--add", "bash");
    assertThat(root.resolve("var/lib/dpkg")).doesNotExist();
    assertThat(root.resolve("etc/os-release")).doesNotExist();
    assertThat(root.resolve("usr/bin/bash")).exists();
  }

  @Test
  void inspectShowsThePackages() {
    String image = work.resolve("image.tar").toString();
    assertThat(
            Invocation.of("rootfs", "-q", "--package-metadata", "--add", "bash", "-o", image)
                .status())
        .isZero();
    assertThat(Invocation.of("inspect", image).out())
        .containsPattern("(?m)^  bash [0-9]")
        .containsPattern("(?m)^  libc6:[a-z0-9]+ [0-9]");
  }

  @Test
  void explainNamesTheReason() {
    assertThat(Invocation.of("rootfs", "--package-metadata", "--add", "bash", "--explain").out())
        .contains("/var/lib/dpkg/status.d/bash [package metadata]\n");
  }

  @Test
  void whatTheImagesOwnDatabaseListsIsNotToldTwice() throws IOException {
    Path status =
        Files.writeString(
            work.resolve("status"), ExternalTool.shell(work, "dpkg-query -s bash") + "\n");
    Path root =
        built("--package-metadata", "--add=bash", "--copy=" + status + ":/var/lib/dpkg/status");
    assertThat(records(root)).contains("libc6").doesNotContain("bash");
  }

  /** A scanner would look the packages up in the wrong one's advisories. */
  @Test
  void nothingIsToldInAnotherDistribution() throws IOException {
    Path other = Files.writeString(work.resolve("os-release"), "ID=other\nVERSION_ID=1\n");
    Path root = built("--package-metadata", "--add=bash", "--copy=" + other + ":/etc/os-release");
    assertThat(root.resolve("var/lib/dpkg")).doesNotExist();
    assertThat(root.resolve("etc/os-release")).hasContent("ID=other\nVERSION_ID=1");
  }

  /** What a build says that asks for package metadata, but for progress. */
  private List<String> saidOf(String... options) {
    Invocation built =
        Invocation.of(
            Stream.concat(
                    Stream.of("rootfs", "-o", work.resolve("said.tar").toString()),
                    Stream.of(options))
                .toArray(String[]::new));
    assertThat(built.status()).isZero();
    return built.err().lines().filter(line -> line.startsWith("jbuild rootfs: ")).toList();
  }

  @Test
  void whoAskedIsToldThatTheImageIsOfAnotherDistribution() throws IOException {
    String base = work.resolve("base.tar").toString();
    Path other =
        Files.writeString(
            work.resolve("os-release"), "ID=other\nVERSION_ID=1\nPRETTY_NAME='Other\033[1m 1'\n");
    Invocation.of(
        "rootfs",
        "-q",
        "--add=bash",
        "--no-package-metadata",
        "-o",
        base,
        "--copy=" + other + ":/etc/os-release");
    String here = ExternalTool.shell(work, ". /usr/lib/os-release; printf %s \"$PRETTY_NAME\"");
    String sentence =
        "jbuild rootfs: no package metadata is added: the image is Other\\x1b[1m 1, and the programs"
            + " and files are from /, which is "
            + here
            + ": scanners would look their packages up in the wrong advisories; take them from a"
            + " root of the image's distribution, which --sysroot names";

    assertThat(saidOf("--package-metadata", "--from=" + base, "--add=ls"))
        .containsExactly(sentence);
    assertThat(saidOf("--package-metadata", "-q", "--from=" + base, "--add=ls")).isEmpty();
    assertThat(saidOf("--from=" + base, "--add=ls")).isEmpty();
  }

  @Test
  void whoAskedIsToldThatNothingIsOfAPackage() throws IOException {
    Path mine = Files.writeString(work.resolve("app"), "mine");
    String plain = work.resolve("plain.tar").toString();
    String told = work.resolve("told.tar").toString();
    Invocation.of("rootfs", "-q", "--no-package-metadata", "--add=bash", "-o", plain);
    Invocation.of("rootfs", "-q", "--add=bash", "-o", told);
    String sentence =
        "jbuild rootfs: no package metadata is added: nothing in the image was taken from a package"
            + " in dpkg's database of /";

    assertThat(saidOf("--package-metadata", "--copy=" + mine + ":/srv/app"))
        .containsExactly(sentence);
    assertThat(saidOf("--package-metadata", "--from=" + plain)).containsExactly(sentence);
    assertThat(saidOf("--copy=" + mine + ":/srv/app")).isEmpty();
    // The image has what was asked for.
    assertThat(saidOf("--package-metadata", "--from=" + told)).isEmpty();
  }

  private Path rootOfBusybox() throws IOException {
    Path tree = Files.createDirectories(work.resolve("tree"));
    Files.createDirectories(tree.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), tree.resolve("bin/busybox"));
    Files.createDirectories(tree.resolve("etc"));
    Files.writeString(tree.resolve("etc/os-release"), "ID=alpine\nVERSION_ID=3.20\n");
    return tree;
  }

  @Test
  void ofARootThatApkManagesTheDistributionAloneIsTold() throws IOException {
    Path tree = rootOfBusybox();
    Files.createDirectories(tree.resolve("lib/apk/db"));
    Files.writeString(tree.resolve("lib/apk/db/installed"), "P:busybox\n");
    Path root = work.resolve("root");
    Invocation built =
        Invocation.of(
            "rootfs",
            "--package-metadata",
            "--sysroot=" + tree,
            "--add=/bin/busybox",
            "--format=dir",
            "-o",
            root.toString());
    assertThat(built.err())
        .startsWith(
            "jbuild rootfs: package metadata is read from dpkg's database alone, and "
                + tree
                + " has that of apk: the image tells its distribution and no packages\n");
    assertThat(root.resolve("etc/os-release")).hasContent("ID=alpine\nVERSION_ID=3.20");
    assertThat(root.resolve("var/lib/dpkg")).doesNotExist();
  }

  private String imageOfBusybox(String version) throws IOException {
    Path tree = work.resolve("tree");
    if (!Files.exists(tree)) {
      rootOfBusybox();
    }
    Path info = Files.createDirectories(tree.resolve("var/lib/dpkg/info"));
    Files.writeString(
        tree.resolve("var/lib/dpkg/status"),
        "Package: busybox\nStatus: install ok installed\nArchitecture: amd64\nVersion: "
            + version
            + "\n");
    Files.writeString(info.resolve("busybox.list"), "/bin/busybox\n");
    String image = work.resolve("busybox-" + version + ".tar").toString();
    Invocation built =
        Invocation.of(
            "rootfs",
            "-q",
            "--package-metadata",
            "--sysroot=" + tree,
            "--add=/bin/busybox",
            "-o",
            image);
    assertThat(built.err()).isEmpty();
    return image;
  }

  @Test
  void diffNamesThePackagesThatAreInAnotherVersion() throws IOException {
    Invocation compared = Invocation.of("diff", imageOfBusybox("1.36"), imageOfBusybox("1:1.37"));
    assertThat(compared.status()).isEqualTo(1);
    assertThat(compared.out())
        .contains("Packages:\n  ~ busybox: 1.36 -> 1:1.37\nEntries:\n")
        .contains("  ~ /var/lib/dpkg/status.d/busybox: ");
  }

  @Test
  void diffNamesThePackagesThatOneImageHasAlone() throws IOException {
    String plain = work.resolve("plain.tar").toString();
    String more = work.resolve("more.tar").toString();
    Invocation.of("rootfs", "-q", "--package-metadata", "--add=bash", "-o", plain);
    Invocation.of("rootfs", "-q", "--package-metadata", "--add=bash,env", "-o", more);
    String version = ExternalTool.shell(work, "dpkg-query -W -f '${Version}' coreutils");
    assertThat(Invocation.of("diff", plain, more).out())
        .contains("Packages:\n  + coreutils: " + version + "\nEntries:\n");
    assertThat(Invocation.of("diff", more, plain).out())
        .contains("Packages:\n  - coreutils: " + version + "\nEntries:\n");
  }

  @Test
  void packagesWhoseListsAreMissingAreNamedAndTheImageIsBuilt() throws IOException {
    Path tree = rootOfBusybox();
    Path info = Files.createDirectories(tree.resolve("var/lib/dpkg/info"));
    String paragraph = "Package: %s\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n";
    Files.writeString(
        tree.resolve("var/lib/dpkg/status"),
        paragraph.formatted("busybox") + "\n" + paragraph.formatted("bzip2"));
    String image = work.resolve("image.tar").toString();
    String[] build = {"rootfs", "--sysroot=" + tree, "--add=/bin/busybox", "-o", image};
    Invocation built = Invocation.of(build);
    assertThat(built.status()).isZero();
    assertThat(built.err().lines().filter(line -> line.startsWith("jbuild rootfs: ")))
        .containsExactly(
            "jbuild rootfs: "
                + info
                + " has no list of the files of busybox and 1 more, so the image does not tell"
                + " which of its files are from there");
    // Once the files have owners, it does not matter to the image what else is missing.
    Files.writeString(info.resolve("busybox.list"), "/bin/busybox\n");
    assertThat(Invocation.of(build).err()).doesNotContain("no list");
  }

  @Test
  void aDatabaseThatNoDpkgWroteIsOneSentence() throws IOException {
    Path tree = rootOfBusybox();
    Path info = Files.createDirectories(tree.resolve("var/lib/dpkg/info"));
    Files.writeString(
        tree.resolve("var/lib/dpkg/status"),
        "Package: busybox\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n");
    Path list = Files.writeString(info.resolve("busybox.list"), "/bin\0/busybox\n");
    Invocation built =
        Invocation.of(
            "rootfs",
            "--package-metadata",
            "--sysroot=" + tree,
            "--add=/bin/busybox",
            "-o",
            work.resolve("image.tar").toString());
    assertThat(built.status()).isEqualTo(3);
    assertThat(built.err())
        .isEqualTo(
            "jbuild rootfs: "
                + list
                + " holds a NUL byte, so it is none of dpkg's; it is read for the image to tell its"
                + " packages, which --no-package-metadata leaves out\n");
    assertThat(work.resolve("image.tar")).doesNotExist();
  }
}
