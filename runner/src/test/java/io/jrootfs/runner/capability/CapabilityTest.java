package io.jrootfs.runner.capability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityTest {
  /** capsh(1) is libcap's. */
  @Test
  void masksAreDecodedAsLibcapDecodesThem() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "for m; do capsh --decode=$m; done"));
    command.add("sh");
    for (Capability capability : Capability.values()) {
      command.add(Long.toHexString(CapabilitySet.of(List.of(capability)).mask()));
    }
    command.add(Long.toHexString(CapabilitySet.DEFAULT.mask()));
    Process capsh = new ProcessBuilder(command).start();
    List<String> lines =
        new String(capsh.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .toList();
    assertThat(lines).hasSize(Capability.values().length + 1);
    int line = 0;
    for (Capability capability : Capability.values()) {
      String decoded = lines.get(line++);
      String name = decoded.substring(decoded.indexOf('=') + 1);
      assertThat(Capability.parse(name)).as(decoded).contains(capability);
    }
    String eleven = lines.get(lines.size() - 1);
    assertThat(
            Splitter.on(',')
                .splitToStream(eleven.substring(eleven.indexOf('=') + 1))
                .map(name -> Capability.parse(name).orElseThrow()))
        .containsExactlyInAnyOrderElementsOf(CapabilitySet.DEFAULT.capabilities());
  }

  @Test
  void nameIsReadInAnyCaseWithAndWithoutPrefix() {
    for (Capability capability : Capability.values()) {
      String name = capability.name();
      for (String text : List.of(name, "CAP_" + name, name.toLowerCase(Locale.ROOT))) {
        assertThat(Capability.parse(text)).as(text).contains(capability);
      }
      assertThat(Capability.parse("cap_" + name.toLowerCase(Locale.ROOT))).contains(capability);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "CAP_",
        "CAP_CAP_CHOWN",
        "ALL",
        "CHOWN ",
        " CHOWN",
        "CHOWN,KILL",
        "0",
        "NET-RAW",
        "CH\u0131wn",
        "CAPCHOWN"
      })
  void whatIsNoCapabilityIsNone(String text) {
    assertThat(Capability.parse(text)).isEmpty();
  }

  @Test
  void maskAndSetAreTheSame() {
    for (Capability capability : Capability.values()) {
      CapabilitySet set = new CapabilitySet(ImmutableSortedSet.of(capability));
      assertThat(CapabilitySet.ofMask(set.mask())).isEqualTo(set);
    }
    assertThat(CapabilitySet.ofMask(0)).isEqualTo(CapabilitySet.EMPTY);
    // A newer kernel has more than we have names for.
    assertThat(CapabilitySet.ofMask(-1L).capabilities()).hasSize(41);
    assertThat(CapabilitySet.ofMask(1L << 41)).isEqualTo(CapabilitySet.EMPTY);
  }

  @Test
  void intersectionHasWhatBothHave() {
    CapabilitySet some = CapabilitySet.of(List.of(Capability.CHOWN, Capability.SYS_ADMIN));
    assertThat(some.and(CapabilitySet.DEFAULT).capabilities()).containsExactly(Capability.CHOWN);
    assertThat(some.contains(Capability.SYS_ADMIN)).isTrue();
    assertThat(CapabilitySet.EMPTY.contains(Capability.CHOWN)).isFalse();
  }
}
