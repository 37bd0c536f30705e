package io.jrootfs.builder.feature;

/**
 * A service of the system that works through files which programs only open when they need them.
 */
public enum Feature {
  /** Names of users, groups and hosts: getpwnam(3), getaddrinfo(3). */
  NSS("nss", ""),
  /** The authorities whose certificates TLS libraries trust. */
  CA_CERTIFICATES("ca-certificates", ""),
  /** Time zones: tzset(3). */
  TZDATA("tzdata", "ZONE"),
  /** Languages and character sets: setlocale(3). */
  LOCALE("locale", "NAME"),
  /** Conversions between character sets: iconv(3). */
  GCONV("gconv", ""),
  /** What terminals can do: terminfo(5). */
  TERMINFO("terminfo", "TERM"),
  /** Authentication: pam(7). */
  PAM("pam", ""),
  /** What glibc opens when a thread is cancelled or a stack unwound: pthread_cancel(3). */
  LIBGCC("libgcc", "");

  private final String word;
  private final String argument;

  Feature(String word, String argument) {
    this.word = word;
    this.argument = argument;
  }

  /** How it is called on the command line and in recipes. */
  public String word() {
    return word;
  }

  /** What may follow the word and a colon, such as {@code ZONE}; empty if nothing may. */
  public String argument() {
    return argument;
  }
}
