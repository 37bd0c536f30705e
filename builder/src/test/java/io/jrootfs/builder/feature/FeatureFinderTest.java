package io.jrootfs.builder.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where features are, in trees as different distributions lay them out. */
class FeatureFinderTest {
  private static final SysrootPath LOADER = SysrootPath.of("/lib64/ld-linux-x86-64.so.2");
  private static final SysrootPath LIBC = SysrootPath.of("/usr/lib64/libc.so.6");

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void resolveLinks() throws Exception {
    root = temporary.toRealPath();
  }

  private void file(String path, String text) throws Exception {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void link(String path, String target) throws Exception {
    Path link = root.resolve(path.substring(1));
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }

  /** Of a program with glibc's loader, whose library is in /usr/lib64 as on Fedora. */
  private Closure glibc() throws Exception {
    file(LOADER.value(), "");
    file(LIBC.value(), "");
    Sysroot sysroot = Sysroot.of(root);
    return new Closure(
        ImmutableList.of(),
        ImmutableSortedMap.of(LIBC, new Closure.Node(LIBC, Closure.Kind.SHARED_OBJECT)),
        ImmutableList.of(
            new Closure.Edge(
                Optional.of(SysrootPath.of("/bin/x")),
                LOADER.value(),
                sysroot.find(LOADER).orElseThrow(),
                new FoundBy.ProgramInterpreter())),
        ImmutableList.of());
  }

  private static Closure nothing() {
    return new Closure(
        ImmutableList.of(), ImmutableSortedMap.of(), ImmutableList.of(), ImmutableList.of());
  }

  private FeatureFiles find(Closure closure, String feature) throws Exception {
    return new FeatureFinder(closure, Sysroot.of(root)).find(FeatureRequest.parse(feature));
  }

  private List<String> files(String feature) throws Exception {
    return find(nothing(), feature).files().stream().map(SysrootPath::value).toList();
  }

  @Test
  void authoritiesAreFoundWhereFedoraHasThem() throws Exception {
    file("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "x");
    link("/etc/pki/tls/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem");
    assertThat(files("ca-certificates"))
        .containsExactly(
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/cert.pem");
  }

  @Test
  void authoritiesAreFoundWhereDebianHasThemWithoutPrivateKeys() throws Exception {
    file("/etc/ssl/certs/ca-certificates.crt", "x");
    file("/etc/ssl/certs/One.pem", "x");
    link("/etc/ssl/certs/0a0b0c0d.0", "One.pem");
    link("/etc/ssl/certs/dangling.0", "nowhere");
    file("/etc/ssl/private/key.pem", "secret");
    link("/usr/lib/ssl/certs", "/etc/ssl/certs");
    assertThat(files("ca-certificates"))
        .contains("/etc/ssl/certs/0a0b0c0d.0", "/etc/ssl/certs/One.pem", "/usr/lib/ssl/certs")
        .noneMatch(path -> path.contains("private") || path.contains("dangling"));
  }

  @Test
  void oneZoneIsMadeTheLocalOne() throws Exception {
    file("/usr/share/zoneinfo/Pacific/Chatham", "TZif");
    file("/usr/share/zoneinfo/Europe/Berlin", "TZif");
    file("/usr/share/zoneinfo/UTC", "TZif");
    FeatureFiles found = find(nothing(), "tzdata:Pacific/Chatham");
    assertThat(found.files())
        .extracting(SysrootPath::value)
        .containsExactly("/usr/share/zoneinfo/Pacific/Chatham", "/usr/share/zoneinfo/UTC");
    assertThat(found.defaults())
        .singleElement()
        .isInstanceOfSatisfying(
            RootfsEntry.Symlink.class,
            local ->
                assertThat(local.path() + " -> " + local.target())
                    .isEqualTo("/etc/localtime -> ../usr/share/zoneinfo/Pacific/Chatham"));
  }

  @Test
  void localesAreComparedAsGlibcDoes() throws Exception {
    file("/usr/lib/locale/C.utf8/LC_CTYPE", "x");
    file("/usr/lib/locale/de_DE.iso885915@euro/LC_CTYPE", "x");
    assertThat(files("locale:C.UTF-8")).contains("/usr/lib/locale/C.utf8/LC_CTYPE").hasSize(2);
    assertThat(files("locale:de_DE.ISO-8859-15@euro"))
        .contains("/usr/lib/locale/de_DE.iso885915@euro/LC_CTYPE");
  }

  @Test
  void aLocaleOfTheArchiveBringsTheArchive() throws Exception {
    file("/usr/lib/locale/locale-archive", "\0\0en_US.utf8\0de_DE.utf8\0");
    assertThat(files("locale:de_DE.UTF-8")).containsExactly("/usr/lib/locale/locale-archive");
    assertThatThrownBy(() -> files("locale:fr_FR.UTF-8"))
        .isInstanceOf(MissingFeatureException.class)
        .hasMessageContaining("localedef(1)");
  }

  @Test
  void terminalsAreFoundByLetterAndByItsCode() throws Exception {
    file("/lib/terminfo/x/xterm", "x");
    file("/usr/share/terminfo/73/screen", "x");
    assertThat(files("terminfo:xterm")).containsExactly("/lib/terminfo/x/xterm");
    assertThat(files("terminfo:screen")).containsExactly("/usr/share/terminfo/73/screen");
    assertThat(files("terminfo"))
        .contains("/lib/terminfo/x/xterm", "/usr/share/terminfo/73/screen");
  }

  @Test
  void modulesAreBesideTheLibraryThatOpensThem() throws Exception {
    file("/usr/lib64/gconv/UTF-16.so", "x");
    file("/usr/lib64/security/pam_unix.so", "x");
    file("/usr/lib64/libnss_files.so.2", "x");
    file("/usr/lib/gconv/other.so", "x");
    assertThat(find(glibc(), "gconv").files())
        .extracting(SysrootPath::value)
        .containsExactly("/usr/lib64/gconv", "/usr/lib64/gconv/UTF-16.so");
    assertThat(find(glibc(), "pam").programs())
        .containsExactly(opening("/usr/lib64/security/pam_unix.so"));
    assertThat(find(glibc(), "nss").programs())
        .containsExactly(opening("/usr/lib64/libnss_files.so.2"));
    assertThat(find(glibc(), "libgcc").programs()).containsExactly(opening("libgcc_s.so.1"));
  }

  private static Program opening(String library) {
    return new Program(LOADER.value(), LOADER, ImmutableList.of(library));
  }

  @Test
  void withoutALibraryNamesAreStillConfigured() throws Exception {
    FeatureFiles found = find(nothing(), "nss");
    assertThat(found.programs()).isEmpty();
    assertThat(found.defaults())
        .extracting(e -> e.path().value())
        .containsExactly("/etc/nsswitch.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ca-certificates|install ca-certificates",
        "tzdata|install tzdata",
        "tzdata:Europe|Europe is no time zone",
        "locale|install libc-bin or locales",
        "terminfo|install ncurses-base",
        "terminfo:xterm|it is in none of",
        "gconv|none is to be in the image",
        "pam|none is to be in the image",
        "libgcc|none is to be in the image",
      })
  void whatIsNotThereIsSaidWithWhatToDo(String feature, String hint) {
    assertThatThrownBy(() -> find(nothing(), feature))
        .isInstanceOf(MissingFeatureException.class)
        .hasMessageStartingWith("feature '" + feature + "': ")
        .hasMessageContaining(hint);
  }

  @ParameterizedTest
  @CsvSource({
    "nss:dns",
    "tzdata:",
    "tzdata:/etc/passwd",
    "tzdata:../x",
    "locale:a//b",
    "NSS",
    "''"
  })
  void whatIsNoFeatureIsRefused(String text) {
    assertThatThrownBy(() -> FeatureRequest.parse(text))
        .isInstanceOf(FeatureRequest.InvalidException.class);
  }
}
