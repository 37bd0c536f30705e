package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PlanEncoderTest {
  private static final NamespaceStep.Clone CLONE =
      new NamespaceStep.Clone(ImmutableSet.of(Namespace.MOUNT));
  private static final ProcessStep.Exec EXEC =
      new ProcessStep.Exec(
          ImmutableList.of("/a"), ImmutableList.of("a"), ImmutableList.of(), "no a", "bad a");

  private static LaunchPlan with(LaunchStep... between) {
    return new LaunchPlan(
        ImmutableList.<LaunchStep>builder().add(CLONE).add(between).add(EXEC).build());
  }

  @Test
  void aStepIsLaidOutAsDocumented() {
    byte[] plan = PlanEncoder.encode(with(new MountStep.MakeDirectory("/d\u00e4", 01777)));
    String hex = HexFormat.of().formatHex(plan);
    assertThat(hex)
        .startsWith(
            HexFormat.of().formatHex("jrunplan".getBytes(StandardCharsets.US_ASCII))
                + "01000000" // version
                + "03000000" // steps
                + "01000000" // Clone
                + "01000000" // one number
                + "0000020000000000" // CLONE_NEWNS
                + "0000000000000000") // no words
        .contains(
            "06000000" // MakeDirectory
                + "01000000"
                + "ff03000000000000"
                + "01000000" // one word
                + "05000000" // of five bytes
                + "2f64c3a400");
  }

  @Test
  void plansThatTheLauncherWouldNotTakeAreNotEncoded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PlanEncoder.encode(with(new NamespaceStep.SetHostname("a\0b"))))
        .withMessageContaining("NUL character in 'a?b'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PlanEncoder.encode(with(new MountStep.MakeDirectory("/d", 02000))))
        .withMessageContaining("mode 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PlanEncoder.encode(
                    with(
                        new ProcessStep.Credentials(
                            0xffff_ffffL,
                            0,
                            ImmutableList.of(),
                            CapabilitySet.DEFAULT,
                            CapabilitySet.EMPTY,
                            true))))
        .withMessageContaining("uid 4294967295");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PlanEncoder.encode(
                    new LaunchPlan(
                        ImmutableList.of(
                            new NamespaceStep.Clone(
                                ImmutableSet.of(Namespace.MOUNT, Namespace.USER)),
                            EXEC))));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PlanEncoder.encode(
                    new LaunchPlan(
                        ImmutableList.of(
                            new NamespaceStep.Clone(ImmutableSet.of(Namespace.PID)), EXEC))));
  }

  @Test
  void controlCharactersOfAnImageDoNotReachTheTerminal() {
    byte[] plan =
        PlanEncoder.encode(with(new ProcessStep.WorkingDirectory("/\u001b[2J\n\u009b31m")));
    assertThat(new String(plan, StandardCharsets.UTF_8))
        .contains("/\u001b[2J\n\u009b31m\0") // the path itself
        .contains("cannot change to the working directory /\\x1b[2J\\x0a\\x9b31m\0");
  }
}
