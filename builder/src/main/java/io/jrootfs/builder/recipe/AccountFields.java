package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.recipe.Accounts.Group;
import io.jrootfs.builder.recipe.Accounts.User;
import io.jrootfs.builder.rootfs.Metadata;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads {@code accounts}. */
final class AccountFields {
  /** What every root has already. */
  private static final ImmutableList<String> TAKEN = ImmutableList.of("root", "nobody");

  private AccountFields() {}

  static Accounts read(Optional<RecipeNode> node) throws RecipeException {
    if (node.isEmpty()) {
      return new Accounts(ImmutableList.of(), ImmutableList.of(), Optional.empty());
    }
    Fields accounts =
        Fields.of(node.get(), "accounts", ImmutableList.of("users", "groups", "run-as"));
    ImmutableList<User> users = users(accounts);
    ImmutableList<Group> groups = groups(accounts);
    Optional<String> runAs = accounts.text("run-as");
    if (runAs.isPresent()
        && !TAKEN.contains(runAs.get())
        && users.stream().noneMatch(user -> user.name().equals(runAs.get()))) {
      throw new RecipeException(
          accounts.require("run-as").mark(), "there is no user '" + runAs.get() + "' in 'users'");
    }
    return new Accounts(users, groups, runAs);
  }

  private static ImmutableList<User> users(Fields accounts) throws RecipeException {
    ImmutableList.Builder<User> users = ImmutableList.builder();
    Set<String> names = new HashSet<>(TAKEN);
    for (RecipeNode node : accounts.list("users")) {
      Fields user =
          Fields.of(node, "a user", ImmutableList.of("name", "uid", "gid", "home", "shell"));
      String name = name(user, names);
      long uid = id(user, "uid").orElseThrow(() -> user.problem("'uid' is missing"));
      users.add(
          new User(
              name,
              uid,
              id(user, "gid").orElse(uid),
              field(user, "home", "/nonexistent"),
              field(user, "shell", "/usr/sbin/nologin")));
    }
    return users.build();
  }

  private static ImmutableList<Group> groups(Fields accounts) throws RecipeException {
    ImmutableList.Builder<Group> groups = ImmutableList.builder();
    Set<String> names = new HashSet<>(TAKEN);
    for (RecipeNode node : accounts.list("groups")) {
      Fields group = Fields.of(node, "a group", ImmutableList.of("name", "gid", "members"));
      String name = name(group, names);
      for (RecipeNode member : group.list("members")) {
        checkName(member);
      }
      groups.add(
          new Group(
              name,
              id(group, "gid").orElseThrow(() -> group.problem("'gid' is missing")),
              group.texts("members")));
    }
    return groups.build();
  }

  private static Optional<Long> id(Fields fields, String key) throws RecipeException {
    return fields.number(key, 0, Metadata.MAX_ID);
  }

  private static String name(Fields fields, Set<String> names) throws RecipeException {
    RecipeNode node = fields.require("name");
    String name = checkName(node);
    if (!names.add(name)) {
      throw new RecipeException(node.mark(), "there is an account '" + name + "' already");
    }
    return name;
  }

  /** A path that is a field of passwd(5). */
  private static String field(Fields user, String key, String otherwise) throws RecipeException {
    String path = user.path(key).map(Object::toString).orElse(otherwise);
    if (path.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
      throw new RecipeException(
          user.require(key).mark(), "a colon or a line break cannot stand in /etc/passwd");
    }
    return path;
  }

  /** A colon, a line break or a comma would make other fields of it. */
  private static String checkName(RecipeNode node) throws RecipeException {
    String name = Fields.text(node, "the name of an account");
    if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]{0,31}")) {
      throw Fields.wrongType(
          node, "the name of an account", "letters, digits, '_', '-' and '.', 32 at most");
    }
    return name;
  }
}
