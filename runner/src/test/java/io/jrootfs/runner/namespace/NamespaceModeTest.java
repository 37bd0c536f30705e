package io.jrootfs.runner.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceModeTest {
  @Test
  void modesAreThoseOfPodman() throws NamespaceSyntaxException {
    for (Namespace kind : NamespaceMode.OPTIONS.keySet()) {
      assertThat(NamespaceMode.parse(kind, "private")).isEqualTo(NamespaceMode.PRIVATE);
      assertThat(NamespaceMode.parse(kind, "host")).isEqualTo(NamespaceMode.HOST);
      assertThat(NamespaceMode.parse(kind, "ns:/proc/1/ns/x"))
          .isEqualTo(new NamespaceMode.Joined("/proc/1/ns/x"));
    }
    assertThat(NamespaceMode.parse(Namespace.NETWORK, "none")).isEqualTo(NamespaceMode.PRIVATE);
    assertThat(NamespaceMode.parse(Namespace.NETWORK, "bridge")).isEqualTo(NamespaceMode.PRIVATE);
    assertThat(NamespaceMode.parse(Namespace.IPC, "none")).isEqualTo(NamespaceMode.PRIVATE);
    assertThat(NamespaceMode.parse(Namespace.IPC, "shareable")).isEqualTo(NamespaceMode.PRIVATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NETWORK | hots        | --network 'hots': is unknown; did you mean 'host'?",
        "NETWORK | ''          | --network '': is unknown; there are none, private, host, bridge, pasta, container:NAME, ns:PATH",
        "PID     | none        | --pid 'none': is unknown; there are private, host, container:NAME, ns:PATH",
        "UTS     | Private     | --uts 'Private': is unknown; did you mean 'private'?",
        "IPC     | ns:         | --ipc 'ns:': the path must be absolute, such as ns:/proc/PID/ns/ipc",
        "CGROUP  | ns:a/b      | --cgroupns 'ns:a/b': the path must be absolute, such as ns:/proc/PID/ns/cgroup",
        "PID     | container:x | --pid 'container:x': a container cannot be named here; give the file of a process in it, such as ns:/proc/PID/ns/pid",
      })
  void whatIsNoModeIsAnsweredWithThoseThereAre(Namespace kind, String text, String message) {
    assertThatThrownBy(() -> NamespaceMode.parse(kind, text))
        .isInstanceOf(NamespaceSyntaxException.class)
        .hasMessage(message);
  }

  @Test
  void pathWithANulIsRefused() {
    assertThatThrownBy(() -> NamespaceMode.parse(Namespace.PID, "ns:/a\0b"))
        .isInstanceOf(NamespaceSyntaxException.class);
  }
}
