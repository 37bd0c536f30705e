package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that tell loaders and ldconfig where to search, and that this user may not read: all three,
 * jbuild too, are run without the capability of reading what modes forbid.
 */
class UnreadableConfigurationOracleTest {
  private static final String JBUILD = "setpriv --bounding-set=-all --inh-caps=-all ";

  /** What changing the root takes is left. */
  private static final String LDCONFIG =
      "setpriv --bounding-set=-all,+sys_chroot --inh-caps=-all,+sys_chroot /sbin/ldconfig -X -r"
          + " root";

  private static final String LOADER =
      "perl -e '$ENV{LD_TRACE_LOADED_OBJECTS} = 1; chroot \"root\" and chdir \"/\" or die;"
          + " $> = $< = 65534; exec \"/usr/bin/app\"' 2>&1";

  @TempDir Path directory;
  private TracedRoot root;

  @BeforeEach
  void twoLibraries() throws Exception {
    ExternalTool.requireRoot();
    root = TracedRoot.in(directory);
    root.shell(
        "mkdir root/etc/conf.d root/opt/b root/usr/lib; lib libq.so root/opt/libq.so;"
            + "lib libq.so root/opt/b/libq.so;"
            + "lib libp.so root/opt/libp.so; app root/opt/libq.so; chmod 755 . root");
  }

  @ParameterizedTest
  @CsvSource({"/etc/ld.so.cache", "/etc"})
  void aCacheThatMayNotBeReadLeadsNowhere(String refused) throws Exception {
    root.shell("echo /opt >root/etc/ld.so.conf; /sbin/ldconfig -X -r root; rm root/etc/ld.so.conf");
    assertThat(loader()).contains("libq.so => /opt/libq.so");
    root.shell("chmod 0 root$1", refused);
    assertThat(loader()).contains("libq.so => not found");
    assertThat(jbuild())
        .contains("libq.so, needed by /usr/bin/app, was not found")
        .contains(refused + " may not be read or searched by this user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/ld.so.preload", "/etc"})
  void whatMayNotBeReadPreloadsNothing(String refused) throws Exception {
    root.shell("mv root/opt/libq.so root/usr/lib; echo /opt/libp.so >root/etc/ld.so.preload");
    assertThat(loader()).contains("/opt/libp.so (");
    assertThat(jbuild()).contains("\n/opt/libp.so\n");
    root.shell("chmod 0 root$1", refused);
    assertThat(loader()).doesNotContain("/opt/libp.so");
    assertThat(jbuild())
        .doesNotContain("/opt/libp.so")
        .contains(refused + " may not be read or searched by this user");
  }

  /** Each line: what makes the configuration; what may not be read; where the library is then. */
  @ParameterizedTest
  @CsvSource({
    "'echo /opt >ld.so.conf', chmod 0 ld.so.conf, /etc/ld.so.conf, ''",
    "'echo /opt >conf.d/a; echo include conf.d/a >ld.so.conf; echo /opt/b >>ld.so.conf',"
        + " chmod 0 conf.d/a, /etc/conf.d/a, /opt/b",
    "'echo /opt >conf.d/a; echo \"include conf.d/*\" >ld.so.conf; echo /opt/b >>ld.so.conf',"
        + " chmod 311 conf.d, /etc/conf.d, /opt/b",
    "'echo /opt >conf.d/a; echo include conf.d/a >ld.so.conf; echo /opt/b >>ld.so.conf',"
        + " chmod 644 conf.d, /etc/conf.d, /opt/b",
    "'echo /opt/b >ld.so.conf; echo /opt >>ld.so.conf', chmod 311 ../opt/b, /opt/b, /opt",
  })
  void ldconfigGoesOnWithoutWhatItMayNotRead(
      String makes, String changes, String refused, String place) throws Exception {
    root.shell("cd root/etc; " + makes + "; " + changes);
    String ours = jbuild();
    root.shell(LDCONFIG + " 2>/dev/null");
    assertThat(loader())
        .contains("libq.so => " + (place.isEmpty() ? "not found" : place + "/libq.so"));
    assertThat(ours)
        .contains(place.isEmpty() ? "libq.so, needed by" : "\n" + place + "/libq.so\n")
        .contains(refused + " may not be read or searched by this user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ld.so.cache", "ld.so.conf", "ld.so.preload"})
  void oneThatIsALinkInACircleIsAsGoodAsAbsent(String name) throws Exception {
    root.shell("mv root/opt/libq.so root/usr/lib; ln -s \"$1\" root/etc/\"$1\"", name);
    assertThat(loader()).contains("libq.so => /usr/lib/libq.so");
    assertThat(jbuild()).contains("\n/usr/lib/libq.so\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chmod 0 root/etc",
        "chmod 0 root/etc/ld-musl-x86_64.path",
        "ln -sf ld-musl-x86_64.path root/etc/ld-musl-x86_64.path"
      })
  void muslHasNoDirectoriesThen(String script) throws Exception {
    root.shell(
        "cp -L /lib/ld-musl-x86_64.so.1 root/lib/; mv root/opt/libq.so root/usr/lib/;"
            + "musl-gcc -o root/usr/bin/app app.c -Wl,--no-as-needed root/usr/lib/libq.so;"
            + "echo /usr/lib >root/etc/ld-musl-x86_64.path");
    assertThat(muslLoader()).contains("libq.so => /usr/lib/libq.so");
    root.shell(script);
    assertThat(muslLoader()).contains("Error loading shared library libq.so");
    assertThat(jbuild()).contains("libq.so, needed by /usr/bin/app, was not found");
  }

  private String muslLoader() throws Exception {
    return root.shell(
        LOADER.replace("exec \"", "exec \"/lib/ld-musl-x86_64.so.1\", \"--list\", \"")
            + " || true");
  }

  private String loader() throws Exception {
    return root.shell(LOADER);
  }

  /** The list and all that is said; where something is missing the status is 1. */
  private String jbuild() throws Exception {
    return root.shell(
        JBUILD
            + "$1/bin/java -cp \"$2\" io.jrootfs.builder.cli.Main closure --format list"
            + " --sysroot root /usr/bin/app 2>&1 || true",
        System.getProperty("java.home"),
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
  }
}
