package io.jrootfs.runner.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What filters answer, by running them. Numbers of calls are those of linux' asm/unistd_64.h. */
class FilterCompilerTest {
  private static final KernelVersion KERNEL = new KernelVersion(6, 1);
  private static final int ALLOWED = Action.ALLOW.returnValue();
  private static final int KILLED = Action.KILL_PROCESS.returnValue();
  private static final int EPERM = errno(1);
  private static final int ENOSYS = errno(38);

  private static final int X32_BIT = 0x4000_0000;
  private static final int READ = 0;
  private static final int SOCKET = 41;
  private static final int CLONE = 56;
  private static final int PERSONALITY = 135;
  private static final int MOUNT = 165;
  private static final int LAST_OF_DEFAULT_PROFILE = 466; // removexattrat
  private static final int I386_SOCKETCALL = 102;
  private static final int I386_IPC = 117;

  private static int errno(int number) {
    return Action.errno(number).returnValue();
  }

  private static Bpf filter(SeccompProfile profile, String... capabilities) {
    return filter(profile, Machine.X86_64, capabilities);
  }

  private static Bpf filter(SeccompProfile profile, Machine machine, String... capabilities) {
    try {
      return new Bpf(
          FilterCompiler.compile(profile, machine, ImmutableSet.copyOf(capabilities), KERNEL)
              .program());
    } catch (FilterSizeException e) {
      throw new AssertionError(e);
    }
  }

  private static SyscallRule rule(Action action, String name, ArgumentTest... tests) {
    return new SyscallRule(
        ImmutableList.of(name),
        action,
        ImmutableList.copyOf(tests),
        RuleCondition.NONE,
        RuleCondition.NONE);
  }

  private static SeccompProfile profile(Action otherwise, SyscallRule... rules) {
    return new SeccompProfile(
        otherwise, ImmutableSet.copyOf(Abi.values()), 0, ImmutableList.copyOf(rules));
  }

  private static ArgumentTest equal(int index, long value) {
    return new ArgumentTest(index, ArgumentTest.Operator.EQ, value, 0);
  }

  // The default profile.

