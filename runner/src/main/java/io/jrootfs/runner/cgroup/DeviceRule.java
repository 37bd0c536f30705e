package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Devices that may be used, and what for. What no rule allows is denied.
 *
 * @param type block, character or any
 * @param major of the devices; any if empty
 * @param minor of the devices; any if empty
 * @param access what they may be used for, at least one
 */
public record DeviceRule(
    Type type, OptionalInt major, OptionalInt minor, ImmutableSet<Access> access) {

  /** The kinds of device, in the letters of {@code devices.allow}. */
  public enum Type {
    ALL('a'),
    BLOCK('b'),
    CHARACTER('c');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }
  }

  /** What a device is used for, in the letters of {@code devices.allow}. */
  public enum Access {
    READ('r'),
    WRITE('w'),
    MKNOD('m');

    private final char letter;

    Access(char letter) {
      this.letter = letter;
    }
  }

  private static final ImmutableSet<Access> EVERY_ACCESS =
      Sets.immutableEnumSet(List.of(Access.values()));

  /** Everything, as a privileged container has it. */
  public static final DeviceRule ALL =
      new DeviceRule(Type.ALL, OptionalInt.empty(), OptionalInt.empty(), EVERY_ACCESS);

  /**
   * What every container may use, as runc has it: nodes of any kind may be made, but only these can
   * be opened. They are null, zero, full, random, urandom, tty, ptmx, the terminals behind it, and
   * tun (Linux, admin-guide/devices.txt). The console is not among them, for a container's is one
   * of its terminals, while 5:1 is the machine's.
   */
  public static final ImmutableList<DeviceRule> DEFAULTS =
      ImmutableList.of(
          new DeviceRule(
              Type.CHARACTER,
              OptionalInt.empty(),
              OptionalInt.empty(),
              ImmutableSet.of(Access.MKNOD)),
          new DeviceRule(
              Type.BLOCK, OptionalInt.empty(), OptionalInt.empty(), ImmutableSet.of(Access.MKNOD)),
          character(1, OptionalInt.of(3)),
          character(1, OptionalInt.of(5)),
          character(1, OptionalInt.of(7)),
          character(1, OptionalInt.of(8)),
          character(1, OptionalInt.of(9)),
          character(5, OptionalInt.of(0)),
          character(5, OptionalInt.of(2)),
          character(136, OptionalInt.empty()),
          character(10, OptionalInt.of(200)));

  private static final String OPTION = "--device-cgroup-rule";
  private static final Pattern SYNTAX =
      Pattern.compile("([abc]) ([0-9]{1,7}|\\*):([0-9]{1,7}|\\*) ([rwm]{1,3})");

  /**
   * @throws IllegalArgumentException without access, or if {@code ALL} comes with numbers, for
   *     which the kernel has no meaning
   */
  public DeviceRule {
    access = Sets.immutableEnumSet(access);
    if (access.isEmpty()) {
      throw new IllegalArgumentException("a device rule that allows nothing");
    }
    if (type == Type.ALL && (major.isPresent() || minor.isPresent())) {
      throw new IllegalArgumentException("a rule for all devices cannot name some");
    }
  }

  /**
   * A rule for one device.
   *
   * @param type {@code b} or {@code c}
   * @param access letters of {@code rwm}, at least one
   */
  public static DeviceRule single(char type, int major, int minor, String access) {
    return new DeviceRule(
        type == Type.BLOCK.letter ? Type.BLOCK : Type.CHARACTER,
        OptionalInt.of(major),
        OptionalInt.of(minor),
        access(access));
  }

  private static ImmutableSet<Access> access(String letters) {
    return EVERY_ACCESS.stream()
        .filter(kind -> letters.indexOf(kind.letter) >= 0)
        .collect(Sets.toImmutableEnumSet());
  }

  private static DeviceRule character(int major, OptionalInt minor) {
    return new DeviceRule(Type.CHARACTER, OptionalInt.of(major), minor, EVERY_ACCESS);
  }

  /**
   * Reads {@code --device-cgroup-rule}: {@code TYPE MAJOR:MINOR ACCESS}, as in {@code c 1:3 mr}.
   *
   * @throws LimitException if the text is anything else
   */
  static DeviceRule parse(String text) throws LimitException {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new LimitException(
          OPTION,
          text,
          "is no device rule; write a, b or c, a space, MAJOR:MINOR, a space, and letters of rwm,"
              + " as in 'c 10:229 rw' or 'b 8:* r'");
    }
    Type type =
        switch (matcher.group(1)) {
          case "a" -> Type.ALL;
          case "b" -> Type.BLOCK;
          default -> Type.CHARACTER;
        };
    OptionalInt major = number(text, matcher.group(2), DeviceNumber.MAX_MAJOR);
    OptionalInt minor = number(text, matcher.group(3), DeviceNumber.MAX_MINOR);
    if (type == Type.ALL && (major.isPresent() || minor.isPresent())) {
      throw new LimitException(OPTION, text, "a is every device, so write 'a *:*'");
    }
    return new DeviceRule(type, major, minor, access(matcher.group(4)));
  }

  private static OptionalInt number(String text, String number, int max) throws LimitException {
    if (number.equals("*")) {
      return OptionalInt.empty();
    }
    if (Integer.parseInt(number) > max) {
      throw new LimitException(OPTION, text, "no device number is above " + max + " there");
    }
    return OptionalInt.of(Integer.parseInt(number));
  }

  /**
   * The same rules, with those for the same devices made one. The kernel's lists add up what
   * several rules allow ({@code dev_exception_add} of security/device_cgroup.c), while a program
   * looks at one after the other; in this form both mean the same.
   */
  static ImmutableList<DeviceRule> merged(Collection<DeviceRule> rules) {
    Map<DeviceRule, Set<Access>> byDevices = new LinkedHashMap<>();
    for (DeviceRule rule : rules) {
      byDevices.merge(rule.withAccess(EVERY_ACCESS), rule.access, Sets::union);
    }
    return byDevices.entrySet().stream()
        .map(entry -> entry.getKey().withAccess(ImmutableSet.copyOf(entry.getValue())))
        .collect(ImmutableList.toImmutableList());
  }

  private DeviceRule withAccess(ImmutableSet<Access> other) {
    return new DeviceRule(type, major, minor, other);
  }

  boolean allowsEveryAccess() {
    return access.equals(EVERY_ACCESS);
  }

  /** Whether nothing is denied once this rule is there. */
  boolean allowsEverything() {
    return equals(ALL);
  }

  /** The line for {@code devices.allow} (cgroup-v1/devices.rst). */
  @Override
  public String toString() {
    return "%c %s:%s %s"
        .formatted(
            type.letter,
            major.isPresent() ? major.getAsInt() : "*",
            minor.isPresent() ? minor.getAsInt() : "*",
            access.stream().map(kind -> String.valueOf(kind.letter)).collect(Collectors.joining()));
  }
}
