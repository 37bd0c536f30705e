package io.jrootfs.runner.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Our filters say the same as those that libseccomp makes of the same profile. */
class LibseccompOracleTest {
  private static final KernelVersion KERNEL = new KernelVersion(6, 1);
  private static final int ENOSYS = Action.errno(Action.ENOSYS).returnValue();
  private static final int KILL_THREAD = 0;

  /** All numbers that occur but arm's private ones, and some more. */
  private static final int NUMBERS = 600;

  private static final int ARM_PRIVATE = 0x0f_0000;

  private static final ImmutableList<Long> ZERO = ImmutableList.of(0L);

  private static final ImmutableList<Long> BOUNDARIES =
      ImmutableList.of(
          0L, 1L, 0x7fff_ffffL, 0xffff_ffffL, 1L << 32, (1L << 32) + 1, 1L << 63, -2L, -1L);

  @TempDir static Path directory;
  private static Libseccomp libseccomp;

  @BeforeAll
  static void compile() throws Exception {
    libseccomp = new Libseccomp(directory);
  }

  /** Values around every boundary that the default profile has, and their like above 32 bits. */
  private static ImmutableList<Long> argumentsOfInterest() {
    TreeSet<Long> values = new TreeSet<>();
    for (long value = 0; value < 64; value++) {
      values.add(value);
    }
    for (int bit = 0; bit < 64; bit++) {
      values.add(1L << bit);
    }
    for (long value : List.of(0x2_0000L, 0x2_0008L, 0xffff_ffffL, 0x7e02_0000L, 17L)) {
      values.addAll(List.of(value - 1, value, value + 1));
    }
    for (long value : List.copyOf(values)) {
      values.add(value | 1L << 32);
      values.add(value | 1L << 63);
    }
    values.add(-1L);
    return ImmutableList.copyOf(values);
  }

  @ParameterizedTest
  @CsvSource({
    "X86_64,''",
    "X86_64,CAP_SYS_CHROOT",
    "X86_64,CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_MODULE CAP_SYS_NICE CAP_SYS_PTRACE CAP_SYSLOG",
    "X86_64,CAP_BPF CAP_PERFMON CAP_DAC_READ_SEARCH CAP_SYS_TIME CAP_SYS_RAWIO CAP_SYS_PACCT",
    "ARM64,''",
    "ARM64,CAP_SYS_ADMIN CAP_SYS_TTY_CONFIG"
  })
  void defaultProfileSaysTheSame(Machine machine, String capabilities) throws Exception {
    SeccompProfile profile = DefaultProfile.profile();
    ImmutableSet<String> bounding = ImmutableSet.copyOf(capabilities.split(" "));
    Libseccomp.Made theirs = libseccomp.filter(profile, machine, bounding, KERNEL);
    Bpf ours = new Bpf(FilterCompiler.compile(profile, machine, bounding, KERNEL).program());
    ImmutableList<Long> values = argumentsOfInterest();
    for (Abi abi : machine.abis()) {
      Set<Integer> newer = numbers(abi, theirs.unknown());
      int last = last(abi, profile);
      for (int number : numbersOfInterest(abi)) {
        for (long value : values) {
          int our = ours.run(abi, number, value, 0, 0, 0, 0, 0);
          int their = theirs.filter().run(abi, number, value, 0, 0, 0, 0, 0);
          if (newer.contains(number)) {
            // libseccomp is older than these calls, and so leaves out what the profile allows.
            assertThat(their).isEqualTo(profile.defaultAction().returnValue());
          } else if (Integer.compareUnsigned(number, last) > 0
              && their == profile.defaultAction().returnValue()) {
            assertThat(our).as("%s %d is newer than the profile", abi, number).isEqualTo(ENOSYS);
          } else {
            assertThat(our).as("%s %d (%#x)", abi, number, value).isEqualTo(their);
          }
        }
      }
    }
  }

