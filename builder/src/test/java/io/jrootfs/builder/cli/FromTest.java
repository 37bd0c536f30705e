package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.image.RootfsArchive;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images upon images. */
class FromTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path work;
  private ForeignTool foreign;

  @BeforeEach
  void isolate() throws IOException {
    ExternalTool.requireRoot();
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
  }

  private Path build(String output, String base, String... options) {
    Path image = work.resolve(output);
    List<String> arguments =
        new ArrayList<>(List.of("rootfs", "-q", "--from", base, "-o", image.toString()));
    arguments.addAll(List.of(options));
    Invocation built = Invocation.of(arguments.toArray(String[]::new));
    assertThat(built).isEqualTo(new Invocation(0, "", ""));
    return image;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(work.resolve(name), text);
  }

  private JsonNode inspect(String image) throws IOException {
    return JSON.readTree(foreign.skopeo("inspect", image));
  }

  private JsonNode config(String image) throws IOException {
    return JSON.readTree(foreign.skopeo("inspect", "--config", image));
  }

  @Test
  void withNothingAddedItHasTheSameDigest() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    Path image = build("image.tar", base.layout().toString());
    assertThat(inspect("oci-archive:" + image).get("Digest"))
        .isEqualTo(inspect(base.name()).get("Digest"));
  }

  /** A file capability has 12, 20 or 24 bytes, and its first ones a version (capabilities(7)). */
  @Test
  void anAttributeThatTheKernelRefusesIsTheImagesFaultAndNamed() throws Exception {
    RootfsEntry.RegularFile tool =
        new RootfsEntry.RegularFile(
            RootfsPath.of("/tool"),
            Metadata.ofMode(0755)
                .withXattrs(ImmutableMap.of("security.capability", Bytes.ofUtf8("none"))),
            new FileContent.Literal(Bytes.ofUtf8("x")));
    Path image =
        Samples.write(
                work.resolve("odd.tar"),
                Compression.GZIP,
                work,
                Rootfs.of(List.of(Trees.directory("/"), tool)))
            .path();
    String sentence =
        image
            + ": /tool: the kernel refuses the value of its extended attribute"
            + " security.capability, 4 bytes, as malformed (EINVAL)\n";
    Path output = work.resolve("output");
    assertThat(Invocation.of("rootfs", "--from", "" + image, "--format", "dir", "-o", "" + output))
        .isEqualTo(new Invocation(1, "", "jbuild rootfs: " + sentence));
    assertThat(output).doesNotExist();
    // Looking needs no attribute: a check goes on, to what it is asked for.
    assertThat(Invocation.of("check", "" + image).out())
        .isEqualTo("the image's own command: there is no file /usr/bin/tool\n");
  }

  @Test
  void theLayersStayAndANewOneHasWhatDiffers() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    Path added = file("added", "added");
    Path image = build("image.tar", base.layout().toString(), "--copy", added + ":/opaque/added");

    JsonNode layers = inspect("oci-archive:" + image).get("Layers");
    JsonNode layersOfBase = inspect(base.name()).get("Layers");
    assertThat(layers).hasSize(3);
    assertThat(List.of(layers.get(0), layers.get(1)))
        .containsExactly(layersOfBase.get(0), layersOfBase.get(1));
    String blob = "blobs/sha256/" + layers.get(2).asText().substring("sha256:".length());
    assertThat(ExternalTool.shell(work, "tar -xOf image.tar " + blob + " | tar -tzf -").lines())
        .containsExactly("./", "opaque/", "opaque/added");
  }

  @Test
  void theConfigurationIsInheritedAndOverridden() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    Path image =
        build(
            "image.tar",
            base.layout().toString(),
            "--copy",
            file("added", "added") + ":/added",
            "--env",
            "B=ours",
            "--label",
            "m=ours",
            "--source-date-epoch",
            "1000000000");
    JsonNode config = config("oci-archive:" + image);
    assertThat(config.get("config"))
        .isEqualTo(
            JSON.readTree(
                """
                {"User": "12:34", "Env": ["A=base", "B=ours"], "Cmd": ["/bin/tool"],
                 "Labels": {"l": "base", "m": "ours"}}
                """));
    assertThat(config.get("author").asText()).isEqualTo("somebody");
    assertThat(config.get("created").asText()).isEqualTo("2001-09-09T01:46:40Z");
    List<JsonNode> history = new ArrayList<>();
    config(base.name()).get("history").forEach(history::add);
    assertThat(config.get("history")).startsWith(history.toArray(JsonNode[]::new));
    assertThat(config.get("history")).hasSize(history.size() + 1);
  }

  @Test
  void aCommandIsThatOfTheFirstProgramUnlessThereIsAnEntrypoint() throws Exception {
    Path base = work.resolve("base.tar");
    assertThat(Invocation.of("rootfs", "-q", "--add", "bash", "-o", base.toString()).status())
        .isZero();
    assertThat(
            config("oci-archive:" + build("a.tar", "" + base, "--add", "ls")).at("/config/Cmd/0"))
        .hasToString("\"/usr/bin/ls\"");
    Path entered = build("entered.tar", base.toString(), "--entrypoint", "/bin/bash");
    JsonNode config =
        config("oci-archive:" + build("b.tar", entered.toString(), "--add", "ls")).get("config");
    assertThat(config.at("/Entrypoint/0").asText()).isEqualTo("/bin/bash");
    assertThat(config.has("Cmd")).isFalse();
  }

  @Test
  void everyKindOfFileIsInEveryFormat() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    String expected = ForeignBase.unpacked(foreign, base.layout() + ":1", work.resolve("theirs"));
    assertThat(expected)
        .contains("0x00ff80", "security.capability", "posix_acl", " 3000000:3000001");
    assertThat(expected).contains("opaque/high").doesNotContain("opaque/low", "gone");

    Path layout = Files.createDirectory(work.resolve("layout"));
    foreign.run("tar", "-C", "" + layout, "-xf", "" + build("image.tar", base.layout().toString()));
    assertThat(ForeignBase.unpacked(foreign, layout + ":latest", work.resolve("ours")))
        .isEqualTo(expected);

    Path tar = build("root.tar", base.layout().toString(), "--format", "rootfs");
    Path root = Files.createDirectory(work.resolve("root"));
    foreign.run(
        "tar",
        "-C",
        root.toString(),
        "--xattrs",
        "--xattrs-include=*",
        "--numeric-owner",
        "-xpf",
        tar.toString());
    assertThat(ForeignBase.listing(root)).isEqualTo(expected);

    Path directory = build("directory", base.layout().toString(), "--format", "dir");
    assertThat(ForeignBase.listing(directory)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-archive", "oci-archive"})
  void archivesOfOtherToolsAreBases(String transport) throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    Path archive = work.resolve("archive.tar");
    foreign.skopeo("copy", base.name(), transport + ":" + archive + ":base:1");
    Path image =
        build("image.tar", archive.toString(), "--copy", file("added", "added") + ":/added");
    assertThat(Invocation.of("diff", base.layout().toString(), image.toString()).out())
        .isEqualTo("Entries:\n  + /added: file of 5 bytes, mode 0644, owner 0:0\n");
  }

  @ParameterizedTest
  @CsvSource({"cat, root.tar", "gzip -c, root.tar.gz", "zstd -qc, root.tar.zst"})
  void theTarOfARootFilesystemIsABaseOfOneLayer(String compressor, String name) throws Exception {
    assertThat(
            Invocation.of(
                    "rootfs", "-q", "--add", "bash", "--format", "rootfs", "-o", work + "/plain")
                .status())
        .isZero();
    ExternalTool.shell(work, compressor + " plain > " + name);
    Path image = build("image.tar", work.resolve(name).toString(), "--add", "ls");
    assertThat(inspect("oci-archive:" + image).get("Layers")).hasSize(2);
    assertThat(mediaTypes(image)).containsOnly("application/vnd.oci.image.layer.v1.tar+gzip");
    foreign.podmanLoad(image);
    assertThat(run("localhost/ls:latest", "bash", "-c", "ls -d /usr")).isEqualTo("/usr");
  }

  /** Its layer is made here, so it is compressed as the others are. */
  @Test
  void theLayerOfARootFilesystemIsCompressedAsAskedFor() throws Exception {
    Path tar = work.resolve("root.tar");
    RootfsArchive.write(Trees.everything(), Trees.EPOCH, Compression.NONE, tar);
    for (String method : List.of("none", "gzip", "zstd")) {
      Path image = build(method + ".tar", tar.toString(), "--compress", method);
      assertThat(mediaTypes(image))
          .containsExactly(
              "application/vnd.oci.image.layer.v1.tar"
                  + (method.equals("none") ? "" : "+" + method));
      assertThat(Invocation.of("diff", "--times", "" + tar, "" + image).out())
          .doesNotContain("Entries:");
    }
  }

  private List<String> mediaTypes(Path image) throws IOException {
    return new ObjectMapper()
        .readTree(foreign.skopeo("inspect", "--raw", "oci-archive:" + image))
        .findValue("layers")
        .findValuesAsText("mediaType");
  }

  private String run(String image, String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "--rm",
                "--network",
                "none",
                // Where nobody may raise a limit, podman's defaults would.
                "--ulimit=nofile=1024:1024",
                "--ulimit=nproc=1000:1000",
                image));
    words.addAll(List.of(command));
    return foreign.podman(words.toArray(String[]::new)).strip();
  }

  @Test
  void aProgramThatTheBaseHasIsTakenFromThere() throws Exception {
    Path base = work.resolve("base.tar");
    assertThat(Invocation.of("rootfs", "-q", "--add", "bash,ls", "-o", base.toString()).status())
        .isZero();
    Path image = build("image.tar", base.toString(), "--add", "ls");
    assertThat(inspect("oci-archive:" + image).get("Layers")).hasSize(1);
    assertThat(config("oci-archive:" + image).at("/config/Cmd/0").asText())
        .isEqualTo("/usr/bin/ls");
  }

  @Test
  void programsRunOnABaseWhoseDirectoriesAreNotMerged() throws Exception {
    ForeignBase base = ForeignBase.empty(foreign, work);
    base.addLayer(
        "unmerged",
        "mkdir -p bin lib/x86_64-linux-gnu lib64 usr/bin etc proc dev sys; echo own > bin/own");
    Path image = build("image.tar", base.layout().toString(), "--add", "ls,bash");
    assertThat(Invocation.of("check", "-q", image.toString())).isEqualTo(new Invocation(0, "", ""));
    foreign.podmanLoad(image);
    assertThat(run("localhost/ls:latest", "bash", "-c", "ls /bin/own")).isEqualTo("/bin/own");
  }

  @Test
  void programsOfATreeThatIsNotMergedRunOnABaseThatIs() throws Exception {
    Path root = work.resolve("tree");
    ExternalTool.shell(
        work,
        "mkdir -p tree/bin; cp /bin/ls tree/bin; ldd /bin/ls | grep -o '/[^ ]*' | while read f; do"
            + " mkdir -p tree$(dirname $f); cp -L $f tree$f; done");
    ForeignBase base = ForeignBase.empty(foreign, work);
    base.addLayer(
        "merged",
        "mkdir -p usr/bin usr/lib usr/lib64 etc proc dev sys;"
            + " ln -s usr/bin bin; ln -s usr/lib lib; ln -s usr/lib64 lib64");
    Path image =
        build("image.tar", base.layout().toString(), "--sysroot", "" + root, "--add", "ls");
    assertThat(Invocation.of("diff", base.layout().toString(), image.toString()).out())
        .contains("+ /usr/bin/ls: file", "+ /usr/lib64/ld-linux-x86-64.so.2: file")
        .doesNotContain("+ /lib", "+ /bin");
    foreign.podmanLoad(image);
    assertThat(run("localhost/ls:latest", "/bin/ls", "-d", "/usr")).isEqualTo("/usr");
  }

  @Test
  void aFeatureThatTheBaseLacksIsBrought() throws Exception {
    ForeignBase base = ForeignBase.empty(foreign, work);
    base.addLayer("little", "mkdir etc");
    Path image = build("image.tar", base.layout().toString(), "--with", "ca-certificates");
    assertThat(Invocation.of("diff", base.layout().toString(), image.toString()).out())
        .contains("+ /etc/ssl/certs/ca-certificates.crt");
    Path again = build("again.tar", image.toString(), "--with", "ca-certificates");
    assertThat(inspect("oci-archive:" + again).get("Digest"))
        .isEqualTo(inspect("oci-archive:" + image).get("Digest"));
  }

  @Test
  void aRegistryIsABase() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    try (LoopbackRegistry registry =
        LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")))) {
      foreign.skopeo(
          "copy", "--dest-tls-verify=false", base.name(), "docker://" + registry.name("base:1"));
      Path image =
          build("image.tar", registry.name("base:1"), "--copy", file("added", "added") + ":/added");
      JsonNode manifest = JSON.readTree(foreign.skopeo("inspect", "--raw", "oci-archive:" + image));
      assertThat(manifest.get("annotations"))
          .isEqualTo(
              JSON.createObjectNode()
                  .put("org.opencontainers.image.base.name", registry.name("base:1"))
                  .put(
                      "org.opencontainers.image.base.digest",
                      inspect(base.name()).get("Digest").asText()));
      assertThat(manifest.get("layers")).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--debootstrap bookworm|2|not with both",
        "--platform linux/arm64|1|is an image for linux/amd64, not for linux/arm64",
        "--add no-such-program-here|1|no-such-program-here",
      })
  void whatDoesNotGoTogetherIsOneSentence(String options, int status, String words)
      throws Exception {
    ForeignBase base = ForeignBase.empty(foreign, work);
    List<String> arguments =
        new ArrayList<>(
            List.of("rootfs", "--from", base.layout().toString(), "-o", work + "/no.tar"));
    arguments.addAll(List.of(options.split(" ")));
    Invocation result = Invocation.of(arguments.toArray(String[]::new));
    assertThat(result.status()).as(result.err()).isEqualTo(status);
    assertThat(result.err().lines().findFirst().orElseThrow()).contains(words);
    assertThat(work.resolve("no.tar")).doesNotExist();
  }

  @Test
  void aNameThatIsNeitherAFileNorInARegistryIsSaidToBeNeither() throws Exception {
    // Nothing listens there any more, and what docker.io has is not asked.
    int nowhere;
    try (ServerSocket closed = new ServerSocket(0)) {
      nowhere = closed.getLocalPort();
    }
    Invocation result =
        Invocation.with(
            ImmutableMap.of("HTTPS_PROXY", "localhost:" + nowhere),
            "rootfs",
            "--from",
            "dir/nosuch",
            "-o",
            work + "/no.tar");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .hasLineCount(1)
        .startsWith("jbuild rootfs: registry docker.io: cannot be reached: ")
        .endsWith("; there is no file dir/nosuch either\n");
  }

  @Test
  void aBrokenProgramOfTheBaseIsNamedAsTheBaseHasIt() throws Exception {
    Path broken = work.resolve("broken");
    Files.write(broken, new byte[] {0x7f, 'E', 'L', 'F', 'x'});
    Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path base = work.resolve("base.tar");
    String copy = broken + ":/usr/bin/broken";
    assertThat(Invocation.of("rootfs", "-q", "--copy", copy, "-o", base.toString()).status())
        .isZero();
    assertThat(
            Invocation.of(
                "rootfs", "--from", base.toString(), "--add", "broken", "-o", work + "/no.tar"))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild rootfs: cannot use /usr/bin/broken as a program: it is malformed: ELF header"
                    + " at offset 0 ends past end of file (size 5)\n"));
  }

  @Test
  void aNameThatIsEmptyIsNotThisDirectory() {
    Invocation result = Invocation.of("rootfs", "--from", "", "-o", work + "/no.tar");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("--from names no image").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mkdir a; echo x > x; tar --transform 's,x,../../x,' -Pcf ../bad.tar x|..",
        "mkdir -p a; touch a/.wh.; tar -cf ../bad.tar a|a whiteout that names nothing",
        "ln -s /nowhere l; tar -cf ../bad.tar l; mkdir n; touch n/l; tar --transform"
            + " 's,^l$,h,;s,n/l,nowhere,' --hard-dereference -rf ../bad.tar n; python3 -c \"import"
            + " tarfile; t=tarfile.open('../bad.tar','a'); i=tarfile.TarInfo('h');"
            + " i.type=tarfile.LNKTYPE; i.linkname='../../etc/passwd'; t.addfile(i)\"|..",
        "printf 'no tar, but long enough to be looked at' > ../bad.tar|byte 0",
      })
  void aHostileBaseIsOneSentenceAndLeavesNothing(String script, String words) throws Exception {
    ForeignBase base = ForeignBase.empty(foreign, work);
    Path directory = Files.createDirectory(work.resolve("bad"));
    ExternalTool.shell(directory, "set -e; " + script);
    base.addTar(work.resolve("bad.tar"));
    refused(base, words);
  }

  @Test
  void aLayerThatIsNotWhatItsDigestSaysIsOneSentence() throws Exception {
    ForeignBase base = ForeignBase.make(foreign, work);
    String digest = inspect(base.name()).at("/Layers/0").asText().substring("sha256:".length());
    ExternalTool.shell(
        base.layout(),
        "printf X | dd of=blobs/sha256/" + digest + " bs=1 seek=1000 conv=notrunc 2> /dev/null");
    refused(base, digest);
  }

  private void refused(ForeignBase base, String words) throws IOException {
    List<Path> before = temporary();
    Path output = work.resolve("no.tar");
    Invocation result =
        Invocation.of("rootfs", "--from", base.layout().toString(), "-o", output.toString());
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains(words);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(output).doesNotExist();
    assertThat(temporary()).isEqualTo(before);
  }

  private List<Path> temporary() throws IOException {
    try (var files = Files.list(work)) {
      return files.sorted().toList();
    }
  }
}
