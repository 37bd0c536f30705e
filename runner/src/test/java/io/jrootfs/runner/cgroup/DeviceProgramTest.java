package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.DeviceRule.Access;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DeviceProgramTest {
  /** Use of one device, as the kernel asks for it. */
  record Use(DeviceRule.Type type, int major, int minor, ImmutableSet<Access> access) {
    boolean isAllowedBy(List<DeviceRule> rules) {
      return DeviceRule.merged(rules).stream()
          .anyMatch(
              rule ->
                  (rule.type() == DeviceRule.Type.ALL || rule.type() == type)
                      && rule.major().orElse(major) == major
                      && rule.minor().orElse(minor) == minor
                      && rule.access().containsAll(access));
    }

    private long[] context() {
      int bits = 0;
      for (Access kind : access) {
        bits |= kind == Access.MKNOD ? 1 : kind == Access.READ ? 2 : 4;
      }
      return new long[] {bits << 16 | (type == DeviceRule.Type.BLOCK ? 1 : 2), major, minor};
    }
  }

  @Provide
  Arbitrary<ImmutableSet<Access>> accesses() {
    return Arbitraries.of(Access.class).set().ofMinSize(1).map(ImmutableSet::copyOf);
  }

  @Provide
  Arbitrary<Use> uses() {
    return Combinators.combine(
            Arbitraries.of(DeviceRule.Type.BLOCK, DeviceRule.Type.CHARACTER),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 3),
            accesses())
        .as(Use::new);
  }

  @Provide
  Arbitrary<List<DeviceRule>> rules() {
    Arbitrary<OptionalInt> numbers =
        Arbitraries.integers()
            .between(-1, 3)
            .map(number -> number < 0 ? OptionalInt.empty() : OptionalInt.of(number));
    return Combinators.combine(Arbitraries.of(DeviceRule.Type.class), numbers, numbers, accesses())
        .as(
            (type, major, minor, access) ->
                new DeviceRule(
                    type,
                    type == DeviceRule.Type.ALL ? OptionalInt.empty() : major,
                    type == DeviceRule.Type.ALL ? OptionalInt.empty() : minor,
                    access))
        .list()
        .ofMaxSize(6);
  }

  @Property
  void theProgramAllowsWhatARuleAllows(
      @ForAll("rules") List<DeviceRule> rules, @ForAll("uses") Use use) {
    assertThat(run(DeviceProgram.assemble(rules), use.context()))
        .isEqualTo(use.isAllowedBy(rules) ? 1 : 0);
  }

  @Test
  void withoutRulesNothingIsAllowed() {
    assertThat(DeviceProgram.assemble(List.of())).hasSize(8);
    assertThat(
            run(
                DeviceProgram.assemble(List.of()),
                new Use(DeviceRule.Type.CHARACTER, 1, 3, ImmutableSet.of(Access.READ)).context()))
        .isZero();
  }

  /** The instructions that such programs consist of, by the words of linux/bpf.h. */
  private static long run(ImmutableList<Long> program, long[] context) {
    long[] register = new long[11];
    for (int at = 0; ; at++) {
      long instruction = program.get(at);
      int to = (int) (instruction >> 8 & 0xf);
      int from = (int) (instruction >> 12 & 0xf);
      int offset = (short) (instruction >> 16);
      int number = (int) (instruction >> 32);
      switch ((int) (instruction & 0xff)) {
        case 0x61 -> register[to] = context[offset / 4];
        case 0xb7 -> register[to] = number;
        case 0xbc -> register[to] = register[from] & 0xffff_ffffL;
        case 0x54 -> register[to] = register[to] & number & 0xffff_ffffL;
        case 0x74 -> register[to] = (register[to] & 0xffff_ffffL) >>> number;
        case 0x55 -> at += register[to] != number ? offset : 0;
        case 0x5d -> at += register[to] != register[from] ? offset : 0;
        case 0x95 -> {
          return register[0];
        }
        default -> throw new AssertionError("instruction " + Long.toHexString(instruction));
      }
    }
  }
}
