package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The device list of a cgroup of version 2: a BPF program that the kernel runs for each open and
 * mknod (BPF_PROG_TYPE_CGROUP_DEVICE; bpf(2), linux/bpf.h). 1 allows, 0 refuses with EPERM.
 *
 * <p>The program asks the last rule first, so that a later rule is the one that counts; with rules
 * that only allow, that is merely the order that others have, too.
 */
public final class DeviceProgram {
  /** {@code BPF_DEVCG_DEV_BLOCK} and {@code _CHAR}: the low half of {@code access_type}. */
  private static final int TYPE_BLOCK = 1;

  private static final int TYPE_CHARACTER = 2;

  // Instruction codes: class, operation and operand kind or size, as linux/bpf_common.h adds them.
  private static final int LOAD_WORD = 0x61; // BPF_LDX | BPF_MEM | BPF_W
  private static final int MOVE_NUMBER = 0xb7; // BPF_ALU64 | BPF_MOV | BPF_K
  private static final int MOVE = 0xbc; // BPF_ALU | BPF_MOV | BPF_X
  private static final int AND_NUMBER = 0x54; // BPF_ALU | BPF_AND | BPF_K
  private static final int SHIFT_RIGHT = 0x74; // BPF_ALU | BPF_RSH | BPF_K
  private static final int JUMP_UNLESS_NUMBER = 0x55; // BPF_JMP | BPF_JNE | BPF_K
  private static final int JUMP_UNLESS = 0x5d; // BPF_JMP | BPF_JNE | BPF_X
  private static final int EXIT = 0x95; // BPF_JMP | BPF_EXIT

  // Registers. The kernel wants the result in 0 and hands struct bpf_cgroup_dev_ctx over in 1.
  private static final int RESULT = 0;
  private static final int CONTEXT = 1;
  private static final int SCRATCH = 1;
  private static final int TYPE = 2;
  private static final int ACCESS = 3;
  private static final int MAJOR = 4;
  private static final int MINOR = 5;

  private DeviceProgram() {}

  /** The program that allows what one of {@code rules} allows: 64-bit instructions, in order. */
  static ImmutableList<Long> assemble(Collection<DeviceRule> rules) {
    ImmutableList.Builder<Long> program = ImmutableList.builder();
    // struct bpf_cgroup_dev_ctx: u32 access_type (access << 16 | type), u32 major, u32 minor
    program.add(
        instruction(LOAD_WORD, TYPE, CONTEXT, 0, 0),
        instruction(AND_NUMBER, TYPE, 0, 0, 0xffff),
        instruction(LOAD_WORD, ACCESS, CONTEXT, 0, 0),
        instruction(SHIFT_RIGHT, ACCESS, 0, 0, 16),
        instruction(LOAD_WORD, MAJOR, CONTEXT, 4, 0),
        instruction(LOAD_WORD, MINOR, CONTEXT, 8, 0));
    for (DeviceRule rule : DeviceRule.merged(rules).reverse()) {
      if (rule.allowsEverything()) {
        // What follows could not be reached, which the kernel refuses.
        return program.addAll(answer(1)).build();
      }
      program.addAll(block(rule));
    }
    return program.addAll(answer(0)).build();
  }

  /** Instructions that answer 1 if the rule is right, and else end in what comes behind them. */
  private static List<Long> block(DeviceRule rule) {
    List<Condition> conditions = new ArrayList<>();
    if (rule.type() != DeviceRule.Type.ALL) {
      conditions.add(
          new Condition(TYPE, rule.type() == DeviceRule.Type.BLOCK ? TYPE_BLOCK : TYPE_CHARACTER));
    }
    rule.major().ifPresent(major -> conditions.add(new Condition(MAJOR, major)));
    rule.minor().ifPresent(minor -> conditions.add(new Condition(MINOR, minor)));
    boolean someAccess = rule.access().size() < DeviceRule.Access.values().length;
    List<Long> answer = answer(1);
    int length = (someAccess ? 3 : 0) + conditions.size() + answer.size();
    List<Long> block = new ArrayList<>();
    if (someAccess) {
      // All that is asked for must be among what the rule allows.
      block.add(instruction(MOVE, SCRATCH, ACCESS, 0, 0));
      block.add(instruction(AND_NUMBER, SCRATCH, 0, 0, accessBits(rule)));
      block.add(instruction(JUMP_UNLESS, SCRATCH, ACCESS, length - 3, 0));
    }
    for (Condition condition : conditions) {
      int behind = length - block.size() - 1;
      block.add(instruction(JUMP_UNLESS_NUMBER, condition.register, 0, behind, condition.number));
    }
    block.addAll(answer);
    return block;
  }

  private record Condition(int register, int number) {}

  private static List<Long> answer(int result) {
    return List.of(instruction(MOVE_NUMBER, RESULT, 0, 0, result), instruction(EXIT, 0, 0, 0, 0));
  }

  /** {@code BPF_DEVCG_ACC_MKNOD}, {@code _READ} and {@code _WRITE} of linux/bpf.h. */
  private static int accessBits(DeviceRule rule) {
    int bits = 0;
    for (DeviceRule.Access access : rule.access()) {
      bits |=
          switch (access) {
            case MKNOD -> 1;
            case READ -> 2;
            case WRITE -> 4;
          };
    }
    return bits;
  }

  /** {@code struct bpf_insn} of linux/bpf.h as the number that a little-endian machine reads. */
  private static long instruction(int code, int to, int from, int offset, int number) {
    return code | (to << 8) | (from << 12) | ((long) offset << 16) | ((long) number << 32);
  }
}
