package io.jrootfs.builder.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a capability are those that setcap(8) makes the kernel store. */
class FileCapabilitiesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cap_net_raw+ep",
        "cap_net_raw,cap_net_admin=eip",
        "cap_setuid+p",
        "cap_chown+i",
        "cap_checkpoint_restore+ep",
      })
  void bytesAreThoseOfSetcap(String text, @TempDir Path work) throws Exception {
    Path file = Files.createFile(work.resolve("file"));
    assertThat(new ProcessBuilder("setcap", text, file.toString()).inheritIO().start().waitFor())
        .isZero();
    assertThat(FileCapabilities.parse(text).attribute().toByteArray())
        .isEqualTo(Posix.getXattr(file, "security.capability").orElseThrow());
  }
}
