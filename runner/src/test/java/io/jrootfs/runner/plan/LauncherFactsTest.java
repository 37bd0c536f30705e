package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespace;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherFactsTest {
  @Test
  void everyFieldIsRead() {
    assertThat(
            LauncherFacts.parse(
                "plan=/proc/self/fd/5;userns=refused:28;userns-note=why = so;tty=0,2;uid=1000;"
                    + "gid=4294967295;pid=77"))
        .isEqualTo(
            new LauncherFacts(
                Path.of("/proc/self/fd/5"),
                new UserNamespace(UserNamespaceKind.REFUSED, 28),
                "why = so",
                ImmutableSortedSet.of(0, 2),
                1000,
                0xffff_ffffL,
                77));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plan=/p;userns=none;userns-note=;tty=;uid=0;gid=0",
        "plan=/p;userns=none;userns-note=;tty=;uid=0;gid=0;pid=1;pid=1",
        "plan=/p;userns=none;userns-note=;tty=;uid=0;gid=0;pid=1;more=1",
        "plan=/p;userns=none;userns-note=;tty=;uid=0;gid=0;pid=1;",
        "plan=p;userns=none;userns-note=;tty=;uid=0;gid=0;pid=1",
        "plan=/p;userns=some;userns-note=;tty=;uid=0;gid=0;pid=1",
        "plan=/p;userns=refused;userns-note=;tty=;uid=0;gid=0;pid=1",
        "plan=/p;userns=refused:0;userns-note=;tty=;uid=0;gid=0;pid=1",
        "plan=/p;userns=refused:x;userns-note=;tty=;uid=0;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=3;uid=0;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=,1;uid=0;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=01;uid=0;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=;uid=-1;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=;uid=4294967296;gid=0;pid=1",
        "plan=/p;userns=none;userns-note=;tty=;uid=99999999999999999999;gid=0;pid=1",
      })
  void anythingElseIsRefused(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LauncherFacts.parse(value))
        .withMessageStartingWith("JRUN_LAUNCHER: ");
  }
}
