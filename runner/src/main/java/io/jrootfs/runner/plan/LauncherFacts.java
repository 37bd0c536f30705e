package io.jrootfs.runner.plan;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the launcher knows when it starts us and we cannot see for ourselves. It travels in the
 * environment variable {@value #VARIABLE} ({@code src/main/c/main.c}), always with these fields in
 * this order:
 *
 * <pre>
 * plan=/proc/self/fd/3;userns=ranges;userns-note=;tty=0,1,2;uid=1000;gid=1000;pid=4711
 * </pre>
 *
 * @param plan the file to write the encoded plan to; if it stays empty, our exit status is jrun's
 * @param userNamespace the user namespace that we run in, and the container will
 * @param userNamespaceNote why there are no id ranges, for a warning; empty if there is nothing to
 *     say
 * @param terminals those of the descriptors 0, 1 and 2 that are terminals
 * @param uid of the caller, outside of any namespace that the launcher made
 * @param gid of the caller, likewise
 * @param pid of the launcher
 */
public record LauncherFacts(
    Path plan,
    UserNamespace userNamespace,
    String userNamespaceNote,
    ImmutableSortedSet<Integer> terminals,
    long uid,
    long gid,
    long pid) {

  /** The environment variable that holds the facts. */
  public static final String VARIABLE = "JRUN_LAUNCHER";

  private static final ImmutableSet<String> TERMINALS =
      ImmutableSet.of("", "0", "1", "2", "0,1", "0,2", "1,2", "0,1,2");

  private static final CharMatcher DIGITS = CharMatcher.inRange('0', '9');

  /** The facts in their text that are not about the launcher itself, which differs each time. */
  public static String aboutCaller(String value) {
    return value.substring(value.indexOf(';') + 1, value.lastIndexOf(';'));
  }

  /** What became of the user namespace that an ordinary user needs. */
  public enum UserNamespaceKind {
    /** The caller is root and needs none. */
    NONE,
    /** The caller is root in it and there is no other user. */
    SINGLE,
    /** The caller is root in it; the ids from 1 on are his ranges of /etc/subuid and subgid. */
    RANGES,
    /** There is none; no container can be started. */
    REFUSED
  }

  /**
   * The user namespace.
   *
   * @param kind what it is like
   * @param errno why it was refused (errno(3)), otherwise 0
   */
  public record UserNamespace(UserNamespaceKind kind, int errno) {
    /**
     * @throws IllegalArgumentException if there is an errno without refusal or the reverse
     */
    public UserNamespace {
      if ((kind == UserNamespaceKind.REFUSED) != (errno > 0)) {
        throw new IllegalArgumentException(kind + " with errno " + errno);
      }
    }
  }

  /**
   * Reads the variable's value, strictly: it comes from the launcher that we were installed with,
   * or something else started us.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static LauncherFacts parse(String value) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : Splitter.on(';').split(value)) {
      int equals = field.indexOf('=');
      if (equals < 0
          || fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            VARIABLE + ": '" + field + "' is no field or comes twice");
      }
    }
    LauncherFacts facts =
        new LauncherFacts(
            Path.of(take(fields, "plan")),
            userNamespace(take(fields, "userns")),
            take(fields, "userns-note"),
            terminals(take(fields, "tty")),
            number(fields, "uid"),
            number(fields, "gid"),
            number(fields, "pid"));
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException(VARIABLE + ": unknown fields " + fields.keySet());
    }
    if (!facts.plan().isAbsolute()) {
      throw new IllegalArgumentException(VARIABLE + ": plan is no absolute path");
    }
    return facts;
  }

  private static String take(Map<String, String> fields, String name) {
    String value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException(VARIABLE + ": no field " + name);
    }
    return value;
  }

  private static long number(Map<String, String> fields, String name) {
    return number(name, take(fields, name), 0xffff_ffffL);
  }

  private static long number(String name, String text, long max) {
    if (text.isEmpty()
        || text.length() > 10
        || !DIGITS.matchesAllOf(text)
        || Long.parseLong(text) > max) {
      throw new IllegalArgumentException(VARIABLE + ": " + name + " cannot be '" + text + "'");
    }
    return Long.parseLong(text);
  }

  private static UserNamespace userNamespace(String text) {
    if (text.startsWith("refused:")) {
      int errno = (int) number("userns", text.substring("refused:".length()), 4095);
      if (errno == 0) {
        throw new IllegalArgumentException(VARIABLE + ": userns is refused for no reason");
      }
      return new UserNamespace(UserNamespaceKind.REFUSED, errno);
    }
    return switch (text) {
      case "none" -> new UserNamespace(UserNamespaceKind.NONE, 0);
      case "single" -> new UserNamespace(UserNamespaceKind.SINGLE, 0);
      case "ranges" -> new UserNamespace(UserNamespaceKind.RANGES, 0);
      default -> throw new IllegalArgumentException(VARIABLE + ": userns cannot be '" + text + "'");
    };
  }

  private static ImmutableSortedSet<Integer> terminals(String text) {
    if (!TERMINALS.contains(text)) {
      throw new IllegalArgumentException(VARIABLE + ": tty cannot be '" + text + "'");
    }
    ImmutableSortedSet.Builder<Integer> terminals = ImmutableSortedSet.naturalOrder();
    for (String descriptor : Splitter.on(',').omitEmptyStrings().split(text)) {
      terminals.add((int) number("tty", descriptor, 2));
    }
    return terminals.build();
  }
}
