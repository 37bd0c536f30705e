package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.text.Printable;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names that are not UTF-8, which are bytes like others to the loader: what it finds by them no
 * image can hold, and what it does not find must not be taken for one another.
 */
class NameBytesOracleTest {
  private static final String NOT_UTF8 =
      "has a name that is not UTF-8, which no image can hold; rename it";

  @TempDir Path directory;
  private TracedRoot root;

  @BeforeEach
  void rootWithLoader() throws Exception {
    root = TracedRoot.in(directory);
  }

  /** In shell scripts, {@code $f} and {@code $g} are two such bytes. */
  private void shell(String script) throws Exception {
    root.shell("f=$(printf '\\377'); g=$(printf '\\376');" + script);
  }

  @Test
  void aLibraryThatIsFoundByOneIsRefusedByItsBytes() throws Exception {
    shell("lib lib$f.so root/opt/lib$f.so; app -Wl,-rpath,/opt root/opt/lib$f.so");
    assertThat(root.loaders()).hasSize(1);
    assertThat(root.closure().missing().get(0).sentence())
        .isEqualTo(
            "lib\\xff.so, needed by /usr/bin/app, was not found: the file at /opt/lib\\xff.so "
                + NOT_UTF8);
  }

  @Test
  void soIsOneInADirectoryAndBehindALinkWithSuchAName() throws Exception {
    shell(
        "mkdir root/opt/$f; lib libq.so root/opt/$f/libq.so;"
            + "lib libr.so root/opt/$f/libr.so; ln -s $f/libr.so root/opt/libr.so;"
            + "app -Wl,-rpath,/opt/$f:/opt root/opt/$f/libq.so");
    assertThat(root.loaders()).hasSize(1);
    assertThat(root.closure().missing().get(0).sentence())
        .contains("the file at /opt/\\xff/libq.so " + NOT_UTF8);
    shell("app -Wl,-rpath,/opt root/opt/libr.so");
    assertThat(root.loaders()).hasSize(1);
    assertThat(root.closure().missing().get(0).sentence())
        .contains("the file at /opt/libr.so " + NOT_UTF8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "mkdir root/opt/$f", "mkdir root/opt/$g; : >root/opt/$g/libq.so"})
  void aDirectoryWithoutTheLibraryDoesNoHarm(String script) throws Exception {
    shell(
        script
            + "; mkdir root/opt/two; lib libq.so root/opt/two/libq.so;"
            + "app -Wl,-rpath,/opt/$f:/opt/two root/opt/two/libq.so");
    assertThat(root.loaders()).containsEntry("libq.so", "/opt/two/libq.so");
    assertThat(root.ours()).isEqualTo(root.loaders());
  }

  @Test
  void namesThatDifferInSuchBytesAloneAreNotOne() throws Exception {
    shell(
        "lib lib$f.so root/opt/liba.so; lib lib$g.so root/opt/libb.so;"
            + "app root/opt/liba.so root/opt/libb.so; echo /opt/liba.so >root/etc/ld.so.preload");
    assertThat(root.loaders()).containsOnlyKeys("/opt/liba.so");
    assertThat(root.closure().missing())
        .extracting(missing -> Printable.of(missing.requested()))
        .containsExactly("lib\\xfe.so");
    shell("echo /opt/libb.so >>root/etc/ld.so.preload");
    assertThat(root.closure().missing()).isEmpty();
  }

  @Test
  void whatIsPreloadedByOneIsRefusedToo() throws Exception {
    shell("lib libq.so root/opt/lib$f.so; app; echo /opt/lib$f.so >root/etc/ld.so.preload");
    assertThat(root.loaders()).hasSize(1);
    assertThat(root.closure().missing().get(0).sentence())
        .startsWith("/opt/lib\\xff.so, needed by /etc/ld.so.preload, was not found")
        .contains(NOT_UTF8);
    shell("rm root/opt/lib$f.so");
    assertThat(root.closure().missing()).isEmpty();
  }

  @Test
  void aCacheLeadsToThemToo() throws Exception {
    shell(
        "mkdir root/opt/$f; lib libq.so root/opt/$f/libq.so; app root/opt/$f/libq.so;"
            + "echo /opt/$f >root/etc/ld.so.conf");
    assertThat(root.closure().missing().get(0).sentence())
        .contains("the file at /opt/\\xff/libq.so " + NOT_UTF8);
    shell("/sbin/ldconfig -X -r root");
    assertThat(root.loaders()).hasSize(1);
    assertThat(root.closure().missing().get(0).sentence())
        .contains("the file at /opt/\\xff/libq.so " + NOT_UTF8);
  }

  @Test
  void anInterpreterOfAScriptIsRefusedToo() throws Exception {
    shell(
        "cp /bin/busybox root/opt/$f 2>/dev/null || cp /bin/sh root/opt/$f;"
            + "printf '#!/opt/\\377\\n' >root/usr/bin/app; chmod +x root/usr/bin/app");
    assertThat(root.closure().missing().get(0).sentence())
        .startsWith("/opt/\\xff, needed by /usr/bin/app, was not found")
        .contains(NOT_UTF8);
  }

  @Test
  void aConfigurationThatIsReachedByOneIsRefusedToo() throws Exception {
    shell("app; echo >root/etc/$f; ln -s $f root/etc/ld.so.preload");
    assertThat(root.closure().missing().get(0).sentence())
        .isEqualTo(
            "/etc/ld.so.preload, needed by "
                + root.closure().missing().get(0).neededBy().value()
                + ", was not found: the file at /etc/ld.so.preload "
                + NOT_UTF8);
  }
}
