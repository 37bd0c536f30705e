package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.mount.MountFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A step in the form that all kinds share; {@link PlanEncoder} describes it.
 *
 * @param kind a number of enum step_kind in plan.h
 * @param numbers flags, modes, ids
 * @param words the step's single strings
 * @param lists of strings, as many as the kind has
 */
record EncodedStep(
    int kind,
    ImmutableList<Long> numbers,
    ImmutableList<String> words,
    ImmutableList<ImmutableList<String>> lists) {

  static final long MAX_ID = 0xffff_fffeL; // (uid_t) -1 means "no change" to setresuid(2)

  static EncodedStep of(int kind, ImmutableList<Long> numbers, String... words) {
    return new EncodedStep(kind, numbers, ImmutableList.copyOf(words), ImmutableList.of());
  }

  static EncodedStep of(int kind, String... words) {
    return of(kind, ImmutableList.of(), words);
  }

  static long flag(boolean value) {
    return value ? 1 : 0;
  }

  static long attributes(Set<MountFlag> flags) {
    return flags.stream().mapToLong(MountFlag::attribute).reduce(0, (a, b) -> a | b);
  }

  static long inRange(String what, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(what + " " + value + " is not in 0.." + max);
    }
    return value;
  }

  void writeTo(PlanEncoder out, FailureTexts texts) {
    out.u32(kind);
    out.u32(numbers.size());
    for (long number : numbers) {
      out.u64(number);
    }
    out.strings(words);
    for (ImmutableList<String> list : lists) {
      out.strings(list);
    }
    List<String> said = new ArrayList<>();
    for (String part : texts.parts()) {
      said.add(Printable.of(part));
    }
    for (FailureTexts.Sentence sentence : texts.sentences()) {
      said.add(Printable.of(sentence.text()));
    }
    out.strings(said);
    for (int part = 0; part < texts.parts().size(); part++) {
      out.u32(part);
      out.u32(0);
    }
    for (FailureTexts.Sentence sentence : texts.sentences()) {
      out.u32(sentence.part());
      out.u32(sentence.errno().number());
    }
  }
}
