package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bills of materials, held against the schemas that the makers of the two formats publish, and
 * against what dpkg, tar and sha256sum say of the image.
 */
class SbomTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path work;

  private Invocation build(String... options) {
    return buildTo(work.resolve("image.tar"), options);
  }

  private static Invocation buildTo(Path output, String... options) {
    Invocation built =
        Invocation.of(
            Stream.concat(Stream.of("rootfs", "-o", output.toString()), Stream.of(options))
                .toArray(String[]::new));
    assertThat(built.status()).as(built.err()).isZero();
    return built;
  }

  private JsonNode document(String name) throws IOException {
    return MAPPER.readTree(work.resolve(name).toFile());
  }

  private static List<JsonNode> list(JsonNode array) {
    return MAPPER.convertValue(
        array, MAPPER.getTypeFactory().constructCollectionType(List.class, JsonNode.class));
  }

  private void validate(String document, String schema, String... referred) throws IOException {
    Path directory = Files.createDirectories(work.resolve("schemas"));
    for (String resource : Stream.concat(Stream.of(schema), Stream.of(referred)).toList()) {
      try (InputStream in = SbomTest.class.getResourceAsStream(resource)) {
        assertThat(in).as(resource).isNotNull();
        Files.write(
            directory.resolve(Path.of(resource).getFileName().toString()), in.readAllBytes());
      }
    }
    ExternalTool.run(
        directory,
        "/usr/bin/python3",
        "-W",
        "ignore",
        "-c",
        """
        import glob, json, sys, jsonschema
        load = lambda name: json.load(open(name))
        schema, document = load(sys.argv[1]), load(sys.argv[2])
        store = {one['$id']: one for one in map(load, glob.glob('*.json'))}
        resolver = jsonschema.RefResolver.from_schema(schema, store=store)
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        checker = jsonschema.FormatChecker()
        validator(schema, resolver=resolver, format_checker=checker).validate(document)
        """,
        Path.of(schema).getFileName().toString(),
        work.resolve(document).toString());
  }

  /** SHA-256 by name of every regular file of the image, as GNU tar and sha256sum see it. */
  private Map<String, String> sums() throws IOException {
    String sums =
        ExternalTool.shell(
            work,
            "mkdir image root; tar -xf image.tar -C image;"
                + " layer=$(jq -r '.[0].Layers[0]' image/manifest.json);"
                + " tar -xzf image/$layer -C root; cd root; find . -type f -exec sha256sum {} +");
    Map<String, String> byName = new TreeMap<>();
    sums.lines().forEach(line -> byName.put(line.substring(66), line.substring(0, 64)));
    return byName;
  }

  @Test
  void bothAreWhatTheirSchemasDemand() throws Exception {
    Invocation built = build("--add=bash,env", "--with=nss", "--sbom=spdx,cyclonedx");
    assertThat(built.err())
        .containsPattern("(?m)^" + work + "/image.spdx.json: [0-9]+ packages, [0-9]+ files$")
        .containsPattern("(?m)^" + work + "/image.cdx.json: [0-9]+ packages, [0-9]+ files$");
    validate("image.spdx.json", "/resources/spdx-schema-v2.3.json");
    validate(
        "image.cdx.json", "/bom-1.6.schema.json", "/spdx.schema.json", "/jsf-0.82.schema.json");
  }

  @Test
  void everyFileIsThereWithTheSumThatSha256sumPrints() throws Exception {
    build("--add=bash", "--sbom=spdx", "--sbom=cyclonedx");
    Map<String, String> spdx = new TreeMap<>();
    for (JsonNode file : document("image.spdx.json").get("files")) {
      spdx.put(file.get("fileName").asText(), file.at("/checksums/1/checksumValue").asText());
    }
    Map<String, String> cyclonedx = new TreeMap<>();
    for (JsonNode file : document("image.cdx.json").findParents("hashes")) {
      cyclonedx.put("." + file.get("name").asText(), file.at("/hashes/1/content").asText());
    }
    Map<String, String> sums = sums();
    assertThat(spdx).isEqualTo(sums);
    assertThat(cyclonedx).isEqualTo(sums);
  }

  @Test
  void packagesAndVersionsAreThoseThatDpkgQueryPrints() throws Exception {
    build("--add=bash", "--sbom=spdx,cyclonedx");
    TreeSet<String> cyclonedx = new TreeSet<>();
    for (JsonNode one : document("image.cdx.json").get("components")) {
      if (one.get("type").asText().equals("library")) {
        cyclonedx.add(one.get("name").asText() + " " + one.get("version").asText());
      }
    }
    TreeSet<String> spdx = new TreeSet<>();
    for (JsonNode one : document("image.spdx.json").get("packages")) {
      if (one.at("/externalRefs/0/referenceLocator").asText().startsWith("pkg:deb/")) {
        spdx.add(one.get("name").asText() + " " + one.get("versionInfo").asText());
      }
    }
    TreeSet<String> dpkg = new TreeSet<>();
    for (String name : List.of("base-files", "bash", "libc6", "libtinfo6")) {
      dpkg.add(
          ExternalTool.run(work, "dpkg-query", "-W", "-f", "${Package} ${Version}\n", name)
              .lines()
              .findFirst()
              .orElseThrow());
    }
    assertThat(spdx).isEqualTo(dpkg);
    assertThat(cyclonedx).isEqualTo(dpkg);
  }

  @Test
  void aPackageUrlNamesDistributionArchitectureAndSource() throws Exception {
    build("--add=bash", "--sbom=cyclonedx");
    String expected =
        ExternalTool.shell(
            work,
            ". /etc/os-release; dpkg-query -W -f \"pkg:deb/$ID/libtinfo6@\\${Version}"
                + "?arch=\\${Architecture}&distro=$ID-$VERSION_ID&upstream=\\${source:Package}\""
                + " libtinfo6 | sed 's/+/%2B/g; s/:\\([0-9]\\)/%3A\\1/g'");
    assertThat(document("image.cdx.json").at("/components").findValuesAsText("purl"))
        .contains(expected);
  }

  @Test
  void theClosuresEdgesAreRelationships() throws Exception {
    build("--add=bash", "--sbom=spdx,cyclonedx");
    JsonNode spdx = document("image.spdx.json");
    Map<String, String> names = new TreeMap<>();
    spdx.get("files").forEach(it -> names.put(it.get("SPDXID").asText(), text(it, "fileName")));
    spdx.get("packages").forEach(it -> names.put(it.get("SPDXID").asText(), text(it, "name")));
    List<String> needs =
        list(spdx.get("relationships")).stream()
            .filter(it -> text(it, "relationshipType").equals("DEPENDS_ON"))
            .map(
                it ->
                    names.get(text(it, "spdxElementId"))
                        + " "
                        + names.get(text(it, "relatedSpdxElement")))
            .toList();
    assertThat(needs).contains("bash libc6", "bash libtinfo6", "libtinfo6 libc6");
    for (String line :
        ExternalTool.shell(
                work, "readelf -d /usr/bin/bash | sed -n 's/.*NEEDED.*\\[\\(.*\\)\\]/\\1/p'")
            .lines()
            .toList()) {
      assertThat(needs).anyMatch(it -> it.matches("\\./usr/bin/bash \\./.*/" + stem(line) + ".*"));
    }

    for (JsonNode dependency : document("image.cdx.json").get("dependencies")) {
      if (text(dependency, "ref").equals("file:/usr/bin/bash")) {
        assertThat(dependency.get("dependsOn").toString()).contains("libtinfo.so.6", "libc.so.6");
        return;
      }
    }
    throw new AssertionError("bash needs nothing");
  }

  private static String stem(String soname) {
    return soname.substring(0, soname.indexOf(".so"));
  }

  private static String text(JsonNode node, String name) {
    return node.get(name).asText();
  }

  @Test
  void theVerificationCodeIsThatOfTheFiles() throws Exception {
    build("--add=bash", "--sbom=spdx");
    sums();
    String code =
        ExternalTool.shell(
            work,
            "cd root; find . -type f -exec sha1sum {} + | cut -c1-40 | LC_ALL=C sort"
                + " | tr -d '\\n' | sha1sum | cut -c1-40");
    assertThat(document("image.spdx.json").at("/packages/0/packageVerificationCode"))
        .hasToString("{\"packageVerificationCodeValue\":\"" + code.strip() + "\"}");
  }

  @Test
  void theSameImageHasTheSameDocumentsWhereverItIsWritten() throws Exception {
    build("--add=bash", "--sbom=spdx,cyclonedx", "--source-date-epoch=86400");
    Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));
    buildTo(
        elsewhere.resolve("image.tar"),
        "--add=bash",
        "--sbom=cyclonedx,spdx",
        "--source-date-epoch=86400");
    for (String name : List.of("image.spdx.json", "image.cdx.json")) {
      assertThat(elsewhere.resolve(name)).hasSameBinaryContentAs(work.resolve(name));
    }
    assertThat(document("image.spdx.json").at("/creationInfo/created").asText())
        .isEqualTo("1970-01-02T00:00:00Z");
    String digest =
        ExternalTool.shell(work, "tar -xOf image.tar index.json | jq -r '.manifests[0].digest'");
    assertThat(document("image.cdx.json").at("/metadata/component/version").asText())
        .isEqualTo(digest.strip());
  }

  @Test
  void otherFilesHaveAnotherNamespaceAndSerialNumber() throws Exception {
    build("--add=true", "--sbom=spdx,cyclonedx", "-t", "x/y");
    String namespace = document("image.spdx.json").get("documentNamespace").asText();
    String serial = document("image.cdx.json").get("serialNumber").asText();
    build("--add=false", "--sbom=spdx,cyclonedx", "-t", "x/y");
    assertThat(document("image.spdx.json").get("documentNamespace").asText())
        .isNotEqualTo(namespace);
    assertThat(document("image.cdx.json").get("serialNumber").asText()).isNotEqualTo(serial);
  }

  @Test
  void whatIsNobodysPackageIsAFileOfTheImage() throws Exception {
    Files.writeString(work.resolve("app"), "mine");
    build("--copy=" + work.resolve("app") + ":/srv/app", "--sbom=cyclonedx");
    assertThat(
            list(document("image.cdx.json").get("components")).stream().map(it -> text(it, "name")))
        .contains("/srv/app");
  }

  @Test
  void aRecipesImageHasThemToo() throws Exception {
    Path recipe =
        Files.writeString(
            work.resolve("r.yaml"), "recipe: 1\nname: example/r\ncontents: {binaries: [bash]}\n");
    build("--recipe=" + recipe, "--sbom=spdx");
    assertThat(document("image.spdx.json").get("name").asText())
        .isEqualTo("docker.io/example/r:latest");
  }

  @ParameterizedTest
  @CsvSource({
    "rootfs, r.tar, r.spdx.json",
    "oci, a.b.tar.gz, a.b.spdx.json",
    "docker, a, a.spdx.json",
    "dir, d, d.spdx.json",
    "dir, e/., e.spdx.json",
  })
  void theDocumentIsBesideTheOutput(String format, String output, String document)
      throws Exception {
    buildTo(work.resolve(output), "--add=true", "--sbom=spdx", "--format", format);
    validate(document, "/resources/spdx-schema-v2.3.json");
  }

  @Test
  void whereItCannotBeNothingIsWritten() throws Exception {
    Files.createDirectory(work.resolve("image.spdx.json"));
    Invocation built =
        Invocation.of("rootfs", "--add=true", "--sbom=spdx", "-o", "" + work.resolve("image.tar"));
    assertThat(built.status()).isEqualTo(3);
    assertThat(built.err()).hasLineCount(1).contains("image.spdx.json", "it is a directory");
    assertThat(work.resolve("image.tar")).doesNotExist();
    assertThat(Invocation.of("rootfs", "--add=true", "--sbom=swid").status()).isEqualTo(2);
  }
}
