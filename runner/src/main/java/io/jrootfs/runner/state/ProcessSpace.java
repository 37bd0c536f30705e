package io.jrootfs.runner.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * Where the number of a process means what it says: one pid namespace of one boot of one machine.
 * The directory of the records may be seen from several of them. space.c writes the same.
 *
 * @param boot the kernel's boot id (random(4))
 * @param pidNamespace as namespaces(7) has it, {@code pid:[NUMBER]}
 * @param machine its id (machine-id(5)), which outlives a boot
 */
public record ProcessSpace(String boot, String pidNamespace, String machine) {
  /** In the place of what cannot be told. */
  static final String UNKNOWN = "-";

  /** Of the fields, where they stand in a file's name. */
  static final char JOINT = '+';

  /** What one space is to another. */
  enum Relation {
    /** The same: its numbers are ours. */
    SAME,
    /** This machine before it was started anew: nothing of it lives. */
    PAST,
    /** Whatever is there may live, and nothing of it can be seen from here. */
    ELSEWHERE
  }

  /** Read once. */
  private static final class Here {
    static final ProcessSpace SPACE =
        new ProcessSpace(
            word(Path.of("/proc/sys/kernel/random/boot_id")),
            namespace(),
            word(Path.of("/etc/machine-id")));
  }

  /** That of this process. */
  public static ProcessSpace here() {
    return Here.SPACE;
  }

  /** A file's name that is another one at every boot of every machine, in any pid namespace. */
  public static String nameOfThisBoot(String begin) {
    return begin + JOINT + ofThisBoot().text(JOINT);
  }

  /**
   * Whether a file has such a name, given before this machine was started anew.
   *
   * @param name what {@link #nameOfThisBoot} has returned, or any other
   */
  public static boolean isOfEarlierBoot(String name) {
    return parse(name.substring(name.indexOf(JOINT) + 1), JOINT)
        .filter(space -> space.relation(ofThisBoot()) == Relation.PAST)
        .isPresent();
  }

  private static ProcessSpace ofThisBoot() {
    return new ProcessSpace(here().boot, UNKNOWN, here().machine);
  }

  private static String word(Path file) {
    try {
      String text = SmallFile.text(file).strip();
      return text.matches("[0-9A-Za-z-]{1,64}") ? text : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN; // then it is taken for nobody's; see relation()
    }
  }

  /** The device that namespaces are on is the same for all of a boot, so that the number is one. */
  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @param joint what separates the fields
   * @return empty if there are other than three words
   */
  static Optional<ProcessSpace> parse(String text, char joint) {
    StringTokenizer words = new StringTokenizer(text, joint + "\n");
    return words.countTokens() == 3
        ? Optional.of(new ProcessSpace(words.nextToken(), words.nextToken(), words.nextToken()))
        : Optional.empty();
  }

  /** The fields with something between them. */
  public String text(char joint) {
    return String.join(String.valueOf(joint), List.of(boot, pidNamespace, machine));
  }

  /** What this one is to another, from which it is looked at. */
  Relation relation(ProcessSpace viewer) {
    if (equals(viewer)) {
      return Relation.SAME;
    }
    boolean isOfThisMachine = machine.equals(viewer.machine) && !machine.equals(UNKNOWN);
    boolean isOfAnotherBoot =
        !boot.equals(viewer.boot) && !boot.equals(UNKNOWN) && !viewer.boot.equals(UNKNOWN);
    return isOfThisMachine && isOfAnotherBoot ? Relation.PAST : Relation.ELSEWHERE;
  }
}
