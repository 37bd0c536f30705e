package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.posix.Posix;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootfsAssemblerTest {
  private static final long DATE = 1_600_000_000;

  @TempDir Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    ExternalTool.requireRoot();
  }

  /** An assembler for a sysroot made by {@code script}, which starts in it. */
  private RootfsAssembler sysroot(String script) throws IOException {
    Path sysroot = Files.createDirectories(directory.resolve("sysroot"));
    ExternalTool.shell(sysroot, script);
    return new RootfsAssembler(Sysroot.of(sysroot), DATE);
  }

  /** A directory besides the sysroot, made by {@code script}. */
  private Path other(String script) throws IOException {
    Path other = Files.createDirectories(directory.resolve("other"));
    ExternalTool.shell(other, script);
    return other;
  }

  private static void add(RootfsAssembler assembler, String... paths) throws Exception {
    for (String path : paths) {
      assembler.add(SysrootPath.of(path));
    }
  }

  /** Path and kind of each entry but the root. */
  private static List<String> shape(RootfsAssembler assembler) {
    List<String> shape = new ArrayList<>();
    for (RootfsEntry entry : assembler.assemble().all()) {
      if (!entry.path().isRoot()) {
        shape.add(entry.path() + " " + entry.match(KindName.INSTANCE));
      }
    }
    return shape;
  }

  private static Metadata metadata(RootfsAssembler assembler, String path) {
    return assembler.assemble().get(RootfsPath.of(path)).orElseThrow().metadata();
  }

  @Test
  void linksOfMergedUsrAreKeptAndFilesAreWhereTheyLead() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -p usr/bin usr/lib; ln -s usr/bin bin; ln -s /usr/lib lib; touch usr/bin/ls");

    add(assembler, "/bin/ls");

    assertThat(shape(assembler))
        .containsExactly(
            "/bin symbolic link to usr/bin",
            "/usr directory",
            "/usr/bin directory",
            "/usr/bin/ls file");
  }

  @Test
  void aMergedUsrIsMergedHereTooForDirectoriesThatAreHere() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -p usr/bin usr/lib usr/sbin lib64; touch usr/bin/ls;"
                + "for d in bin lib sbin; do ln -s usr/$d $d; done");

    add(assembler, "/usr/bin/ls");
    assembler.addMergedUsrLinks();

    assertThat(shape(assembler))
        .containsExactly(
            "/bin symbolic link to usr/bin",
            "/usr directory",
            "/usr/bin directory",
            "/usr/bin/ls file");
  }

  @Test
  void everyLinkOfAnAlternativesChainIsKept() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -p usr/bin etc/alternatives; touch usr/bin/mawk;"
                + "ln -s /usr/bin/mawk etc/alternatives/awk;"
                + "ln -s ../../etc/alternatives/awk usr/bin/awk");

    add(assembler, "/usr/bin/awk");

    assertThat(shape(assembler))
        .containsExactly(
            "/etc directory",
            "/etc/alternatives directory",
            "/etc/alternatives/awk symbolic link to /usr/bin/mawk",
            "/usr directory",
            "/usr/bin directory",
            "/usr/bin/awk symbolic link to ../../etc/alternatives/awk",
            "/usr/bin/mawk file");
  }

  @Test
  void directoriesThatALinkEntersAndLeavesAreThere() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -p a/deep b real; touch b/file; ln -s a/deep/../../b/file link; ln -s a/deep d;"
                + "ln -s d/../../b/file through");

    add(assembler, "/link", "/through", "/real/../b/file");

    assertThat(shape(assembler))
        .containsExactly(
            "/a directory",
            "/a/deep directory",
            "/b directory",
            "/b/file file",
            "/d symbolic link to a/deep",
            "/link symbolic link to a/deep/../../b/file",
            "/real directory",
            "/through symbolic link to d/../../b/file");
  }

  @Test
  void filesOfTheSysrootBelongToRootAndKeepModeAndAttributes() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -m 2750 bin; touch -d @7 bin/ping; chown 5:6 bin bin/ping; chmod 0751 bin/ping;"
                + "setcap cap_net_raw,cap_setuid=ep bin/ping");

    add(assembler, "/bin/ping");

    Metadata ping = metadata(assembler, "/bin/ping");
    assertThat(ping.withXattrs(java.util.Map.of())).isEqualTo(Metadata.ofMode(0751).withMtime(7));
    assertThat(ping.xattrs()).containsOnlyKeys("security.capability");
    assertThat(metadata(assembler, "/bin")).isEqualTo(Metadata.ofMode(02750).withMtime(DATE));
  }

  @Test
  void nothingIsDatedLaterThanTheSourceDate() throws Exception {
    RootfsAssembler assembler = sysroot("touch -d @7 old; touch -d @1700000000 new");
    Path tree = other("touch -d @7 old; touch -d @1700000000 new; ln -s new link");

    add(assembler, "/old", "/new");
    assembler.copy(tree, RootfsPath.of("/copied"));

    assertThat(metadata(assembler, "/old").mtime()).isEqualTo(7);
    assertThat(metadata(assembler, "/copied/old").mtime()).isEqualTo(7);
    for (String late : List.of("/new", "/copied", "/copied/new", "/copied/link")) {
      assertThat(metadata(assembler, late).mtime()).as(late).isEqualTo(DATE);
    }
  }

  @Test
  void aProgramThatRunsAsSomebodyDoesNotRunAsRootInstead() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir bin; for f in at wall both; do touch -d @7 bin/$f; chown 5:6 bin/$f; done;"
                + "chmod 4755 bin/at; chmod 2755 bin/wall; chmod 6755 bin/both");

    add(assembler, "/bin/at", "/bin/wall", "/bin/both");

    Metadata root = Metadata.ofMode(0).withMtime(7);
    assertThat(metadata(assembler, "/bin/at")).isEqualTo(root.withMode(04755).withOwner(5, 0));
    assertThat(metadata(assembler, "/bin/wall")).isEqualTo(root.withMode(02755).withOwner(0, 6));
    assertThat(metadata(assembler, "/bin/both")).isEqualTo(root.withMode(06755).withOwner(5, 6));
  }

  @Test
  void namesOfOneFileBecomeHardLinksToTheFirst() throws Exception {
    RootfsAssembler assembler =
        sysroot("mkdir bin; touch bin/b bin/single; ln bin/b bin/a; ln bin/b bin/not-added");

    add(assembler, "/bin/b", "/bin/single", "/bin/a");

    assertThat(shape(assembler))
        .containsExactly(
            "/bin directory", "/bin/a file", "/bin/b hard link to /bin/a", "/bin/single file");
  }

  @Test
  void orderOfAddingDoesNotMatter() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -p usr/bin usr/lib etc; ln -s usr/bin bin; ln -s usr/lib lib; touch etc/x;"
                + "touch usr/bin/a usr/lib/l.so.1.2; ln usr/bin/a usr/bin/b; ln -s l.so.1.2 usr/lib/l.so.1");
    List<String> paths =
        new ArrayList<>(
            List.of("/bin/a", "/usr/bin/b", "/lib/l.so.1", "/usr/lib/l.so.1.2", "/etc/x", "/etc"));
    add(assembler, paths.toArray(new String[0]));
    String expected = RootfsListing.of(assembler.assemble());

    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(paths, new Random(seed));
      RootfsAssembler shuffled = sysroot("");
      add(shuffled, paths.toArray(new String[0]));
      assertThat(RootfsListing.of(shuffled.assemble())).isEqualTo(expected);
    }
  }

  @Test
  void whatIsNotInTheSysrootIsNotAdded() throws Exception {
    RootfsAssembler assembler = sysroot("ln -s nowhere dangling");

    assertThatThrownBy(() -> add(assembler, "/missing"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("/missing");
    assertThatThrownBy(() -> add(assembler, "/dangling")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void copiedTreeIsAsItWas() throws Exception {
    RootfsAssembler assembler = sysroot("");
    Path tree =
        other(
            "mkdir -m 1777 d; echo x >d/f; chown 3000000:65534 d/f; chmod 6754 d/f; ln d/f d/g;"
                + "ln -s ../nowhere// d/link; mkfifo -m 600 d/p; mknod -m 640 d/n c 4 300;"
                + "setfattr -n user.a -v 0x80ff d/f; touch -h -d @9 d/* d");

    assembler.copy(tree.resolve("d"), RootfsPath.of("/opt/app"));
    Path out = directory.resolve("out");
    DirectoryWriter.write(assembler.assemble(), out, DirectoryWriter.Options.exact());

    assertThat(ExternalTool.treeListing(out.resolve("opt/app")))
        .isEqualTo(ExternalTool.treeListing(tree.resolve("d")));
    assertThat(metadata(assembler, "/opt")).isEqualTo(Metadata.ofMode(0755).withMtime(DATE));
  }

  /** They are of this machine's policy, which an image is not under. */
  @Test
  void labelsOfThisMachineAreLeftOut() throws Exception {
    RootfsAssembler assembler = sysroot("");
    Path file =
        other(
                "touch x; for name in selinux ima evm apparmor SMACK64; do"
                    + " setfattr -n security.$name -v label x || echo $name; done >&2;"
                    + " setfattr -n user.overlay.opaque -v y x; setfattr -n user.kept -v z x")
            .resolve("x");
    assertThat(Posix.listXattrs(file))
        .contains("security.selinux", "user.overlay.opaque", "user.kept");

    assembler.copy(file, RootfsPath.of("/x"));

    assertThat(metadata(assembler, "/x").xattrs()).containsOnlyKeys("user.kept");
    assertThat(assembler.unkept())
        .contains(
            new DirectoryWriter.Omission("security.selinux", RootfsPath.of("/x"), 1),
            new DirectoryWriter.Omission("user.overlay.opaque", RootfsPath.of("/x"), 1));
  }

  @Test
  void copyGoesWhereLinksOfTheImageLead() throws Exception {
    RootfsAssembler assembler = sysroot("mkdir -p usr/bin; ln -s /usr/bin bin; touch usr/bin/ls");
    Path other = other("touch x; mkdir -p tree/bin; touch tree/bin/y");
    add(assembler, "/bin/ls");

    assembler.copy(other.resolve("x"), RootfsPath.of("/bin/x"));
    assembler.copy(other.resolve("tree"), RootfsPath.ROOT);

    assertThat(shape(assembler))
        .containsExactly(
            "/bin symbolic link to /usr/bin",
            "/usr directory",
            "/usr/bin directory",
            "/usr/bin/ls file",
            "/usr/bin/x file",
            "/usr/bin/y file");
  }

  @Test
  void modeAndOwnerOfTheRootAreNotThoseOfACopiedTree() throws Exception {
    RootfsAssembler assembler = sysroot("");
    assembler.copy(other("chmod 700 .; chown 1000 .; touch x"), RootfsPath.ROOT);

    assertThat(metadata(assembler, "/")).isEqualTo(Metadata.ofMode(0755).withMtime(DATE));
  }

  @Test
  void sameFileFromTwoSourcesIsNoConflict() throws Exception {
    RootfsAssembler assembler = sysroot("echo same >f; ln -s f l; mkdir -m 750 d");
    Path other = other("echo same >f; ln -s f l; mkdir d");
    add(assembler, "/l", "/d");

    assembler.copy(other, RootfsPath.ROOT);

    assertThat(shape(assembler))
        .containsExactly("/d directory", "/f file", "/l symbolic link to f");
    assertThat(metadata(assembler, "/d").mode()).isEqualTo(0750);
  }

  @Test
  void differentFilesForOnePathAreAConflictNamingBothSources() throws Exception {
    RootfsAssembler assembler = sysroot("echo one >f");
    Path other = other("echo two >f");
    add(assembler, "/f");

    assertThatThrownBy(() -> assembler.copy(other.resolve("f"), RootfsPath.of("/f")))
        .isInstanceOfSatisfying(
            RootfsConflictException.class,
            e -> {
              assertThat(e.path()).isEqualTo("/f");
              assertThat(e.firstSource()).isEqualTo("/f");
              assertThat(e.secondSource()).isEqualTo(other.resolve("f").toString());
            });
  }

  @Test
  void pathIsNeverBothLinkAndDirectory() throws Exception {
    RootfsAssembler assembler = sysroot("mkdir -p usr/bin lib; ln -s usr/bin bin; touch usr/bin/x");
    Path other = other("mkdir bin; touch bin/y; ln -s elsewhere lib");
    assembler.copy(other.resolve("bin"), RootfsPath.of("/bin"));
    assembler.copy(other.resolve("lib"), RootfsPath.of("/lib"));

    assertThatThrownBy(() -> add(assembler, "/bin/x"))
        .isInstanceOf(RootfsConflictException.class)
        .hasMessageContaining("symbolic link to usr/bin from /bin/x cannot replace the directory");
    assertThatThrownBy(() -> add(assembler, "/lib")).isInstanceOf(RootfsConflictException.class);
  }

  @Test
  void fileCannotBeAParent() throws Exception {
    RootfsAssembler assembler = sysroot("");
    Path other = other("touch f; ln -s loop loop");
    assembler.copy(other, RootfsPath.ROOT);

    assertThatThrownBy(() -> assembler.copy(other.resolve("f"), RootfsPath.of("/f/g")))
        .isInstanceOf(RootfsConflictException.class);
    assertThatThrownBy(() -> assembler.copy(other.resolve("f"), RootfsPath.of("/loop/g")))
        .isInstanceOf(RootfsConflictException.class)
        .hasMessageContaining("/loop");
  }

  @Test
  void copyReplacesADefaultAndADefaultReplacesNothing() throws Exception {
    RootfsAssembler assembler = sysroot("");
    Path other = other("echo mine >passwd");
    RootfsEntry generated =
        new RootfsEntry.RegularFile(
            RootfsPath.of("/etc/passwd"),
            Metadata.ofMode(0644),
            new FileContent.Literal(Bytes.ofUtf8("generated")));

    assembler.addDefault(generated, "a test");
    assembler.copy(other.resolve("passwd"), RootfsPath.of("/etc/passwd"));
    assembler.addDefault(generated, "a test");

    RootfsEntry.RegularFile file =
        (RootfsEntry.RegularFile)
            assembler.assemble().get(RootfsPath.of("/etc/passwd")).orElseThrow();
    assertThat(file.content()).isEqualTo(new FileContent.Slice(other.resolve("passwd"), 0, 5));
  }

  @Test
  void whatNoImageCanHoldIsRefused() throws Exception {
    RootfsAssembler assembler = sysroot("");
    Path other =
        other(
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")';"
                + "touch \"$(printf 'latin1-\\344')\"");

    try (var files = Files.newDirectoryStream(other)) {
      for (Path file : files) {
        assertThatThrownBy(() -> assembler.copy(file, RootfsPath.of("/" + file.getFileName())))
            .as("%s", file)
            .isInstanceOfSatisfying(
                UncopyableFileException.class,
                e -> assertThat(e.file()).isEqualTo(file.toString()));
      }
    }
    assertThat(shape(assembler)).isEmpty();
  }

  @Test
  void missingSourceIsNamed() throws Exception {
    RootfsAssembler assembler = sysroot("");

    assertThatThrownBy(() -> assembler.copy(Path.of("/no/such"), RootfsPath.of("/x")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("/no/such");
  }
}
