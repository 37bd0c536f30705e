package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
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

  @Test
  void namespacesOfOthersAreJoinedBeforeThereIsAProcessAndOnlyOneUserNamespaceIs()
      throws IOException {
    LaunchStep user = new NamespaceStep.Join(Namespace.USER, "/u");
    LaunchStep net = new NamespaceStep.Join(Namespace.NETWORK, "/n");
    LaunchStep shift = new NamespaceStep.ShiftRoot("/d", Optional.empty());
    IdMapping root = new IdMapping(0, 0, 1);
    LaunchStep map =
        new NamespaceStep.MapIds(new IdMappings(ImmutableList.of(root), ImmutableList.of(root)));
    LaunchStep clone = plan.steps().get(0);
    LaunchStep cloneUser =
        new NamespaceStep.Clone(Sets.immutableEnumSet(Namespace.MOUNT, Namespace.USER));
    LaunchStep clocks = new NamespaceStep.OffsetClocks(ClockOffsets.NONE);
    assertRefused(withStart(clone, net), "step 1: is out of place");
    assertRefused(withStart(clone, clocks), "step 1: is out of place");
    assertRefused(withStart(clone, shift), "step 1: is out of place"); // whose owners?
    assertRefused(withStart(shift, clone), "step 0: is out of place");
    assertRefused(withStart(user, user, clone), "step 1: is out of place");
    assertRefused(withStart(user, cloneUser, map), "step 1: is out of place");
    assertRefused(withStart(cloneUser, shift, map), "step 1: is out of place");
    assertThat(
            accepted(
                ImmutableList.of(
                    withStart(clocks, net, user, clone, shift),
                    withStart(cloneUser, map, shift),
                    withStart(new NamespaceStep.ShiftRoot("/d", Optional.of("/u")), clone))))
        .isEqualTo(3);
  }

  /** Behind the pivot the host's cgroups are out of reach. */
  @Test
  void cgroupsAreEnteredOnceAndBeforeTheHostsTreeIsGone() throws IOException {
    LaunchStep enter = new CgroupStep.Enter();
    int root = 0;
    while (!(plan.steps().get(root) instanceof MountStep.OverlayRoot)) {
      root++;
    }
    int pivot = plan.steps().indexOf(new MountStep.PivotRoot());
    assertRefused(withStep(root, enter), "step " + root + ": is out of place");
    assertRefused(withStep(pivot + 1, enter), "step " + (pivot + 1) + ": is out of place");
    assertThat(accepted(ImmutableList.of(withStep(root + 1, enter), withStep(pivot, enter))))
        .isEqualTo(2);
  }

  /** The kernel would have to trust another's user namespace. */
  @Test
  void indexIsMountedBetweenOurMountsAndTheRootAndInNoUserNamespace() throws IOException {
    LaunchStep index =
        new MountStep.MountIndex("/i", ImmutableList.of("/l"), Optional.empty(), "/m");
    LaunchStep clone = plan.steps().get(0);
    LaunchStep cloneUser =
        new NamespaceStep.Clone(Sets.immutableEnumSet(Namespace.MOUNT, Namespace.USER));
    IdMapping root = new IdMapping(0, 0, 1);
    LaunchStep map =
        new NamespaceStep.MapIds(new IdMappings(ImmutableList.of(root), ImmutableList.of(root)));
    int slave = plan.steps().indexOf(new MountStep.SlaveRoot());
    assertRefused(withStart(clone, index), "step 1: is out of place");
    assertRefused(withStep(slave + 2, index), "step " + (slave + 2) + ": is out of place");
    assertRefused(
        withStart(cloneUser, map, new MountStep.SlaveRoot(), index), "step 3: is out of place");
    assertThat(accepted(ImmutableList.of(withStep(slave + 1, index)))).isEqualTo(1);
  }

  /** The good plan with one step more. */
  private byte[] withStep(int place, LaunchStep step) {
    return PlanEncoder.encode(
        new LaunchPlan(
            ImmutableList.<LaunchStep>builder()
                .addAll(plan.steps().subList(0, place))
                .add(step)
                .addAll(plan.steps().subList(place, plan.steps().size()))
                .build()));
  }

  @Test
  void entryIsTheOnlyWayInAndNotToTheHostsMounts() throws IOException {
    LaunchStep enter =
        new NamespaceStep.Enter(
            "web", new ProcessIdentity(1, 1), Sets.immutableEnumSet(Namespace.MOUNT));
    LaunchStep exec = plan.steps().get(plan.steps().size() - 1);
    LaunchStep inheritance = new ProcessStep.Inheritance(0);
    byte[] entry = PlanEncoder.encode(new LaunchPlan(ImmutableList.of(enter, inheritance, exec)));
    assertThat(accepted(ImmutableList.of(entry))).isEqualTo(1);
    ByteBuffer flags = ByteBuffer.wrap(entry.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int place = HEADER + 4 + 4 + 8 + 8; // kind, count, pid, start
    assertRefused(flags.putInt(place, 0x2000_0000).array(), "step 0: is out of place");
    assertRefused(flags.putInt(place, 0x0002_0001).array(), "step 0: is out of place");
    assertRefused(twice(entry), "step 1: is out of place");
    LaunchStep bind = new MountStep.BindMount("/x", "/y", true, ImmutableSet.of());
    assertRefused(
        PlanEncoder.encode(new LaunchPlan(ImmutableList.of(enter, bind, inheritance, exec))),
        "step 1: is out of place"); // the host's paths are gone
  }

  /** The same with its first step once more. */
  private static byte[] twice(byte[] entry) {
    int end = endOfFirstStep(entry);
    ByteBuffer twice =
        ByteBuffer.allocate(entry.length + end - HEADER).order(ByteOrder.LITTLE_ENDIAN);
    twice.put(entry, 0, end).put(entry, HEADER, entry.length - HEADER);
    return twice.putInt(12, 4).array();
  }

  /** Where the kind of the next one, Inheritance, stands with its one number. */
  private static int endOfFirstStep(byte[] entry) {
    ByteBuffer bytes = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
    int end = HEADER;
    while (bytes.getInt(end) != 22 || bytes.getInt(end + 4) != 1) {
      end++;
    }
    return end;
  }

  /** The good plan, but for the steps before those of the new process. */
  private byte[] withStart(LaunchStep... steps) {
    return PlanEncoder.encode(
        new LaunchPlan(
            ImmutableList.<LaunchStep>builder()
                .add(steps)
                .addAll(
                    plan.steps().stream()
                        .skip(1)
                        .filter(step -> !(step instanceof NamespaceStep.SetHostname))
                        .filter(step -> !(step instanceof NamespaceStep.LoopbackUp))
                        .toList())
                .build()));
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
