package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a profile to the program that the kernel runs before every system call.
 *
 * <p>The program has a section for each architecture that calls may come from, in each a binary
 * search for the call's number, and behind that the tests of arguments. A call of an architecture
 * that the profile does not name ends the process. A call newer than all that the profile names is
 * answered ENOSYS unless the profile lets unknown calls pass: libraries take that for an old kernel
 * and do without, where EPERM would be an error to them (as runc does).
 */
public final class FilterCompiler {
  private static final Verdict NOT_KNOWN = Verdict.always(Action.errno(Action.ENOSYS));
  private static final Verdict KILL = Verdict.always(Action.KILL_PROCESS);

  /** The number of a call that a tracer has taken away, -1. */
  private static final long NO_CALL = 0xffff_ffffL;

  /** __ARM_NR_BASE of asm/unistd.h: calls from here on are arm's own, apart from the others. */
  private static final long ARM_PRIVATE = 0x0f_0000;

  /** The call of ipc(2) stands in the lower half, the upper one is a version (ipc/syscall.c). */
  private static final long IPC_CALL_MASK = 0xffff;

  private final SeccompProfile profile;
  private final Machine machine;
  private final SyscallTable table = SyscallTable.get();
  private final Verdict otherwise;

  /** Those of the profile's rules that count here. */
  private final List<SyscallRule> rules;

  private FilterCompiler(
      SeccompProfile profile,
      Machine machine,
      ImmutableSet<String> bounding,
      KernelVersion kernel) {
    this.profile = profile;
    this.machine = machine;
    this.otherwise = Verdict.always(profile.defaultAction());
    this.rules = rules(profile, machine, bounding, kernel);
  }

  /**
   * Compiles a profile.
   *
   * @param bounding the capabilities that the container can have, names with {@code CAP_}
   * @throws FilterSizeException if the kernel would not take so many rules
   */
  public static SeccompFilter compile(
      SeccompProfile profile, Machine machine, ImmutableSet<String> bounding, KernelVersion kernel)
      throws FilterSizeException {
    return new FilterCompiler(profile, machine, bounding, kernel).compile();
  }

  private SeccompFilter compile() throws FilterSizeException {
    BpfProgram program = new BpfProgram();
    program.loadArch();
    NumberSpace ofNative = section(program, machine.nativeAbi());
    for (Abi abi : machine.abis()) {
      // x32 is part of the native section.
      if (abi != machine.nativeAbi() && abi != Abi.X32 && profile.abis().contains(abi)) {
        section(program, abi);
      }
    }
    program.end(Action.KILL_PROCESS);
    if (program.size() > SeccompFilter.MAX_INSTRUCTIONS) {
      throw new FilterSizeException(program.size());
    }
    return new SeccompFilter(program.instructions(), profile.flags(), summary(ofNative));
  }

  private NumberSpace section(BpfProgram program, Abi abi) {
    NumberSpace space = new NumberSpace();
    addAbi(space, abi);
    if (abi == Abi.X86_64) {
      addX32(space);
    }
    program.section(
        abi.auditArch(),
        space.runs(),
        profile.defaultAction(),
        abi.isNarrow() ? 0 : Abi.X32.numberBase());
    return space;
  }

  private void addX32(NumberSpace space) {
    if (profile.abis().contains(Abi.X32)) {
      addAbi(space, Abi.X32);
    } else {
      space.fill(Abi.X32.numberBase(), KILL);
      space.fill(NO_CALL, NOT_KNOWN);
    }
  }

  /** One that only repeats the default is left out, as in runc. */
  private static List<SyscallRule> rules(
      SeccompProfile profile,
      Machine machine,
      ImmutableSet<String> bounding,
      KernelVersion kernel) {
    List<SyscallRule> rules = new ArrayList<>();
    for (SyscallRule rule : profile.rules()) {
      if (rule.includes().includes(machine, bounding, kernel)
          && !rule.excludes().excludes(machine, bounding, kernel)
          && rule.action().returnValue() != profile.defaultAction().returnValue()) {
        rules.add(rule);
      }
    }
    return rules;
  }

  private void addAbi(NumberSpace space, Abi abi) {
    space.fill(abi.numberBase(), otherwise);
    if (answersUnknown(abi)) {
      space.fill(lastKnown(abi) + 1, NOT_KNOWN);
    }
    for (SyscallRule rule : rules) {
      for (ImmutableList<ArgumentTest> tests : rule.alternatives()) {
        Verdict verdict = Verdict.when(tests, rule.action());
        for (String name : rule.names()) {
          int number = table.number(abi, name);
          if (number != SyscallTable.NONE) {
            space.add(number, verdict);
          }
          addMultiplexed(space, abi, name, verdict);
        }
      }
    }
  }

  private boolean answersUnknown(Abi abi) {
    return !profile.defaultAction().kind().isPermissive() && lastKnown(abi) >= 0;
  }

  /**
   * The same call through socketcall(2) or ipc(2). There its arguments are behind a pointer, or
   * elsewhere, so they cannot be tested: a rule that lets some calls pass lets none pass here, and
   * one that stops some stops all.
   */
  private void addMultiplexed(NumberSpace space, Abi abi, String name, Verdict verdict) {
    SyscallTable.@Nullable Multiplexed multiplexed = table.multiplexed(abi, name);
    if (multiplexed == null) {
      return;
    }
    Action action = verdict.action();
    if (action == null) {
      action = verdict.alternatives().get(0).action();
      if (action.kind().isPermissive()) {
        return;
      }
    }
    ArgumentTest call =
        multiplexed.name().equals("ipc")
            ? new ArgumentTest(
                0, ArgumentTest.Operator.MASKED_EQ, IPC_CALL_MASK, multiplexed.call())
            : new ArgumentTest(0, ArgumentTest.Operator.EQ, multiplexed.call(), 0);
    space.add(table.number(abi, multiplexed.name()), Verdict.when(ImmutableList.of(call), action));
  }

  /**
   * The last number that the profile has a name for, whether or not the rule counts here: what it
   * keeps for others is known to it. -1 if it names no call at all.
   */
  private long lastKnown(Abi abi) {
    long last = -1;
    for (SyscallRule rule : profile.rules()) {
      for (String name : rule.names()) {
        long number = table.number(abi, name);
        if (number > last && !(abi == Abi.ARM && number >= ARM_PRIVATE)) {
          last = number;
        }
      }
    }
    return last;
  }

  private SeccompFilter.Summary summary(NumberSpace ofNative) {
    ImmutableList.Builder<Abi> abis = ImmutableList.builder();
    for (Abi abi : machine.abis()) {
      if (abi == machine.nativeAbi() || profile.abis().contains(abi)) {
        abis.add(abi);
      }
    }
    long end = Abi.X32.numberBase();
    return new SeccompFilter.Summary(
        abis.build(),
        profile.defaultAction(),
        ofNative.count(0, end, false),
        ofNative.count(0, end, true),
        answersUnknown(machine.nativeAbi()));
  }
}
