package io.jrootfs.runner.plan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.Namespace;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A launch plan as the launcher reads it ({@code src/main/c/plan.c}). This is the description of
 * the format; both sides change together, as they are installed together.
 *
 * <p>All numbers are little-endian. A <em>string list</em> is {@code u32 count, u32 size}, then
 * {@code size} bytes: {@code count} UTF-8 strings, each with its NUL.
 *
 * <pre>
 * plan   "jrunplan", u32 version (1), u32 number of steps, steps
 * step   u32 kind                  the numbers of enum step_kind in plan.h
 *        u32 count, u64 numbers    flags, modes, ids: below
 *        string list               words: the step's single strings
 *        string lists              as many as the kind has, none for most
 *        string list               failure texts: one for each part of the step that can fail,
 *                                  then sentences for single errors; then for each of them
 *          u32 part, u32 errno     errno is 0 for the first kind
 * </pre>
 *
 * <table>
 * <caption>Steps</caption>
 * <tr><th>kind<th>numbers<th>words<th>lists
 * <tr><td>1 Clone<td>CLONE_NEW* flags
 * <tr><td>2 SlaveRoot
 * <tr><td>3 OverlayRoot<td>userxattr<td>lower, mount point
 * <tr><td>4 MountFilesystem<td>MOUNT_ATTR_*, follow links<td>type, target<td>options
 * <tr><td>5 BindMount<td>MOUNT_ATTR_*, recursive<td>source, target
 * <tr><td>6 MakeDirectory<td>mode<td>path
 * <tr><td>7 MakeSymlink<td><td>path, target
 * <tr><td>8 MakeCharacterDevice<td>mode, major, minor<td>path
 * <tr><td>9 OpenTerminal
 * <tr><td>10 MaskPath<td><td>path
 * <tr><td>11 ReadOnlyPath<td><td>path
 * <tr><td>12 ReadOnlyRoot
 * <tr><td>13 PivotRoot
 * <tr><td>14 SetHostname<td><td>name
 * <tr><td>15 LoopbackUp
 * <tr><td>16 WorkingDirectory<td><td>path
 * <tr><td>17 Credentials<td>uid, gid, capability mask, no new privileges, groups ...
 * <tr><td>18 Exec<td><td><td>candidates, arguments, environment
 * </table>
 */
public final class PlanEncoder {
  private static final int VERSION = 1;

  /** As many bytes as the launcher accepts; execve(2) takes far fewer for its arguments. */
  private static final int MAX_SIZE = 16 << 20;

