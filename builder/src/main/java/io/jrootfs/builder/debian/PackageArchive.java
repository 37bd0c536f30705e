package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The archive that packages come from.
 *
 * @param mirror its URI; empty for the one this system uses, if that has the suite, or else the
 *     tool's own
 * @param components the parts of it that packages may be from, such as {@code main} and {@code
 *     contrib} (Debian Policy 2.2); empty for the tool's choice, which is main
 * @param keyring whose keys may sign it; empty for the tool's choice
 * @param checkSignatures whether it is refused if no known key signed it
 */
public record PackageArchive(
    Optional<String> mirror,
    ImmutableList<String> components,
    Optional<Path> keyring,
    boolean checkSignatures) {
  private static final Pattern URI = Pattern.compile("(https?|file|ftp)://?[^\\s]+");

  /** Components of derived archives have slashes in them, such as those of security updates. */
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9][a-z0-9/._-]*");

  /**
   * @throws IllegalArgumentException if a value cannot be what it is meant to be
   */
  public PackageArchive {
    mirror.ifPresent(
        uri -> BootstrapRequest.check(URI, uri, "the URI of a mirror (http, https, ftp or file)"));
    components.forEach(
        name -> BootstrapRequest.check(COMPONENT, name, "a component of an archive"));
    components = ImmutableList.copyOf(ImmutableSet.copyOf(components));
  }

  /** The same archive, at a mirror. */
  PackageArchive at(Optional<String> newMirror) {
    return new PackageArchive(newMirror, components, keyring, checkSignatures);
  }

  /** One that nobody signs. */
  static PackageArchive unsigned(String mirror) {
    return new PackageArchive(
        Optional.of(mirror), ImmutableList.of(), Optional.empty(), /* checkSignatures= */ false);
  }
}
