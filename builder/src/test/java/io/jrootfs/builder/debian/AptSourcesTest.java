package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirror is the one that this system's own apt uses for the suite. */
class AptSourcesTest {
  @TempDir Path work;

  private static final String FETCHED =
      """
      http://vendor.test/linux/debian/ bookworm bookworm stable Vendor stable
      http://vendor.test/main/ bookworm bookworm stable Vendor main
      http://mirror.test/debian/ bookworm bookworm oldstable Debian main
      http://mirror.test/debian/ bookworm bookworm oldstable Debian contrib
      http://mirror.test/security/ bookworm-security bookworm-security oldstable-security Debian main
      http://mirror.test/ubuntu/ noble noble noble Ubuntu main
      """;

  @Test
  void theDistributionsArchiveIsTakenAndNotAVendorsThatNamesItsSuitesAlike() {
    AptSources sources = AptSources.parse(FETCHED);
    assertThat(sources.mirror("bookworm")).hasValue("http://mirror.test/debian");
    assertThat(sources.mirror("noble")).hasValue("http://mirror.test/ubuntu");
  }

  @Test
  void everyNameOfTheSuiteLeadsToIt() {
    assertThat(AptSources.parse(FETCHED).mirror("oldstable")).hasValue("http://mirror.test/debian");
  }

  @Test
  void anotherSuiteIsLeftToTheTool() {
    assertThat(AptSources.parse(FETCHED).mirror("trixie")).isEmpty();
    assertThat(AptSources.parse(FETCHED).mirror("stable")).isEmpty();
    assertThat(AptSources.parse("").mirror("bookworm")).isEmpty();
  }

  @Test
  void anArchiveThatWasNeverFetchedIsKnownByItsComponent() {
    AptSources sources =
        AptSources.parse(
            """
            http://vendor.test/ bookworm $(CODENAME) $(SUITE) $(ORIGIN) stable
            http://mirror.test/debian bookworm $(CODENAME) $(SUITE) $(ORIGIN) main
            """);
    assertThat(sources.mirror("bookworm")).hasValue("http://mirror.test/debian");
    assertThat(sources.mirror("$(CODENAME)")).isEmpty();
  }

  @Test
  void whatTheToolsCannotReadIsPassedOver() {
    assertThat(
            AptSources.parse("mirror+file:/etc/apt/mirrors.txt bookworm bookworm x Debian main")
                .mirror("bookworm"))
        .isEmpty();
  }

  private BootstrapHost hostWithApt(String sources, String configuration) throws Exception {
    Path etc = Files.createDirectories(work.resolve("etc/apt/sources.list.d"));
    Files.writeString(etc.resolve("test.sources"), sources);
    Path file = work.resolve("apt.conf");
    Files.writeString(
        file, "Dir \"" + work + "\"; Dir::State::Lists \"" + work + "/lists\";\n" + configuration);
    return new BootstrapHost(
        ImmutableList.of(Path.of("/usr/bin")),
        ImmutableSortedMap.of("APT_CONFIG", file.toString()),
        work,
        work,
        /* memory= */ OptionalLong.empty(),
        /* root= */ true);
  }

  @Test
  void aptItselfReadsTheConfiguration() throws Exception {
    BootstrapHost host =
        hostWithApt(
            """
            Types: deb
            URIs: http://mirror.test/debian
            Suites: bookworm bookworm-updates
            Components: main contrib
            """,
            "Acquire::http::Proxy \"http://proxy.test:3128\"; Acquire::Check-Valid-Until \"no\";");
    assertThat(AptSources.of(host).mirror("bookworm")).hasValue("http://mirror.test/debian");
    assertThat(AptSources.of(host).mirror("sid")).isEmpty();
    assertThat(HostApt.of(host))
        .isEqualTo(new HostApt(Optional.of("http://proxy.test:3128"), /* takesOldIndexes= */ true));
  }

  @Test
  void aConfigurationWithoutTheseSettingsHasNone() throws Exception {
    BootstrapHost host = hostWithApt("", "");
    assertThat(HostApt.of(host)).isEqualTo(new HostApt(Optional.empty(), false));
  }
}