  private static final long MAX_ID = 0xffff_fffeL; // (uid_t) -1 means "no change" to setresuid(2)

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);

  private PlanEncoder() {}

  /**
   * Encodes a plan.
   *
   * @throws IllegalArgumentException if a string holds a NUL character, a number is outside its
   *     range, the plan asks for a user namespace (which the launcher makes before there is a plan)
   *     or for no mount namespace, or the plan is larger than 16 MiB
   */
  public static byte[] encode(LaunchPlan plan) {
    PlanEncoder encoder = new PlanEncoder();
    encoder.bytes.writeBytes("jrunplan".getBytes(US_ASCII));
    encoder.u32(VERSION);
    encoder.u32(plan.steps().size());
    for (LaunchStep step : plan.steps()) {
      step.match(EncodedStep.CASES).writeTo(encoder, FailureTexts.forStep(step));
    }
    if (encoder.bytes.size() > MAX_SIZE) {
      throw new IllegalArgumentException("a plan of " + encoder.bytes.size() + " bytes");
    }
    return encoder.bytes.toByteArray();
  }

  private void u32(long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write((int) (value >>> shift));
    }
  }

  private void u64(long value) {
    u32(value);
    u32(value >>> 32);
  }

  private void strings(List<String> strings) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (String string : strings) {
      if (string.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "NUL character in '" + string.replace('\0', '?') + "' of a launch plan");
      }
      joined.writeBytes(string.getBytes(UTF_8));
      joined.write(0);
    }
    u32(strings.size());
    u32(joined.size());
    bytes.writeBytes(joined.toByteArray());
  }

  /** A step in the form that all kinds share. */
  private record EncodedStep(
      int kind,
      ImmutableList<Long> numbers,
      ImmutableList<String> words,
      ImmutableList<ImmutableList<String>> lists) {

    static final LaunchStep.Cases<EncodedStep> CASES = new ByKind();

    void writeTo(PlanEncoder out, FailureTexts texts) {
      out.u32(kind);
      out.u32(numbers.size());
      numbers.forEach(out::u64);
      out.strings(words);
      lists.forEach(out::strings);
      Stream<String> sentences = texts.sentences().stream().map(FailureTexts.Sentence::text);
      out.strings(
          Stream.concat(texts.parts().stream(), sentences).map(EncodedStep::printable).toList());
      for (int part = 0; part < texts.parts().size(); part++) {
        out.u32(part);
        out.u32(0);
      }
      for (FailureTexts.Sentence sentence : texts.sentences()) {
        out.u32(sentence.part());
        out.u32(sentence.errno().number());
      }
    }

    /** Paths and names come from images; no control sequence of theirs may reach a terminal. */
    private static String printable(String text) {
      return text.codePoints()
          .map(c -> Character.isISOControl(c) ? '?' : c)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }

    private static EncodedStep of(int kind, ImmutableList<Long> numbers, String... words) {
      return new EncodedStep(kind, numbers, ImmutableList.copyOf(words), ImmutableList.of());
    }

    private static EncodedStep of(int kind, String... words) {
      return of(kind, ImmutableList.of(), words);
    }
  }

  private static long flag(boolean value) {
    return value ? 1 : 0;
  }

  private static long attributes(Set<MountFlag> flags) {
    return flags.stream().mapToLong(MountFlag::attribute).reduce(0, (a, b) -> a | b);
  }

  private static long inRange(String what, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(what + " " + value + " is not in 0.." + max);
    }
    return value;
  }

  private static final class ByKind implements LaunchStep.Cases<EncodedStep> {
    @Override
    public EncodedStep clone(LaunchStep.Clone step) {
      if (step.namespaces().contains(Namespace.USER)
          || !step.namespaces().contains(Namespace.MOUNT)) {
        throw new IllegalArgumentException(
            "a plan's namespaces must include mount and not user: " + step.namespaces());
      }
      long flags =
          step.namespaces().stream().mapToLong(Namespace::cloneFlag).reduce(0, (a, b) -> a | b);
      return EncodedStep.of(1, ImmutableList.of(flags));
    }

    @Override
    public EncodedStep slaveRoot(LaunchStep.SlaveRoot step) {
      return EncodedStep.of(2);
    }

    @Override
    public EncodedStep overlayRoot(LaunchStep.OverlayRoot step) {
      return EncodedStep.of(
          3, ImmutableList.of(flag(step.userXattr())), step.lower(), step.mountPoint());
    }

    @Override
    public EncodedStep mountFilesystem(LaunchStep.MountFilesystem step) {
      return new EncodedStep(
          4,
          ImmutableList.of(attributes(step.flags()), flag(step.followLinks())),
          ImmutableList.of(step.type(), step.target()),
          ImmutableList.of(step.options()));
    }

    @Override
    public EncodedStep bindMount(LaunchStep.BindMount step) {
      return EncodedStep.of(
          5,
          ImmutableList.of(attributes(step.flags()), flag(step.recursive())),
          step.source(),
          step.target());
    }

    @Override
    public EncodedStep makeDirectory(LaunchStep.MakeDirectory step) {
      return EncodedStep.of(6, ImmutableList.of(inRange("mode", step.mode(), 01777)), step.path());
    }

    @Override
    public EncodedStep makeSymlink(LaunchStep.MakeSymlink step) {
      return EncodedStep.of(7, step.path(), step.target());
    }

    @Override
    public EncodedStep makeCharacterDevice(LaunchStep.MakeCharacterDevice step) {
      return EncodedStep.of(
          8,
          ImmutableList.of(
              inRange("mode", step.mode(), 07777),
              inRange("major", step.major(), 0xfff),
              inRange("minor", step.minor(), 0xf_ffff)),
          step.path());
    }

    @Override
    public EncodedStep openTerminal(LaunchStep.OpenTerminal step) {
      return EncodedStep.of(9);
    }

    @Override
    public EncodedStep maskPath(LaunchStep.MaskPath step) {
      return EncodedStep.of(10, step.path());
    }

    @Override
    public EncodedStep readOnlyPath(LaunchStep.ReadOnlyPath step) {
      return EncodedStep.of(11, step.path());
    }

    @Override
    public EncodedStep readOnlyRoot(LaunchStep.ReadOnlyRoot step) {
      return EncodedStep.of(12);
    }

    @Override
    public EncodedStep pivotRoot(LaunchStep.PivotRoot step) {
      return EncodedStep.of(13);
    }

    @Override
    public EncodedStep setHostname(LaunchStep.SetHostname step) {
      return EncodedStep.of(14, step.hostname());
    }

    @Override
    public EncodedStep loopbackUp(LaunchStep.LoopbackUp step) {
      return EncodedStep.of(15);
    }

    @Override
    public EncodedStep workingDirectory(LaunchStep.WorkingDirectory step) {
      return EncodedStep.of(16, step.path());
    }

    @Override
    public EncodedStep credentials(LaunchStep.Credentials step) {
      ImmutableList.Builder<Long> numbers =
          ImmutableList.<Long>builder()
              .add(inRange("uid", step.uid(), MAX_ID))
              .add(inRange("gid", step.gid(), MAX_ID))
              .add(step.capabilities().mask())
              .add(flag(step.noNewPrivileges()));
      step.groups().forEach(group -> numbers.add(inRange("group", group, MAX_ID)));
      return EncodedStep.of(17, numbers.build());
    }

    @Override
    public EncodedStep exec(LaunchStep.Exec step) {
      if (step.candidates().isEmpty() || step.argv().isEmpty()) {
        throw new IllegalArgumentException("nothing to execute: " + step);
      }
      return new EncodedStep(
          18,
          ImmutableList.of(),
          ImmutableList.of(),
          ImmutableList.of(step.candidates(), step.argv(), step.environment()));
    }
  }
}
