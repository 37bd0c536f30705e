package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /etc/ld.so.preload} makes this machine's loader load. */
class PreloadOracleTest {
  @TempDir Path directory;
  private TracedRoot root;

  @BeforeEach
  void libraries() throws Exception {
    root = TracedRoot.in(directory);
    root.shell(
        "mkdir root/opt/own root/opt/other;"
            + "for name in a b; do lib lib$name.so root/opt/lib$name.so; done;"
            + "lib libown.so root/opt/own/libown.so;"
            + "lib libneeded.so root/opt/own/libneeded.so;"
            + "lib libneeded.so root/opt/other/libstand-in.so;"
            + "app -Wl,-rpath,/opt/own root/opt/own/libneeded.so");
  }

  private void preload(String text) throws Exception {
    Files.write(
        directory.resolve("root/etc/ld.so.preload"), text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/opt/liba.so",
        "/opt/liba.so\n",
        "/opt/liba.so /opt/libb.so",
        "/opt/liba.so:/opt/libb.so",
        "/opt/liba.so\t/opt/libb.so",
        "/opt/liba.so\n/opt/libb.so",
        " :\t\n/opt/liba.so::",
        "/opt/liba.so;/opt/libb.so",
        "/opt/liba.so,/opt/libb.so",
        "# /opt/liba.so\n/opt/libb.so",
        "/opt/liba.so # /opt/libb.so",
        "/opt/liba.so#/opt/libb.so\n",
        "/opt/absent.so /opt/liba.so",
        "libown.so",
        "libnowhere.so libown.so",
        "/opt/other/libstand-in.so",
        "/opt/liba.so\0/opt/libb.so",
        "/opt/../opt/liba.so $ORIGIN/../../opt/libb.so",
      })
  void theFileIsReadAsTheLoaderReadsIt(String text) throws Exception {
    preload(text);
    assertThat(new TreeSet<>(root.ours().values()))
        .isEqualTo(new TreeSet<>(root.loaders().values()));
  }

  @Test
  void whatIsPreloadedComesBeforeWhatIsNeeded() throws Exception {
    preload("/opt/other/libstand-in.so");
    assertThat(root.loaders().values()).containsExactly("/opt/other/libstand-in.so");
    assertThat(root.ours()).containsEntry("libneeded.so", "/opt/other/libstand-in.so");
  }
}
