package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no plan: refused before anything is done, and nothing is read outside of them. */
class HostilePlanTest {
  private static final int HEADER = 16; // magic, version, number of steps

  @TempDir Path directory;
  private Launcher launcher;
  private LaunchPlan plan;
  private byte[] good;

  @BeforeEach
  void encodeAPlan() throws IOException {
    launcher = new Launcher(directory);
    plan =
        new BusyboxContainer(Caller.ROOT, directory)
            .before(
                new ProcessStep.OpenTerminal(),
                new MountStep.BindMount("/x", "/y", true, ImmutableSet.of()))
            .after(
                new MountStep.MaskPath("/proc/keys"),
                new MountStep.ReadOnlyPath("/proc/sys"),
                new MountStep.ReadOnlyRoot())
            .shell("true");
    good = PlanEncoder.encode(plan);
  }

  private void assertRefused(byte[] bytes, String reason) throws IOException {
    Launcher.Result result =
        Launcher.run(
            launcher.program().toString(), "--execute-plan", launcher.planFile(bytes).toString());
    assertThat(result)
        .isEqualTo(
            new Launcher.Result(125, "", "jrun: the launch plan is not valid: " + reason + "\n"));
  }

  private byte[] with(int offset, int value) {
    byte[] changed = good.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    return changed;
  }

  @Test
  void goodPlanIsAcceptedByTheDecoder() throws Exception {
    assertThat(accepted(ImmutableList.of(good))).isEqualTo(1);
  }

  @Test
  void otherFilesAreNoPlans() throws IOException {
    assertRefused(new byte[0], "it does not start with 'jrunplan'");
    assertRefused(new byte[4096], "it does not start with 'jrunplan'");
    assertRefused(with(8, 2), "its version or its number of steps is wrong");
    assertRefused(with(12, 0), "its version or its number of steps is wrong");
    assertRefused(with(12, -1), "its version or its number of steps is wrong");
  }

  @Test
  void countsThatCannotBeAreRefusedByStep() throws IOException {
    assertRefused(with(HEADER, 0), "step 0: kind 0 is unknown");
    assertRefused(with(HEADER, 1000), "step 0: kind 1000 is unknown");
    assertRefused(with(HEADER, 2), "step 0: cannot have 1 numbers");
    assertRefused(with(HEADER + 4, -1), "step 0: cannot have 4294967295 numbers");
    assertRefused(with(HEADER + 16, 7), "step 0: a list of 7 strings cannot have 0 bytes");
    assertRefused(with(HEADER + 20, -1), "step 0: ends past the end of the plan");
  }

  @Test
  void whatWouldActOnTheHostIsRefused() throws IOException {
    int user = 0x1000_0000;
    int mount = 0x0002_0000;
    assertRefused(with(HEADER + 8, 0), "step 0: is out of place"); // no namespaces
    assertRefused(with(HEADER + 8, mount | user), "step 1: is out of place"); // nobody's ids
    ImmutableList<LaunchStep> steps = plan.steps();
    LaunchStep clone = steps.get(0);
    LaunchStep exec = steps.get(steps.size() - 1);
    assertRefused(
        PlanEncoder.encode(new LaunchPlan(ImmutableList.of(clone, exec))),
        "step 1: is out of place"); // a program in the host's tree
    LaunchStep bind = new MountStep.BindMount("/x", "/y", true, ImmutableSet.of());
    assertRefused(
        PlanEncoder.encode(
            new LaunchPlan(
                ImmutableList.<LaunchStep>builder()
                    .addAll(steps.subList(0, steps.size() - 1))
                    .add(bind, exec)
                    .build())),
        "step " + (steps.size() - 1) + ": is out of place"); // the host's paths are gone
    int hostName = plan.steps().indexOf(new NamespaceStep.SetHostname("box"));
    assertRefused(with(HEADER + 8, mount), "step " + hostName + ": is out of place");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/null", "/dev/zero", "/proc/self", "/no/such/file"})
  void whatIsNoFileIsNoPlan(String file) throws IOException {
    Launcher.Result result = Launcher.run(launcher.program().toString(), "--execute-plan", file);
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.error()).startsWith("jrun: ").hasLineCount(1);
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    ImmutableList.Builder<byte[]> plans = ImmutableList.builder();
    for (int length = 0; length < good.length; length++) {
      plans.add(Arrays.copyOf(good, length));
    }
    assertThat(accepted(plans.build())).isZero();
  }

  @Test
  void everyWordOfThePlanCanBeAnyLieWithoutHarm() throws Exception {
    ImmutableList.Builder<byte[]> plans = ImmutableList.builder();
    for (int offset = 0; offset + 4 <= good.length; offset++) {
      for (int lie : new int[] {0, 0x7fff_ffff, -1, good.length}) {
        plans.add(with(offset, lie));
      }
    }
    accepted(plans.build());
  }

  @Test
  void randomChangesDoNoHarm() throws Exception {
    Random random = new Random(20260101);
    UnaryOperator<byte[]> change =
        plan -> {
          byte[] changed = plan.clone();
          for (int i = 1 + random.nextInt(8); i > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
          }
          return changed;
        };
    ImmutableList.Builder<byte[]> plans = ImmutableList.builder();
    for (int i = 0; i < 20_000; i++) {
      plans.add(change.apply(good));
    }
    accepted(plans.build());
  }

  /** How many the launcher's own decoder, built with sanitizers, accepts. */
  private long accepted(ImmutableList<byte[]> plans) throws IOException {
    Path decoder = directory.resolve("decode_plans");
    Launcher.Result built =
        Launcher.run(
            "cc",
            "-std=gnu11",
            "-g",
            "-O1",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-o",
            decoder.toString(),
            "src/test/c/decode_plans.c",
            "src/main/c/plan.c");
    assertThat(built.error()).isEmpty();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] plan : plans) {
      joined.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(plan.length).array());
      joined.writeBytes(plan);
    }
    Path file = Files.write(directory.resolve("plans"), joined.toByteArray());
    // A plan is decoded once in a process's life, so nobody frees it.
    Launcher.Result result =
        Launcher.run(
            "env",
            "ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=1",
            decoder.toString(),
            file.toString());
    assertThat(result.error()).isEmpty();
    assertThat(result.status()).isZero();
    return Long.parseLong(result.output().strip());
  }
}