  @Test
  void programsMayDoWhatProgramsDo() {
    Bpf filter = filter(DefaultProfile.profile());
    assertThat(filter.run(Abi.X86_64, READ)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86, 3)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X32, X32_BIT)).isEqualTo(ALLOWED);
  }

  @Test
  void administrationTakesItsCapability() {
    assertThat(filter(DefaultProfile.profile()).run(Abi.X86_64, MOUNT)).isEqualTo(EPERM);
    assertThat(filter(DefaultProfile.profile(), "CAP_SYS_ADMIN").run(Abi.X86_64, MOUNT))
        .isEqualTo(ALLOWED);
  }

  @Test
  void upperHalfOfASocketsFamilyHidesNothing() {
    Bpf filter = filter(DefaultProfile.profile());
    for (long family = 0; family < 64; family++) {
      boolean allowed = filter.run(Abi.X86_64, SOCKET, family) == ALLOWED;
      assertThat(allowed)
          .as("family %d", family)
          .isEqualTo(
              family < 46
                  && !ImmutableSet.of(12L, 19L, 20L, 23L, 25L, 34L, 37L, 38L, 40L)
                      .contains(family));
      // The kernel looks at the lower half only; what it would see must not pass unseen.
      for (long upper : List.of(1L, 0x7fff_ffffL, 0xffff_ffffL)) {
        assertThat(filter.run(Abi.X86_64, SOCKET, upper << 32 | family)).isEqualTo(EPERM);
      }
    }
  }

  @Test
  void processesButNoNamespacesAreCloned() {
    Bpf filter = filter(DefaultProfile.profile());
    assertThat(filter.run(Abi.X86_64, CLONE, 0x3d_0f00L)).isEqualTo(ALLOWED);
    for (int bit : List.of(17, 25, 26, 27, 28, 29, 30)) {
      assertThat(filter.run(Abi.X86_64, CLONE, 17 | 1L << bit)).as("bit %d", bit).isEqualTo(EPERM);
    }
    assertThat(filter.run(Abi.X86_64, 435)).isEqualTo(ENOSYS);
  }

  @Test
  void personalityIsAskedForButNotWeakened() {
    Bpf filter = filter(DefaultProfile.profile());
    assertThat(filter.run(Abi.X86_64, PERSONALITY, 0xffff_ffffL)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, PERSONALITY, 0x004_0000L)).isEqualTo(EPERM); // no ASLR
    assertThat(filter.run(Abi.X86_64, PERSONALITY, 0x040_0000L)).isEqualTo(EPERM); // exec by read
  }

  @Test
  void newerCallsAreUnknownAndOldOnesDenied() {
    Bpf filter = filter(DefaultProfile.profile());
    assertThat(filter.run(Abi.X86_64, LAST_OF_DEFAULT_PROFILE)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, LAST_OF_DEFAULT_PROFILE + 1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, X32_BIT - 1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, 337)).isEqualTo(EPERM); // never assigned
    assertThat(filter.run(Abi.X86_64, 425)).isEqualTo(EPERM); // io_uring_setup
    assertThat(filter.run(Abi.X86, LAST_OF_DEFAULT_PROFILE + 1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, -1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, Integer.MIN_VALUE)).isEqualTo(ENOSYS);
  }

  @Test
  void armsOwnCallsStandApartFromNewOnes() {
    Bpf filter = filter(DefaultProfile.profile(), Machine.ARM64);
    assertThat(filter.run(Abi.ARM, 0xf_0005)).isEqualTo(ALLOWED); // set_tls
    assertThat(filter.run(Abi.ARM, LAST_OF_DEFAULT_PROFILE + 1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.AARCH64, LAST_OF_DEFAULT_PROFILE + 1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, READ)).isEqualTo(KILLED);
  }

  @Test
  void summaryCountsCallsOfTheMachine() throws Exception {
    assertThat(
            FilterCompiler.compile(
                    DefaultProfile.profile(), Machine.X86_64, ImmutableSet.of(), KERNEL)
                .summary())
        .isEqualTo(
            new SeccompFilter.Summary(
                ImmutableList.of(Abi.X86_64, Abi.X86, Abi.X32), Action.errno(1), 306, 3, true));
  }

  // Profiles of anybody.

  @Test
  void profileThatLetsUnknownCallsPassLetsNewOnesPass() {
    Bpf filter = filter(profile(Action.ALLOW, rule(Action.errno(1), "mkdir")));
    assertThat(filter.run(Abi.X86_64, 83)).isEqualTo(EPERM);
    assertThat(filter.run(Abi.X86_64, 9999)).isEqualTo(ALLOWED);
  }

  @Test
  void profileWithoutCallsHasOnlyItsDefault() {
    Bpf filter = filter(profile(Action.errno(1)));
    assertThat(filter.run(Abi.X86_64, READ)).isEqualTo(EPERM);
    assertThat(filter.run(Abi.X86_64, 9999)).isEqualTo(EPERM);
  }

  @Test
  void interfacesThatAreNotNamedEndTheProcess() {
    Bpf filter =
        filter(
            new SeccompProfile(Action.ALLOW, ImmutableSet.of(Abi.AARCH64), 0, ImmutableList.of()));
    assertThat(filter.run(Abi.X86_64, READ)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86, 3)).isEqualTo(KILLED);
    assertThat(filter.run(Abi.X32, X32_BIT)).isEqualTo(KILLED);
    assertThat(filter.run(Abi.X32, -2)).isEqualTo(KILLED);
    // A tracer's way to skip a call; the kernel makes none.
    assertThat(filter.run(Abi.X86_64, -1)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.ARM, 3)).isEqualTo(KILLED);
    assertThat(filter.run(0, READ)).isEqualTo(KILLED);
  }

  @Test
  void ruleWithoutTestsBeatsThoseWithAndTheFirstOfTwoStands() {
    Bpf filter =
        filter(
            profile(
                Action.errno(1),
                rule(Action.errno(5), "read", equal(0, 1)),
                rule(Action.ALLOW, "read"),
                rule(Action.errno(6), "read"),
                rule(Action.errno(7), "write", equal(0, 1)),
                rule(Action.ALLOW, "write", equal(1, 2))));
    assertThat(filter.run(Abi.X86_64, READ, 1)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, 1, 1, 2)).isEqualTo(errno(7));
    assertThat(filter.run(Abi.X86_64, 1, 0, 2)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, 1, 0, 0)).isEqualTo(EPERM);
  }

  @Test
  void testsOfDifferentArgumentsMustAllHoldAndOfOneArgumentAny() {
    Bpf filter =
        filter(
            profile(
                Action.errno(1),
                rule(Action.ALLOW, "read", equal(0, 1), equal(2, 3)),
                rule(Action.ALLOW, "write", equal(0, 1), equal(0, 2), equal(5, 6))));
    assertThat(filter.run(Abi.X86_64, READ, 1, 0, 3)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, READ, 1, 0, 0)).isEqualTo(EPERM);
    assertThat(filter.run(Abi.X86_64, 1, 2)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, 1, 0, 0, 0, 0, 0, 6)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, 1, 0, 0, 0, 0, 0, 5)).isEqualTo(EPERM);
  }

  @Test
  void conditionsAskForAllThatIsIncludedAndNoneThatIsExcluded() {
    RuleCondition both =
        new RuleCondition(
            ImmutableSet.of("CAP_A", "CAP_B"), ImmutableSet.of("amd64"), Optional.of(KERNEL));
    SeccompProfile including =
        profile(
            Action.errno(1),
            new SyscallRule(
                ImmutableList.of("read"),
                Action.ALLOW,
                ImmutableList.of(),
                both,
                RuleCondition.NONE));
    assertThat(filter(including, "CAP_A").run(Abi.X86_64, READ)).isEqualTo(EPERM);
    assertThat(filter(including, "CAP_A", "CAP_B").run(Abi.X86_64, READ)).isEqualTo(ALLOWED);
    assertThat(filter(including, Machine.ARM64, "CAP_A", "CAP_B").run(Abi.AARCH64, 63))
        .isEqualTo(EPERM);
    SeccompProfile excluding =
        profile(
            Action.errno(1),
            new SyscallRule(
                ImmutableList.of("read"),
                Action.ALLOW,
                ImmutableList.of(),
                RuleCondition.NONE,
                RuleCondition.NONE.withCapabilities(ImmutableSet.of("CAP_A", "CAP_B"))));
    assertThat(filter(excluding).run(Abi.X86_64, READ)).isEqualTo(ALLOWED);
    assertThat(filter(excluding, "CAP_B").run(Abi.X86_64, READ)).isEqualTo(EPERM);
  }

  /** Where libseccomp lets all calls of the kind pass. */
  @Test
  void callsWhoseArgumentsAreOutOfSightAreNotAllowedByThem() {
    Bpf allowing =
        filter(
            profile(
                Action.errno(1),
                rule(Action.ALLOW, "socket", equal(0, 1)),
                rule(Action.ALLOW, "bind"),
                rule(Action.ALLOW, "semop", equal(1, 1)),
                rule(Action.ALLOW, "semget")));
    assertThat(allowing.run(Abi.X86, 359, 1)).isEqualTo(ALLOWED);
    assertThat(allowing.run(Abi.X86, I386_SOCKETCALL, 1)).isEqualTo(EPERM); // SYS_SOCKET
    assertThat(allowing.run(Abi.X86, I386_SOCKETCALL, 2)).isEqualTo(ALLOWED); // SYS_BIND
    assertThat(allowing.run(Abi.X86, I386_IPC, 1, 1)).isEqualTo(EPERM); // SEMOP
    assertThat(allowing.run(Abi.X86, I386_IPC, 2)).isEqualTo(ALLOWED); // SEMGET
    assertThat(allowing.run(Abi.X86, I386_IPC, 0x1_0002)).isEqualTo(ALLOWED); // with a version
  }

  @Test
  void callsWhoseArgumentsAreOutOfSightAreStoppedByThem() {
    Bpf stopping =
        filter(
            profile(
                Action.ALLOW,
                rule(Action.errno(1), "socket", equal(0, 38)),
                rule(Action.errno(1), "shmat")));
    assertThat(stopping.run(Abi.X86, 359, 38)).isEqualTo(EPERM);
    assertThat(stopping.run(Abi.X86, 359, 1)).isEqualTo(ALLOWED);
    assertThat(stopping.run(Abi.X86, I386_SOCKETCALL, 1)).isEqualTo(EPERM);
    assertThat(stopping.run(Abi.X86, I386_SOCKETCALL, 2)).isEqualTo(ALLOWED);
    assertThat(stopping.run(Abi.X86, I386_IPC, 0x1_0015)).isEqualTo(EPERM); // SHMAT, version 1
  }

  @Test
  void manyValuesOfOneArgumentAreToldApart() {
    List<SyscallRule> rules = new ArrayList<>();
    for (long upper = 0; upper < 2; upper++) {
      for (long value = 3 * upper; value < 1800; value += 6) {
        rules.add(rule(Action.ALLOW, "read", equal(1, upper << 32 | value)));
      }
    }
    Bpf filter = filter(profile(Action.errno(1), rules.toArray(new SyscallRule[0])));
    for (long value = 0; value < 1800; value++) {
      boolean even = value % 6 == 0;
      boolean odd = value % 6 == 3;
      assertThat(filter.run(Abi.X86_64, READ, 7, value)).isEqualTo(even ? ALLOWED : EPERM);
      assertThat(filter.run(Abi.X86_64, READ, 7, 1L << 32 | value))
          .isEqualTo(odd ? ALLOWED : EPERM);
    }
  }

  @Test
  void sameValuesAfterAnotherActionComeToo() {
    Bpf filter =
        filter(
            profile(
                Action.errno(1),
                rule(Action.ALLOW, "read", equal(0, 1)),
                rule(Action.ALLOW, "read", equal(0, 2)),
                rule(Action.errno(38), "read", equal(0, 2)),
                rule(Action.errno(38), "read", equal(0, 3)),
                rule(Action.ALLOW, "read", equal(0, 3))));
    assertThat(filter.run(Abi.X86_64, READ, 1)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, READ, 2)).isEqualTo(ALLOWED);
    assertThat(filter.run(Abi.X86_64, READ, 3)).isEqualTo(ENOSYS);
    assertThat(filter.run(Abi.X86_64, READ, 4)).isEqualTo(EPERM);
  }

  /** The kernel translates it at every start. */
  @Test
  void defaultFilterIsShort() {
    assertThat(filter(DefaultProfile.profile()).size()).isLessThan(600);
  }

  @Test
  void filterThatTheKernelWouldRefuseIsRefused() {
    List<SyscallRule> rules = new ArrayList<>();
    for (int value = 0; value < 500; value++) {
      rules.add(rule(Action.ALLOW, "read", equal(0, value), equal(1, value)));
    }
    SeccompProfile profile = profile(Action.errno(1), rules.toArray(new SyscallRule[0]));
    assertThatThrownBy(
            () -> FilterCompiler.compile(profile, Machine.X86_64, ImmutableSet.of(), KERNEL))
        .isInstanceOf(FilterSizeException.class)
        .hasMessageMatching("it becomes a filter of \\d+ instructions; the kernel takes 4096");
  }

  @Test
  void longJumpsReachTheirPlace() {
    List<SyscallRule> rules = new ArrayList<>();
    ImmutableList<String> names = ImmutableList.of("read", "open", "close", "fstat", "poll");
    for (String name : names) {
      for (int value = 0; value < 50; value++) {
        rules.add(rule(Action.errno(value + 100), name, equal(0, value)));
      }
    }
    Bpf filter = filter(profile(Action.errno(1), rules.toArray(new SyscallRule[0])));
    for (Abi abi : Machine.X86_64.abis()) {
      for (String name : names) {
        int number = SyscallTable.get().number(abi, name);
        for (int value = 0; value < 50; value++) {
          assertThat(filter.run(abi, number, value)).isEqualTo(errno(value + 100));
        }
        assertThat(filter.run(abi, number, 50)).isEqualTo(EPERM);
      }
      assertThat(filter.run(abi, SyscallTable.get().number(abi, "write"))).isEqualTo(EPERM);
    }
  }

  // What comparisons mean, with any rules on one call.

  private static final ImmutableList<Long> VALUES =
      ImmutableList.of(0L, 1L, 2L, 0xffff_ffffL, 1L << 32, (1L << 32) + 1, 1L << 63, -2L, -1L);

  @Provide
  Arbitrary<List<SyscallRule>> rulesOnWrite() {
    Arbitrary<ArgumentTest> tests =
        Combinators.combine(
                Arbitraries.integers().between(0, 1),
                Arbitraries.of(ArgumentTest.Operator.class),
                Arbitraries.of(VALUES),
                Arbitraries.of(VALUES))
            .as(ArgumentTest::new);
    return Combinators.combine(Arbitraries.integers().between(2, 5), tests.list().ofMaxSize(3))
        .as((errno, list) -> rule(Action.errno(errno), "write", list.toArray(new ArgumentTest[0])))
        .list()
        .ofMaxSize(4);
  }

  @Property
  void filterAnswersAsTheFirstRuleThatHolds(@ForAll("rulesOnWrite") List<SyscallRule> rules) {
    Bpf filter = filter(profile(Action.errno(1), rules.toArray(new SyscallRule[0])));
    for (long first : VALUES) {
      for (long second : VALUES) {
        assertThat(filter.run(Abi.X86_64, 1, first, second))
            .isEqualTo(answer(rules, -1L, first, second));
        assertThat(filter.run(Abi.X86, 4, first, second))
            .isEqualTo(answer(rules, 0xffff_ffffL, first, second));
        assertThat(filter.run(Abi.X32, X32_BIT | 1, first, second))
            .isEqualTo(answer(rules, 0xffff_ffffL, first, second));
      }
    }
  }

  private static int answer(List<SyscallRule> rules, long width, long... arguments) {
    for (SyscallRule rule : rules) {
      if (rule.arguments().isEmpty()) {
        return rule.action().returnValue();
      }
    }
    for (SyscallRule rule : rules) {
      for (ImmutableList<ArgumentTest> tests : rule.alternatives()) {
        if (tests.stream().allMatch(test -> holds(test, width, arguments[test.index()]))) {
          return rule.action().returnValue();
        }
      }
    }
    return EPERM;
  }

  private static boolean holds(ArgumentTest test, long width, long argument) {
    int compared = Long.compareUnsigned(argument & width, test.value() & width);
    return switch (test.operator()) {
      case EQ -> compared == 0;
      case NE -> compared != 0;
      case LT -> compared < 0;
      case LE -> compared <= 0;
      case GE -> compared >= 0;
      case GT -> compared > 0;
      case MASKED_EQ ->
          (argument & test.value() & width) == (test.valueTwo() & test.value() & width);
    };
  }
}
