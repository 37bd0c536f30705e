package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.rootfs.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** {@code jbuild inspect} and {@code jbuild diff} on images of ours, skopeo's and podman's. */
class InspectCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path work;
  private Path ours;
  private ForeignTool foreign;

  @BeforeEach
  void writeImage() throws IOException {
    ours =
        Samples.write(work.resolve("ours.tar"), Compression.GZIP, work, Trees.everything()).path();
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
  }

  private static JsonNode inspected(Path image) throws IOException {
    Invocation result = Invocation.of("inspect", "--json", image.toString());
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    return MAPPER.readTree(result.out());
  }

  @Test
  void digestsNamesAndConfigurationAreThoseThatSkopeoSees() throws IOException {
    JsonNode image = inspected(ours);
    JsonNode skopeo = MAPPER.readTree(foreign.skopeo("inspect", "oci-archive:" + ours));
    JsonNode config = MAPPER.readTree(foreign.skopeo("inspect", "--config", "oci-archive:" + ours));

    assertThat(image.at("/manifest/digest")).isEqualTo(skopeo.get("Digest"));
    assertThat(image.at("/names/0").asText()).isEqualTo("docker.io/example/tool:1.0");
    assertThat(image.at("/layers/0/digest")).isEqualTo(skopeo.at("/Layers/0"));
    assertThat(image.at("/layers/0/diffId")).isEqualTo(config.at("/rootfs/diff_ids/0"));
    assertThat(image.at("/layers/0/createdBy")).isEqualTo(config.at("/history/0/created_by"));
    assertThat(image.at("/created")).isEqualTo(config.get("created"));
    JsonNode properties = image.get("configuration");
    ObjectNode expected = config.get("config").deepCopy();
    expected.put("Platform", "linux/amd64");
    assertThat(properties).isEqualTo(expected);
    assertThat(expected.fieldNames())
        .toIterable()
        .contains("Cmd", "Env", "Entrypoint", "ExposedPorts", "Labels", "User", "Volumes");
  }

  @Test
  void sizesAreThoseOfTheFiles() throws IOException {
    JsonNode image = inspected(ours);
    assertThat(image.at("/layers/0/size").asLong())
        .isEqualTo(
            MAPPER
                .readTree(foreign.skopeo("inspect", "--raw", "oci-archive:" + ours))
                .at("/layers/0/size")
                .asLong());
    assertThat(image.at("/content/size").asLong()).isEqualTo(300_000 + "hello\n".length());
    assertThat(image.at("/content/largest/0/path").asText()).isEqualTo("/usr/bin/tool");
    assertThat(image.at("/content/privileged/0/mode").asText()).isEqualTo("4755");
    assertThat(image.at("/content/entries/hard links").asInt()).isEqualTo(1);
  }

  @Test
  void textSaysTheSame() {
    Invocation result = Invocation.of("inspect", ours.toString());
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .startsWith(ours + "\n  Name: docker.io/example/tool:1.0\n  Image ID: sha256:")
        .contains("\nConfiguration:\n", "  Cmd: [\"--grüße\",\"a b\"]\n")
        .contains("\nLayers, lowest first:\n", ": jbuild rootfs --add tool\n")
        .contains("  300.0 kB /usr/bin/tool\n", "  rwsr-xr-x 0:0 /usr/bin/tool\n");
  }

  @Test
  void thePageIsWellFormedAndNoNameIsMarkUp() throws Exception {
    Rootfs tree =
        Rootfs.of(
            List.of(
                Trees.directory("/"),
                Trees.directory("/a&b"),
                Trees.file("/a&b/<script>\u0001\u001b", "xyz"),
                Trees.symlink("/l", "<&>\"")));
    Path image = Samples.write(work.resolve("odd.tar"), Compression.GZIP, work, tree).path();
    Path page = work.resolve("page.html");
    assertThat(Invocation.of("inspect", "--html", "" + page, "" + image).status()).isZero();

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    Document parsed = factory.newDocumentBuilder().parse(page.toFile());
    assertThat(parsed.getElementsByTagName("script").getLength()).isZero();
    assertThat(parsed.getDocumentElement().getTextContent())
        .contains("rw-r--r-- 0:0 <script>\\x01\\x1b 3 B", "symbolic link to <&>\"", "a&b/ 3 B")
        .contains("docker.io/example/tool:1.0", "jbuild rootfs --add tool");
  }

  @Test
  void aPageThatCannotBeWrittenIsTheEnvironmentsFault() {
    Invocation result =
        Invocation.of("inspect", "--html", work.resolve("no/page.html").toString(), "" + ours);
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasLineCount(1).contains("does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:copy", "oci-archive:copy", "docker-archive:copy"})
  void copiesInOtherFormatsDoNotDiffer(String destination) throws IOException {
    int colon = destination.indexOf(':') + 1;
    Path copy = work.resolve(destination.substring(colon));
    foreign.skopeo("copy", "oci-archive:" + ours, destination.substring(0, colon) + copy);

    assertThat(Invocation.of("diff", "--times", ours.toString(), copy.toString()))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(inspected(copy).get("imageId")).isEqualTo(inspected(ours).get("imageId"));
  }

  @ParameterizedTest
  @CsvSource({"oci, oci-archive, docker-archive", "docker, docker-archive, oci-archive"})
  void archivesOfOneKindAreOfThatKindAlone(String format, String kind, String otherKind)
      throws Exception {
    Path hybrid = work.resolve("hybrid.tar");
    Path output = work.resolve("one.tar");
    Invocation whole =
        Invocation.of("rootfs", "--add", "true", "-q", "--print-digest", "-o", "" + hybrid);
    Invocation result =
        Invocation.of(
            "rootfs",
            "--add",
            "true",
            "-q",
            "--print-digest",
            "--format",
            format,
            "-o",
            "" + output);
    assertThat(result).isEqualTo(whole);
    assertThat(result.out()).matches("sha256:[0-9a-f]{64}\n");

    foreign.skopeo("copy", kind + ":" + output, "oci:" + work.resolve("copy"));
    assertThat(Invocation.of("diff", "--times", "" + hybrid, "" + work.resolve("copy")))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(inspected(output).get("imageId")).isEqualTo(inspected(hybrid).get("imageId"));
    assertThat(
            new ProcessBuilder("skopeo", "inspect", otherKind + ":" + output)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isNotZero();
  }

  @Test
  void theDirectoryThatGnuTarUnpacksDoesNotDifferFromTheTar() throws IOException {
    Path tar = work.resolve("root.tar");
    Path root = Files.createDirectory(work.resolve("root"));
    assertThat(
            Invocation.of("rootfs", "--add", "bash,su", "--format", "rootfs", "-o", "" + tar)
                .status())
        .isZero();
    foreign.run("tar", "--xattrs", "-xpf", tar.toString(), "-C", root.toString());

    Invocation same = Invocation.of("diff", "--times", tar.toString(), root.toString());
    assertThat(same.status()).as(same.out()).isZero();
    assertThat(same.out()).isEmpty();
    assertThat(same.err()).contains(root + " has no image configuration");

    foreign.run("chmod", "0700", root.resolve("usr/bin/bash").toString());
    foreign.run("chown", "7:8", root.resolve("usr").toString());
    assertThat(Invocation.of("diff", "-q", tar.toString(), root.toString()))
        .isEqualTo(
            new Invocation(
                1,
                """
                Entries:
                  ~ /usr: owner: 0:0 -> 7:8
                  ~ /usr/bin/bash: mode: 0755 -> 0700
                """,
                ""));
  }

  @Test
  void aConfigurationThatUmociChangedDiffersInJustThat() throws IOException {
    Path layout = work.resolve("layout");
    foreign.skopeo("copy", "oci-archive:" + ours, "oci:" + layout + ":x");
    foreign.run(
        "umoci",
        "config",
        "--image",
        layout + ":x",
        "--config.workingdir",
        "/srv",
        "--config.env",
        "NEW=1");
    Invocation result = Invocation.of("diff", ours.toString(), layout.toString());
    assertThat(result)
        .isEqualTo(
            new Invocation(
                1,
                """
                Configuration:
                  + Env NEW: 1
                  ~ WorkingDir: /tmp -> /srv
                """,
                ""));
    JsonNode json = MAPPER.readTree(Invocation.of("diff", "--json", "" + ours, "" + layout).out());
    assertThat(json).hasSize(2);
    assertThat(json.at("/1/second").asText()).isEqualTo("/srv");
  }

  @Test
  void anImageForAnotherPlatformIsChosenByName() throws IOException {
    Invocation result = Invocation.of("inspect", "--platform", "linux", ours.toString());
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("'linux' is not OS/ARCHITECTURE");
    assertThat(Invocation.of("inspect", "--image-name", "other", ours.toString()).err())
        .contains("no image of that name, there are: docker.io/example/tool:1.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect P I",
        "inspect P --json I",
        "check P I",
        "why P I /usr/bin/env",
        "test P I",
        "diff P I I",
        "load P I podman",
        "push P I localhost:1/a",
        "rootfs P --from I",
      })
  void theOnlyImageOfAFileIsRefusedIfItIsForAnotherMachine(String command) {
    String[] words =
        command.replace("P", "--platform=linux/s390x").replace("I", ours.toString()).split(" ");
    Invocation result = Invocation.of(words);
    assertThat(result.err())
        .isEqualTo(
            "jbuild %s: %s: is an image for linux/amd64, not for linux/s390x\n"
                .formatted(words[0], ours));
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void whatIsNoImageOrDamagedIsTheRequestsFault() throws IOException {
    Path text = Files.writeString(work.resolve("text"), "just words");
    for (String command : List.of("inspect " + text, "diff " + ours + " " + text)) {
      Invocation result = Invocation.of(command.split(" "));
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).hasLineCount(1).contains(text + ": neither an image archive");
    }
    assertThat(Invocation.of("inspect", "/nonexistent").status()).isEqualTo(3);
    assertThat(Invocation.of("diff", ours.toString()))
        .isEqualTo(
            new Invocation(
                2, "", "jbuild diff: give the two images A and B. See 'jbuild diff --help'.\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "diff"})
  void theExamplesOfTheHelpWorkWhenPasted(String command) {
    Invocation help = Invocation.of(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out())
        .startsWith("Usage: jbuild " + command)
        .contains("Examples:", "Exit codes:");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    List<String> examples =
        help.out().lines().filter(line -> line.startsWith("  jbuild ")).map(String::strip).toList();
    assertThat(examples).hasSize(2);
    for (String example : examples) {
      String[] words =
          example
              .substring("jbuild ".length())
              .replace("image.tar", ours.toString())
              .replace("image.html", work.resolve("image.html").toString())
              .split(" ");
      assertThat(Invocation.of(words).status()).as(example).isZero();
    }
  }
}
