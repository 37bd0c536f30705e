package io.jrootfs.builder.recipe;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.AccountLines;
import io.jrootfs.builder.rootfs.MetadataChange.Owner;
import java.util.Optional;

/**
 * Users and groups beyond root and nobody.
 *
 * @param users in the order of the recipe
 * @param groups in the order of the recipe; a user without a group of its own name gets one
 * @param runAs who runs the image's command
 */
public record Accounts(
    ImmutableList<User> users, ImmutableList<Group> groups, Optional<String> runAs) {

  /**
   * A user.
   *
   * @param home made unless it is there
   */
  public record User(String name, long uid, long gid, String home, String shell) {}

  /** A group with those who are in it beside whoever has it as primary group. */
  public record Group(String name, long gid, ImmutableList<String> members) {}

  /** Whether there is nobody. */
  public boolean isEmpty() {
    return users.isEmpty() && groups.isEmpty();
  }

  /** The owner that {@code text} names: a user, {@code UID:GID}, root or nobody. */
  public Optional<Owner> owner(String text) {
    if (text.equals("root")) {
      return Optional.of(Owner.ROOT);
    }
    if (text.equals("nobody")) {
      return Optional.of(new Owner(65534, 65534));
    }
    if (text.matches("[0-9]{1,9}:[0-9]{1,9}")) {
      int colon = text.indexOf(':');
      return Optional.of(
          new Owner(
              Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1))));
    }
    return users.stream()
        .filter(user -> user.name().equals(text))
        .findFirst()
        .map(user -> new Owner(user.uid(), user.gid()));
  }

  /** The lines of these accounts in the files of an image. */
  public AccountLines lines() {
    StringBuilder passwd = new StringBuilder();
    StringBuilder group = new StringBuilder();
    StringBuilder shadow = new StringBuilder();
    for (User user : users) {
      passwd.append(
          String.format(
              "%s:x:%d:%d::%s:%s\n",
              user.name(), user.uid(), user.gid(), user.home(), user.shell()));
      shadow.append(user.name()).append(":*::0:99999:7:::\n");
      if (groups.stream().noneMatch(it -> it.gid() == user.gid())) {
        group.append(String.format("%s:x:%d:\n", user.name(), user.gid()));
      }
    }
    for (Group it : groups) {
      group.append(
          String.format("%s:x:%d:%s\n", it.name(), it.gid(), Joiner.on(',').join(it.members())));
    }
    return new AccountLines(passwd.toString(), group.toString(), shadow.toString());
  }
}
