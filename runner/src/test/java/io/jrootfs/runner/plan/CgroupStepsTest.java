package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupAction;
import io.jrootfs.runner.cgroup.ContainerCgroups;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupStepsTest {
  private static ContainerCgroups cgroups(int version, boolean limitTheStart) {
    return new ContainerCgroups(
        ImmutableList.of(new CgroupAction.Make(version, "/sys/fs/cgroup", "/c")),
        Optional.empty(),
        limitTheStart);
  }

  @Test
  void cgroupsOfVersion1AreEnteredLaterIfNothingIsLimitedBefore() {
    assertThat(CgroupSteps.entry(cgroups(1, false))).containsExactly(new CgroupStep.Enter());
    assertThat(CgroupSteps.entry(cgroups(1, true))).isEmpty();
  }

  @Test
  void newProcessIsInThatOfVersion2FromTheStart() {
    assertThat(CgroupSteps.entry(cgroups(2, false))).isEmpty();
    assertThat(CgroupSteps.entry(ContainerCgroups.NONE)).isEmpty();
  }
}
