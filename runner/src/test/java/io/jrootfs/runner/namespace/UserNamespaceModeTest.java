package io.jrootfs.runner.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamespaceModeTest {
  private static UserNamespaceMode parse(String text) throws NamespaceSyntaxException {
    return UserNamespaceMode.parse(text, IdMapArguments.NONE);
  }

  @Test
  void modesAreThoseOfPodman() throws NamespaceSyntaxException {
    assertThat(parse("host")).isEqualTo(new UserNamespaceMode.Host());
    assertThat(parse("private")).isEqualTo(new UserNamespaceMode.Private(IdMapArguments.NONE));
    assertThat(parse("nomap")).isEqualTo(new UserNamespaceMode.NoMap());
    assertThat(parse("keep-id"))
        .isEqualTo(new UserNamespaceMode.KeepId(OptionalLong.empty(), OptionalLong.empty()));
    assertThat(parse("keep-id:uid=7"))
        .isEqualTo(new UserNamespaceMode.KeepId(OptionalLong.of(7), OptionalLong.empty()));
    assertThat(parse("keep-id:gid=8,uid=7"))
        .isEqualTo(new UserNamespaceMode.KeepId(OptionalLong.of(7), OptionalLong.of(8)));
    assertThat(parse("ns:/proc/7/ns/user"))
        .isEqualTo(new UserNamespaceMode.Joined("/proc/7/ns/user"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keepid         | --userns 'keepid': is unknown; did you mean 'keep-id'?",
        "''             | --userns '': is unknown; there are host, private, keep-id, nomap, ns:PATH",
        "auto           | --userns 'auto': jrun does not choose ids that no other container has; choose with '--uidmap 0:100000:65536'",
        "keep-id:       | --userns 'keep-id:': '' is neither uid=NUMBER nor gid=NUMBER",
        "keep-id:uid=-1 | --userns 'keep-id:uid=-1': 'uid=-1' is neither uid=NUMBER nor gid=NUMBER",
        "keep-id:x=1    | --userns 'keep-id:x=1': 'x=1' is neither uid=NUMBER nor gid=NUMBER",
        "keep-id:uid=4294967295 | --userns 'keep-id:uid=4294967295': 'uid=4294967295' is neither uid=NUMBER nor gid=NUMBER",
        "ns:user        | --userns 'ns:user': the path must be absolute, such as ns:/proc/PID/ns/user",
        "container:x    | --userns 'container:x': a container cannot be named here; give the file of a process in it, such as ns:/proc/PID/ns/user",
      })
  void whatIsNoModeIsAnsweredWithThoseThereAre(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(NamespaceSyntaxException.class)
        .hasMessage(message);
  }

  @Test
  void mapsAreForPrivateOnly() throws NamespaceSyntaxException {
    IdMapArguments maps = IdMapArguments.parse(ImmutableList.of("0:100000:10"), ImmutableList.of());
    assertThat(UserNamespaceMode.parse("private", maps))
        .isEqualTo(new UserNamespaceMode.Private(maps));
    for (String mode : ImmutableList.of("host", "keep-id", "nomap", "ns:/proc/1/ns/user")) {
      assertThatThrownBy(() -> UserNamespaceMode.parse(mode, maps))
          .isInstanceOf(NamespaceSyntaxException.class)
          .hasMessageContaining("for '--userns private' only");
    }
  }
}
