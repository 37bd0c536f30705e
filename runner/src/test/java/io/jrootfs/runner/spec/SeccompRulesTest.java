package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.seccomp.Action;
import io.jrootfs.runner.seccomp.ArgumentTest;
import io.jrootfs.runner.seccomp.DefaultProfile;
import io.jrootfs.runner.seccomp.FilterCompiler;
import io.jrootfs.runner.seccomp.KernelVersion;
import io.jrootfs.runner.seccomp.Machine;
import io.jrootfs.runner.seccomp.RuleCondition;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.seccomp.SeccompProfile;
import io.jrootfs.runner.seccomp.SyscallRule;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeccompRulesTest {
  private static final SeccompProfile ALLOW_ALL =
      new SeccompProfile(Action.ALLOW, ImmutableSet.of(), 0, ImmutableList.of());

  private static Optional<SeccompFilter> filter(SeccompChoice choice, boolean privileged)
      throws SpecException {
    return SeccompRules.filter(choice, privileged, CapabilitySet.DEFAULT, Specs.ROOT);
  }

  private static Host on(String architecture) {
    Host root = Specs.ROOT;
    return new Host(
        new Platform("linux", architecture, ""),
        root.kernel(),
        root.userNamespace(),
        root.mappings(),
        root.terminal(),
        root.environment(),
        root.nameFiles(),
        root.cgroups(),
        root.thermalThrottle(),
        root.namespaces(),
        root.capabilities(),
        root.limits());
  }

  @Test
  void privilegedContainerHasAFilterOnlyIfAProfileIsNamed() throws SpecException {
    assertThat(filter(SeccompChoice.DEFAULT, false)).isPresent();
    assertThat(filter(SeccompChoice.DEFAULT, true)).isEmpty();
    assertThat(filter(SeccompChoice.UNCONFINED, false)).isEmpty();
    assertThat(filter(new SeccompChoice.Profile(ALLOW_ALL, ImmutableList.of()), true)).isPresent();
  }

  @Test
  void filterGoesByTheCapabilities() throws Exception {
    CapabilitySet admin = new CapabilitySet(ImmutableSortedSet.of(Capability.SYS_ADMIN));
    assertThat(SeccompRules.filter(SeccompChoice.DEFAULT, false, admin, Specs.ROOT))
        .contains(
            FilterCompiler.compile(
                DefaultProfile.profile(),
                Machine.X86_64,
                ImmutableSet.of("CAP_SYS_ADMIN"),
                new KernelVersion(6, 1)));
  }

  @Test
  void machineWithoutATableIsTold() {
    assertThatThrownBy(
            () ->
                SeccompRules.filter(
                    SeccompChoice.DEFAULT, false, CapabilitySet.DEFAULT, on("riscv64")))
        .isInstanceOf(SpecException.class)
        .hasMessage(
            "seccomp filter: jrun can make none for machines of type 'riscv64'; run without it by"
                + " '--security-opt seccomp=unconfined'");
  }

  @Test
  void profileThatIsTooLargeIsTold() {
    ImmutableList.Builder<SyscallRule> rules = ImmutableList.builder();
    for (int value = 0; value < 1000; value++) {
      rules.add(
          new SyscallRule(
              ImmutableList.of("read"),
              Action.ALLOW,
              ImmutableList.of(
                  new ArgumentTest(0, ArgumentTest.Operator.EQ, value, 0),
                  new ArgumentTest(1, ArgumentTest.Operator.EQ, value, 0)),
              RuleCondition.NONE,
              RuleCondition.NONE));
    }
    SeccompProfile large = new SeccompProfile(Action.errno(1), ImmutableSet.of(), 0, rules.build());
    assertThatThrownBy(() -> filter(new SeccompChoice.Profile(large, ImmutableList.of()), false))
        .isInstanceOf(SpecException.class)
        .hasMessageMatching(
            "seccomp profile: it becomes a filter of \\d+ instructions, more than the kernel takes;"
                + " give it fewer rules that test arguments");
  }
}
