package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a base system loses on its way into an image. */
class BaseCleaningTest {
  private static final long DAY = 24 * 60 * 60;
  private static final long DATE = 20_000 * DAY;

  /** Files with their parent directories; a name that ends with a slash is an empty directory. */
  private static Rootfs tree(String... names) {
    Map<RootfsPath, RootfsEntry> entries = new TreeMap<>();
    entries.put(RootfsPath.ROOT, new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0700)));
    for (String name : names) {
      boolean isDirectory = name.endsWith("/");
      RootfsPath path = RootfsPath.of(isDirectory ? name.substring(0, name.length() - 1) : name);
      for (RootfsPath parent = path.parent(); !parent.isRoot(); parent = parent.parent()) {
        entries.put(parent, new RootfsEntry.Directory(parent, Metadata.ofMode(0755)));
      }
      entries.put(
          path,
          isDirectory
              ? new RootfsEntry.Directory(path, Metadata.ofMode(0755))
              : file(path, "text\n"));
    }
    return Rootfs.of(entries.values());
  }

  private static RootfsEntry file(RootfsPath path, String text) {
    return new RootfsEntry.RegularFile(
        path,
        Metadata.ofMode(0640).withMtime(DATE + 5),
        new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  private static List<String> paths(Rootfs rootfs) {
    return rootfs.all().stream().map(entry -> entry.path().value()).toList();
  }

  private static String text(Rootfs rootfs, String path) throws Exception {
    RootfsEntry.RegularFile file =
        (RootfsEntry.RegularFile) rootfs.get(RootfsPath.of(path)).orElseThrow();
    return new String(file.content().open().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void mountPointsCachesAndLogsAreEmptyAndStay() throws Exception {
    assertThat(
            paths(
                BaseCleaning.clean(
                    tree(
                        "/dev/null",
                        "/dev/pts/",
                        "/proc/x",
                        "/run/lock/",
                        "/run/mount/utab",
                        "/sys/",
                        "/tmp/x",
                        "/var/cache/apt/archives/partial/",
                        "/var/cache/apt/archives/x.deb",
                        "/var/cache/apt/pkgcache.bin",
                        "/var/lib/apt/lists/partial/",
                        "/var/lib/apt/lists/x_InRelease",
                        "/var/log/apt/history.log",
                        "/var/log/dpkg.log",
                        "/var/log/bootstrap.log",
                        "/var/log/wtmp"),
                    DATE)))
        .containsExactly(
            "/",
            "/dev",
            "/proc",
            "/run",
            "/run/lock",
            "/sys",
            "/tmp",
            "/var",
            "/var/cache",
            "/var/cache/apt",
            "/var/cache/apt/archives",
            "/var/cache/apt/archives/partial",
            "/var/lib",
            "/var/lib/apt",
            "/var/lib/apt/lists",
            "/var/lib/apt/lists/partial",
            "/var/log",
            "/var/log/apt",
            "/var/log/wtmp");
  }

  @Test
  void nothingTellsOfTheMachineItWasMadeOn() throws Exception {
    Rootfs clean =
        BaseCleaning.clean(
            tree(
                "/debootstrap/suite",
                "/etc/apt/apt.conf.d/99mmdebstrap",
                "/etc/hostname",
                "/etc/resolv.conf",
                "/etc/resolv.conf.d/x",
                "/etc/machine-id",
                "/etc/passwd",
                "/etc/passwd-",
                "/var/lib/dbus/machine-id",
                "/var/lib/dpkg/status",
                "/var/lib/dpkg/status-old"),
            DATE);
    assertThat(paths(clean))
        .containsExactly(
            "/",
            "/etc",
            "/etc/apt",
            "/etc/apt/apt.conf.d",
            "/etc/machine-id",
            "/etc/passwd",
            "/etc/resolv.conf.d",
            "/etc/resolv.conf.d/x",
            "/var",
            "/var/lib",
            "/var/lib/dbus",
            "/var/lib/dpkg",
            "/var/lib/dpkg/status");
    assertThat(text(clean, "/etc/machine-id")).isEmpty();
    assertThat(text(clean, "/etc/passwd")).isEqualTo("text\n");
  }

  @Test
  void noDateIsLaterThanTheSourcesAndTheRootIsAnOrdinaryDirectory() throws Exception {
    Rootfs clean = BaseCleaning.clean(tree("/etc/passwd"), DATE);
    assertThat(clean.get(RootfsPath.of("/etc/passwd")).orElseThrow().metadata())
        .isEqualTo(Metadata.ofMode(0640).withMtime(DATE));
    assertThat(clean.get(RootfsPath.ROOT).orElseThrow().metadata())
        .isEqualTo(Metadata.ofMode(0755).withMtime(DATE));
  }

  @Test
  void passwordsWereChangedNoLaterThanThatAndNeverOnDayZeroWhichMeansAtOnce() throws Exception {
    RootfsPath shadow = RootfsPath.of("/etc/shadow");
    Rootfs made =
        Rootfs.of(
            ImmutableList.<RootfsEntry>builder()
                .addAll(tree("/etc/").all())
                .add(
                    file(
                        shadow,
                        "root:*:20500:0:99999:7:::\na:!:19000::::::\nb:!:0::::::\nc:!:::::::\n"))
                .build());
    assertThat(text(BaseCleaning.clean(made, DATE), "/etc/shadow"))
        .isEqualTo("root:*:20000:0:99999:7:::\na:!:19000::::::\nb:!:20000::::::\nc:!:::::::\n");
    assertThat(text(BaseCleaning.clean(made, 0), "/etc/shadow"))
        .startsWith("root:*:1:0:99999:7:::\na:!:1:");
  }

  @Test
  void aFileOfSeveralNamesStaysAsLongAsOneIsLeft() {
    RootfsPath first = RootfsPath.of("/a");
    Rootfs made =
        Rootfs.of(
            ImmutableList.<RootfsEntry>builder()
                .addAll(tree().all())
                .add(file(first, "content"))
                .add(link("/b", first))
                .add(link("/c", first))
                .build());
    Metadata metadata = Metadata.ofMode(0640).withMtime(DATE + 5);
    assertThat(made.without(first::equals))
        .isEqualTo(
            Rootfs.of(
                ImmutableList.<RootfsEntry>builder()
                    .addAll(tree().all())
                    .add(file(RootfsPath.of("/b"), "content"))
                    .add(
                        new RootfsEntry.HardLink(
                            RootfsPath.of("/c"), metadata, RootfsPath.of("/b")))
                    .build()));
  }

  private static RootfsEntry link(String path, RootfsPath target) {
    return new RootfsEntry.HardLink(
        RootfsPath.of(path), Metadata.ofMode(0640).withMtime(DATE + 5), target);
  }

  @Test
  void slimIsWithoutWhatOnlyPeopleReadButWithLicensesAndWhatPackagesNeed() {
    assertThat(
            paths(
                SlimRules.apply(
                    tree(
                        "/etc/dpkg/dpkg.cfg.d/",
                        "/usr/share/doc/curl/copyright",
                        "/usr/share/doc/curl/changelog.gz",
                        "/usr/share/doc/curl/examples/x",
                        "/usr/share/doc/libcurl4",
                        "/usr/share/info/x.gz",
                        "/usr/share/locale/de/x.mo",
                        "/usr/share/locale/locale.alias",
                        "/usr/share/man/de/man1/x.gz",
                        "/usr/share/man/man1/x.gz"),
                    DATE)))
        .filteredOn(path -> path.startsWith("/usr/share/") || path.startsWith("/etc/dpkg/"))
        .containsExactly(
            "/etc/dpkg/dpkg.cfg.d",
            "/etc/dpkg/dpkg.cfg.d/slim",
            "/usr/share/doc",
            "/usr/share/doc/curl",
            "/usr/share/doc/curl/copyright",
            "/usr/share/doc/libcurl4",
            "/usr/share/info",
            "/usr/share/locale",
            "/usr/share/locale/locale.alias",
            "/usr/share/man",
            "/usr/share/man/man1");
  }
}
