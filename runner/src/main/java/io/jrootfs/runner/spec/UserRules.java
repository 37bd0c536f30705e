package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.namespace.IdMappings;
import java.util.Optional;
import java.util.OptionalLong;

/** From {@code USER[:GROUP]} to ids, by the image's own account files. */
final class UserRules {
  private final Accounts accounts;
  private final IdMappings mappings;
  private final boolean mapsOfItsOwn;

  UserRules(Accounts accounts, Isolation isolation) {
    this(accounts, isolation.mappings(), isolation.shift().isPresent());
  }

  /**
   * @param mapsOfItsOwn whether others can be asked for
   */
  UserRules(Accounts accounts, IdMappings mappings, boolean mapsOfItsOwn) {
    this.accounts = accounts;
    this.mappings = mappings;
    this.mapsOfItsOwn = mapsOfItsOwn;
  }

  /**
   * The ids that {@code text} stands for. A number is a number, even if a user is called so; it
   * need not be in {@code /etc/passwd} and then has group 0, as docker and podman have it. An
   * explicit group replaces all groups the image gives the user.
   *
   * @param more groups to be in besides, names or numbers
   * @throws SpecException if it is malformed, unknown to the image, or has no place in the user
   *     namespace
   */
  User resolve(String text, ImmutableList<String> more) throws SpecException {
    String subject = "user '" + text + "'";
    int colon = text.indexOf(':');
    String userPart = colon < 0 ? text : text.substring(0, colon);
    if (userPart.isEmpty() || text.endsWith(":") || text.lastIndexOf(':') != colon) {
      throw new SpecException(subject, "a user is USER or USER:GROUP, each a name or a number");
    }
    Optional<Accounts.Account> account;
    long uid;
    if (startsWithDigit(userPart)) {
      uid = number(subject, userPart);
      account = accounts.user(uid);
    } else {
      account = accounts.user(userPart);
      uid =
          account
              .orElseThrow(() -> unknown(subject, "user '" + userPart + "'", "/etc/passwd"))
              .uid();
    }
    long gid =
        colon < 0
            ? account.map(Accounts.Account::gid).orElse(0L)
            : group(subject, text.substring(colon + 1));
    ImmutableList<Long> groups =
        colon < 0
            ? account
                .map(known -> accounts.supplementaryGroups(known.name()))
                .orElse(ImmutableList.of())
            : ImmutableList.of();
    User user = new User(uid, gid, withPrimary(gid, groups));
    checkMapped(subject, user);
    return more.isEmpty() ? user : withGroups(user, more);
  }

  /**
   * The primary group once more: a set-group-ID program could otherwise leave it, and then open
   * what is closed to exactly that group (CVE-2022-2989).
   */
  private ImmutableList<Long> withPrimary(long gid, ImmutableList<Long> groups) {
    if (mappings.isSingleGroup()) {
      return ImmutableList.of(); // the kernel forbids setgroups(2) there: user_namespaces(7)
    }
    return ImmutableSortedSet.<Long>naturalOrder().add(gid).addAll(groups).build().asList();
  }

  private User withGroups(User user, ImmutableList<String> names) throws SpecException {
    ImmutableSortedSet.Builder<Long> gids = ImmutableSortedSet.naturalOrder();
    gids.addAll(user.additionalGids());
    for (String name : names) {
      String subject = "group '" + CommandRules.printable(name) + "'";
      if (name.equals("keep-groups")) {
        throw new SpecException(
            subject,
            "is not supported: jrun never lets your own groups into a container; name the groups"
                + " of the container that the process is to be in");
      }
      if (name.isEmpty()) {
        throw new SpecException(subject, "a group is a name or a number");
      }
      if (mappings.isSingleGroup()) {
        throw new SpecException(
            subject,
            "cannot be added: the kernel lets a user namespace with a single group have no others;"
                + " get newuidmap installed and a range for you in /etc/subuid and /etc/subgid");
      }
      gids.add(group(subject, name));
    }
    User whole = new User(user.uid(), user.gid(), gids.build().asList());
    checkMapped("groups " + names, whole);
    return whole;
  }

  /** The home directory of a user; {@code /} for one the image does not know. */
  String home(User user) {
    return accounts
        .user(user.uid())
        .map(Accounts.Account::home)
        .filter(home -> home.startsWith("/"))
        .orElse("/");
  }

  private long group(String subject, String text) throws SpecException {
    if (startsWithDigit(text)) {
      return number(subject, text);
    }
    return accounts
        .group(text)
        .orElseThrow(() -> unknown(subject, "group '" + text + "'", "/etc/group"))
        .gid();
  }

  private static boolean startsWithDigit(String text) {
    return text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  private static long number(String subject, String text) throws SpecException {
    OptionalLong id = Accounts.parseId(text);
    if (id.isEmpty()) {
      throw new SpecException(
          subject, "'" + text + "' is neither a name nor a number from 0 to 4294967294");
    }
    return id.getAsLong();
  }

  private static SpecException unknown(String subject, String name, String file) {
    return new SpecException(
        subject, "the image's " + file + " has no " + name + "; a number works without an entry");
  }

  private void checkMapped(String subject, User user) throws SpecException {
    boolean mapped = mappings.hasUid(user.uid()) && mappings.hasGid(user.gid());
    for (long gid : user.additionalGids()) {
      mapped &= mappings.hasGid(gid);
    }
    if (mapped) {
      return;
    }
    String ids = "it is uid " + user.uid() + ", gid " + user.gid();
    if (!user.additionalGids().isEmpty()) {
      ids += ", groups " + user.additionalGids();
    }
    if (mapsOfItsOwn) {
      throw new SpecException(
          subject,
          ids
              + ", which the container's user namespace does not have; ask for another user or other"
              + " maps (--userns, --uidmap, --gidmap)");
    }
    throw new SpecException(
        subject,
        mappings.isRootOnly()
            ? ids
                + ", and you have only one id to give, root inside the container; with newuidmap"
                + " installed and a range for you in /etc/subuid and /etc/subgid there are more"
            : ids
                + ", which is not in the range that /etc/subuid and /etc/subgid give you; ask for"
                + " a larger range or another user");
  }
}
