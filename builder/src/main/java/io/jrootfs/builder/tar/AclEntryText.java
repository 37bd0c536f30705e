package io.jrootfs.builder.tar;

import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.tar.PosixAcl.Entry;
import io.jrootfs.builder.tar.PosixAcl.Tag;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of an access control list in text: {@code user:lisa:r-x}, the long text form of acl(5);
 * {@code user:lisa:r-x:502}, the same with the number that star and libarchive append; {@code
 * mask:r-x}, as Solaris has it.
 */
final class AclEntryText {
  /** acl_to_text(3) adds what the mask leaves of an entry, behind a tab. */
  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

  private static final Pattern ENTRY =
      Pattern.compile(
          "(?<tag>user|u|group|g|mask|m|other|o):"
              + "((?<name>[^:]*):)?"
              + "(?<permissions>[r-][w-][x-])"
              + "(:(?<id>[0-9]{1,10}))?");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** How libacl writes what would end a name, and backslashes. */
  private static final Pattern QUOTED = Pattern.compile("\\\\([0-3][0-7]{2})");

  private AclEntryText() {}

  /** Empty for a line that is blank or a comment. */
  static Optional<Entry> parse(String line) throws BadFieldException {
    String text = COMMENT.matcher(line).replaceFirst("").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = ENTRY.matcher(text);
    if (!matcher.matches()) {
      throw notAnEntry(text);
    }
    String name = matcher.group("name") == null ? "" : matcher.group("name");
    Tag tag = tag(matcher.group("tag").charAt(0), !name.isEmpty());
    boolean hasNameField = matcher.group("name") != null;
    if ((!tag.isNamed() && !name.isEmpty())
        || (!hasNameField && tag != Tag.MASK && tag != Tag.OTHER)
        || (!tag.isNamed() && matcher.group("id") != null)) {
      throw notAnEntry(text);
    }
    OptionalLong id = tag.isNamed() ? id(name, matcher.group("id"), text) : OptionalLong.empty();
    return Optional.of(
        new Entry(
            tag,
            permissions(matcher.group("permissions")),
            tag.isNamed() && id.isEmpty() ? unquoted(name) : "",
            id));
  }

  private static Tag tag(char letter, boolean isNamed) {
    return switch (letter) {
      case 'u' -> isNamed ? Tag.USER : Tag.USER_OBJ;
      case 'g' -> isNamed ? Tag.GROUP : Tag.GROUP_OBJ;
      case 'm' -> Tag.MASK;
      default -> Tag.OTHER;
    };
  }

  /** The number behind the entry, or instead of a name: who has none is written so. */
  private static OptionalLong id(String name, String appended, String text)
      throws BadFieldException {
    if (appended == null && !NUMBER.matcher(name).matches()) {
      return OptionalLong.empty();
    }
    long id = Long.parseLong(appended == null ? name : appended);
    if (id > Metadata.MAX_ID) {
      throw notAnEntry(text);
    }
    return OptionalLong.of(id);
  }

  private static int permissions(String text) {
    return (text.charAt(0) == 'r' ? 4 : 0)
        + (text.charAt(1) == 'w' ? 2 : 0)
        + (text.charAt(2) == 'x' ? 1 : 0);
  }

  private static String unquoted(String name) {
    return QUOTED.matcher(name).replaceAll(found -> Matcher.quoteReplacement(character(found)));
  }

  private static String character(MatchResult quoted) {
    return String.valueOf((char) Integer.parseInt(quoted.group(1), 8));
  }

  private static BadFieldException notAnEntry(String text) {
    return new BadFieldException(
        "'" + Excerpt.of(text) + "' is no entry of a POSIX access control list");
  }
}
