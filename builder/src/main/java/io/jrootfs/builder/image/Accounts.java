package io.jrootfs.builder.image;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image's users and groups: {@code /etc/passwd} and {@code /etc/group} (passwd(5), group(5)).
 *
 * <p>A line that does not have its exact form names nobody; it is never read as something close to
 * it (CVE-2026-30892).
 *
 * @param users in file order; the first of several with the same name or number counts
 * @param groups in file order
 */
public record Accounts(ImmutableList<Account> users, ImmutableList<Group> groups) {
  /** An image that has neither file. */
  public static final Accounts NONE = new Accounts(ImmutableList.of(), ImmutableList.of());

  /** {@code (uid_t) -1} means "no change" to the kernel, so it can be nobody's. */
  private static final long MAX_ID = 0xffff_fffeL;

  private static final Splitter LINES = Splitter.on('\n');
  private static final Splitter FIELDS = Splitter.on(':');
  private static final Splitter MEMBERS = Splitter.on(',').omitEmptyStrings();

  /** One line of {@code /etc/passwd}. */
  public record Account(String name, long uid, long gid, String home) {}

  /** One line of {@code /etc/group}. */
  public record Group(String name, long gid, ImmutableList<String> members) {}

  /**
   * Reads the two files' texts.
   *
   * @param passwd empty if the image has none
   * @param group empty if the image has none
   */
  public static Accounts parse(String passwd, String group) {
    ImmutableList.Builder<Account> users = ImmutableList.builder();
    for (String line : LINES.split(passwd)) {
      List<String> fields = FIELDS.splitToList(line);
      if (fields.size() == 7 && !fields.get(0).isEmpty()) {
        OptionalLong uid = parseId(fields.get(2));
        OptionalLong gid = parseId(fields.get(3));
        if (uid.isPresent() && gid.isPresent()) {
          users.add(new Account(fields.get(0), uid.getAsLong(), gid.getAsLong(), fields.get(5)));
        }
      }
    }
    ImmutableList.Builder<Group> groups = ImmutableList.builder();
    for (String line : LINES.split(group)) {
      List<String> fields = FIELDS.splitToList(line);
      if (fields.size() == 4 && !fields.get(0).isEmpty()) {
        OptionalLong gid = parseId(fields.get(2));
        if (gid.isPresent()) {
          groups.add(
              new Group(
                  fields.get(0),
                  gid.getAsLong(),
                  ImmutableList.copyOf(MEMBERS.split(fields.get(3)))));
        }
      }
    }
    return new Accounts(users.build(), groups.build());
  }

  /** A user or group number: ASCII digits only, 0 to 2^32-2. */
  public static OptionalLong parseId(String text) {
    if (text.isEmpty()
        || text.length() > 10
        || !text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      return OptionalLong.empty();
    }
    long id = Long.parseLong(text);
    return id > MAX_ID ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** The first user of that name. */
  public Optional<Account> user(String name) {
    return users.stream().filter(account -> account.name().equals(name)).findFirst();
  }

  /** The first user with a number. */
  public Optional<Account> user(long uid) {
    return users.stream().filter(account -> account.uid() == uid).findFirst();
  }

  /** The first group with a number. */
  public Optional<Group> group(long gid) {
    return groups.stream().filter(group -> group.gid() == gid).findFirst();
  }

  /** The first group of that name. */
  public Optional<Group> group(String name) {
    return groups.stream().filter(group -> group.name().equals(name)).findFirst();
  }

  /** The groups that list {@code name} as a member, ascending. */
  public ImmutableList<Long> supplementaryGroups(String name) {
    return groups.stream()
        .filter(group -> group.members().contains(name))
        .map(Group::gid)
        .distinct()
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }
}