  private static List<Integer> numbersOfInterest(Abi abi) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 0; number < NUMBERS; number++) {
      numbers.add(abi.numberBase() + number);
    }
    if (abi == Abi.ARM) {
      for (int number = -2; number < 16; number++) {
        numbers.add(ARM_PRIVATE + number);
      }
    }
    return numbers;
  }

  private static Set<Integer> numbers(Abi abi, Set<String> names) {
    Set<Integer> numbers = new HashSet<>();
    names.forEach(name -> numbers.add(SyscallTable.get().number(abi, name)));
    return numbers;
  }

  private static int last(Abi abi, SeccompProfile profile) {
    int last = 0;
    for (SyscallRule rule : profile.rules()) {
      for (int number : numbers(abi, ImmutableSet.copyOf(rule.names()))) {
        last = number < ARM_PRIVATE || abi != Abi.ARM ? Math.max(last, number) : last;
      }
    }
    return last;
  }

  @ParameterizedTest
  @EnumSource
  void numbersOfCallsAreTheSame(Abi abi) throws Exception {
    ImmutableList<String> names = SyscallTable.get().names().asList();
    ImmutableList<Integer> theirs = libseccomp.numbers(abi, names);
    for (int i = 0; i < names.size(); i++) {
      if (theirs.get(i) >= 0) {
        assertThat(SyscallTable.get().number(abi, names.get(i)))
            .as("%s of %s", names.get(i), abi)
            .isEqualTo(theirs.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Action.Kind.class,
      names = {"ERRNO", "ALLOW", "TRACE", "LOG", "TRAP", "KILL_THREAD", "KILL_PROCESS"})
  void everyActionIsTheSame(Action.Kind kind) throws Exception {
    Action action = new Action(kind, kind.hasData() ? 77 : 0);
    Action otherwise = kind == Action.Kind.ERRNO ? Action.ALLOW : Action.errno(5);
    assertSame(
        new SeccompProfile(
            otherwise,
            ImmutableSet.of(Abi.X86),
            0,
            ImmutableList.of(
                new SyscallRule(
                    ImmutableList.of("getpid", "mkdir"),
                    action,
                    ImmutableList.of(),
                    RuleCondition.NONE,
                    RuleCondition.NONE))),
        ImmutableList.of(0L));
  }

  @Test
  void otherArchitecturesEndTheProcess() throws Exception {
    SeccompProfile profile =
        new SeccompProfile(Action.ALLOW, ImmutableSet.of(), 0, ImmutableList.of());
    Bpf theirs = libseccomp.filter(profile, Machine.X86_64, ImmutableSet.of(), KERNEL).filter();
    Bpf ours =
        new Bpf(
            FilterCompiler.compile(profile, Machine.X86_64, ImmutableSet.of(), KERNEL).program());
    for (Abi abi : List.of(Abi.X86, Abi.X32, Abi.ARM)) {
      // A thread that is killed alone can leave the others waiting for ever; so not as there.
      assertThat(theirs.run(abi, abi.numberBase())).isEqualTo(KILL_THREAD);
      assertThat(ours.run(abi, abi.numberBase())).isEqualTo(Action.KILL_PROCESS.returnValue());
    }
  }

  /**
   * One rule at a time: where several overlap, libseccomp 2.5.4 at times answers by a rule that
   * does not hold. FilterCompilerTest compares those with what the comparisons mean.
   */
  @ParameterizedTest
  @EnumSource
  void everyTestOfAnArgumentIsTheSame(ArgumentTest.Operator operator) throws Exception {
    for (long value : BOUNDARIES) {
      for (long valueTwo : operator == ArgumentTest.Operator.MASKED_EQ ? BOUNDARIES : ZERO) {
        for (Action otherwise : List.of(Action.ALLOW, Action.errno(1))) {
          assertSame(
              new SeccompProfile(
                  otherwise,
                  ImmutableSet.of(Abi.X86, Abi.X32),
                  0,
                  ImmutableList.of(
                      new SyscallRule(
                          ImmutableList.of("write"),
                          Action.errno(9),
                          ImmutableList.of(
                              new ArgumentTest(1, operator, value, valueTwo),
                              new ArgumentTest(0, ArgumentTest.Operator.GT, 1L << 32, 0)),
                          RuleCondition.NONE,
                          RuleCondition.NONE))),
              BOUNDARIES);
        }
      }
    }
  }

  private static void assertSame(SeccompProfile profile, List<Long> values) throws Exception {
    Bpf theirs = libseccomp.filter(profile, Machine.X86_64, ImmutableSet.of(), KERNEL).filter();
    Bpf ours =
        new Bpf(
            FilterCompiler.compile(profile, Machine.X86_64, ImmutableSet.of(), KERNEL).program());
    for (Abi abi : Machine.X86_64.abis()) {
      if (abi != Abi.X86_64 && !profile.abis().contains(abi)) {
        continue;
      }
      for (SyscallRule rule : profile.rules()) {
        for (String name : rule.names()) {
          int number = SyscallTable.get().number(abi, name);
          for (long first : values) {
            for (long second : values) {
              assertThat(ours.run(abi, number, first, second))
                  .as("%s(%#x, %#x) of %s by %s", name, first, second, abi, profile)
                  .isEqualTo(theirs.run(abi, number, first, second));
            }
          }
        }
      }
    }
  }
}
