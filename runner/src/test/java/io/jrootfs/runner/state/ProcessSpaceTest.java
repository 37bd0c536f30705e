package io.jrootfs.runner.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.state.ProcessSpace.Relation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessSpaceTest {
  private static final ProcessSpace HERE = new ProcessSpace("boot-1", "pid:[1]", "abc");

  @ParameterizedTest
  @CsvSource({
    "boot-1, pid:[1], abc, SAME",
    "boot-1, pid:[2], abc, ELSEWHERE",
    "boot-0, pid:[1], abc, PAST",
    "boot-0, pid:[2], abc, PAST",
    "boot-1, pid:[1], def, ELSEWHERE",
    "boot-2, pid:[1], def, ELSEWHERE",
    "boot-2, pid:[1], -, ELSEWHERE",
    "-, pid:[1], abc, ELSEWHERE",
  })
  void onlyAnotherBootOfTheSameMachineIsOver(
      String boot, String namespace, String machine, Relation expected) {
    assertThat(new ProcessSpace(boot, namespace, machine).relation(HERE)).isEqualTo(expected);
  }

  @Test
  void machinesWithoutIdAreNotTakenForOne() {
    assertThat(
            new ProcessSpace("boot-0", "pid:[1]", "-")
                .relation(new ProcessSpace("boot-1", "pid:[1]", "-")))
        .isEqualTo(Relation.ELSEWHERE);
  }

  @ParameterizedTest
  @CsvSource({"' '", "+"})
  void writtenIsRead(char joint) {
    assertThat(ProcessSpace.parse(HERE.text(joint), joint)).isEqualTo(Optional.of(HERE));
    assertThat(ProcessSpace.parse("boot-1" + joint + "pid:[1]", joint)).isEmpty();
  }

  @Test
  void nameOfThisBootIsOverWithTheNextOne() {
    String name = ProcessSpace.nameOfThisBoot("4026531840");
    String boot = ProcessSpace.here().boot();
    assertThat(name).matches("4026531840\\+" + boot + "\\+-\\+[0-9A-Za-z-]+");
    assertThat(ProcessSpace.isOfEarlierBoot(name)).isFalse();
    assertThat(ProcessSpace.isOfEarlierBoot("lock")).isFalse();
    // Without an id of the machine it may be another one's.
    assertThat(ProcessSpace.isOfEarlierBoot(name.replace(boot, "earlier")))
        .isEqualTo(!name.endsWith("+-"));
  }

  @Test
  void hereIsWhatTheKernelSays() throws Exception {
    assertThat(ProcessSpace.here().boot())
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    assertThat(ProcessSpace.here().pidNamespace())
        .isEqualTo("pid:[" + Files.getAttribute(Path.of("/proc/self/ns/pid"), "unix:ino") + "]");
  }
}
