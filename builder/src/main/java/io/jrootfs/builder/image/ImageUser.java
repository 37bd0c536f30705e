package io.jrootfs.builder.image;

import java.util.Optional;

/**
 * Who an image says runs its command (image-spec config.md, {@code User}), against its accounts.
 */
public final class ImageUser {
  private ImageUser() {}

  /**
   * Why a container cannot be started as {@code user}; empty if it can. What begins with a digit is
   * a number, as docker has it, and needs no account.
   *
   * @param user as in {@link ImageConfig#user}; empty: root
   * @param accounts those of the image
   */
  public static Optional<String> problem(String user, Accounts accounts) {
    if (user.isEmpty()) {
      return Optional.empty();
    }
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String group = colon < 0 ? "0" : user.substring(colon + 1);
    if (name.isEmpty() || group.isEmpty() || group.indexOf(':') >= 0) {
      return Optional.of("a user is USER or USER:GROUP, each a name or a number");
    }
    Optional<String> problem =
        problem(name, accounts.user(name).isPresent(), "there is no user '%s' in its /etc/passwd");
    return problem.isPresent()
        ? problem
        : problem(
            group, accounts.group(group).isPresent(), "there is no group '%s' in its /etc/group");
  }

  private static Optional<String> problem(String word, boolean isKnown, String unknown) {
    if (word.charAt(0) >= '0' && word.charAt(0) <= '9') {
      return Accounts.parseId(word).isPresent()
          ? Optional.empty()
          : Optional.of("'" + word + "' is neither a name nor a number from 0 to 4294967294");
    }
    return isKnown ? Optional.empty() : Optional.of(String.format(unknown, word));
  }
}
