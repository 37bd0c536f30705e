package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Platform;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which base system to make.
 *
 * @param suite code name or alias of a release, such as {@code bookworm} or {@code stable}
 * @param variant the tool's word for a set of packages, such as {@code minbase}; empty for its
 *     default
 * @param include packages besides those of the variant
 * @param archive where they come from
 * @param architecture in Debian's words, such as {@code arm64}; empty for this machine's
 * @param tool which back end
 * @param slim whether documentation, manuals and translations are left out
 */
public record BootstrapRequest(
    String suite,
    Optional<String> variant,
    ImmutableList<String> include,
    PackageArchive archive,
    Optional<String> architecture,
    Tool tool,
    boolean slim) {
  /** Whatever starts with a dash would be an option to the tool. */
  private static final Pattern SUITE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]*");

  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  /** Debian Policy 5.6.1, with an architecture qualifier. */
  private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?");

  /** Which program does the work. */
  public enum Tool {
    /** mmdebstrap if it is installed, else debootstrap. */
    AUTO,
    DEBOOTSTRAP,
    MMDEBSTRAP
  }

  /**
   * @throws IllegalArgumentException if a value cannot be what it is meant to be
   */
  public BootstrapRequest {
    check(SUITE, suite, "a suite");
    if (suite.contains("..")) {
      throw new IllegalArgumentException("'" + suite + "' is not a suite");
    }
    variant.ifPresent(word -> check(WORD, word, "a variant"));
    include.forEach(name -> check(PACKAGE, name, "the name of a package"));
    architecture.ifPresent(word -> check(WORD, word, "an architecture"));
    include = ImmutableList.copyOf(ImmutableSet.copyOf(include));
  }

  static void check(Pattern pattern, String value, String what) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException("'" + value + "' is not " + what);
    }
  }

  /** What of it decides which packages the system has, in one line. */
  public String contents() {
    StringBuilder text = new StringBuilder(suite);
    variant.ifPresent(word -> text.append(", variant ").append(word));
    architecture.ifPresent(word -> text.append(", for ").append(word));
    if (!archive.components().isEmpty()) {
      text.append(", of ").append(String.join(" ", archive.components()));
    }
    if (!include.isEmpty()) {
      text.append(", with ").append(String.join(" ", ImmutableSortedSet.copyOf(include)));
    }
    return text.toString();
  }

  /** The same request with the archive settled. */
  BootstrapRequest withMirror(Optional<String> newMirror) {
    return new BootstrapRequest(
        suite, variant, include, archive.at(newMirror), architecture, tool, slim);
  }

  /** The same system of other packages. */
  public BootstrapRequest withPackages(ImmutableList<String> packages) {
    return new BootstrapRequest(suite, variant, packages, archive, architecture, tool, slim);
  }

  /** The same request with the back end settled. */
  BootstrapRequest withTool(Tool newTool) {
    return new BootstrapRequest(suite, variant, include, archive, architecture, newTool, slim);
  }

  /**
   * The same system from an archive that nobody signs and that has nothing but what it consists of.
   *
   * @param all the packages that are asked for by name
   */
  BootstrapRequest from(String unsigned, ImmutableList<String> all) {
    return new BootstrapRequest(
        suite, variant, all, PackageArchive.unsigned(unsigned), architecture, tool, slim);
  }

  /** The same system for the first of some platforms, unless this machine's is among them. */
  public BootstrapRequest forOneOf(ImmutableList<Platform> platforms) {
    Platform here = Platform.ofThisMachine();
    if (architecture.isPresent()
        || platforms.isEmpty()
        || platforms.stream().anyMatch(here::satisfies)) {
      return this;
    }
    return withArchitecture(DpkgArchitecture.debian(platforms.get(0)));
  }

  private BootstrapRequest withArchitecture(String newArchitecture) {
    return new BootstrapRequest(
        suite, variant, include, archive, Optional.of(newArchitecture), tool, slim);
  }

  /**
   * The same system for a machine, in Debian's word for it.
   *
   * @throws IllegalArgumentException if this is for another one
   */
  public BootstrapRequest forMachine(ElfMachine machine) {
    if (architecture.isEmpty()) {
      return withArchitecture(DpkgArchitecture.debian(machine));
    }
    if (DpkgArchitecture.machine(architecture.get()).equals(Optional.of(machine))) {
      return this;
    }
    throw new IllegalArgumentException(
        "--arch " + architecture.get() + " is not for linux/" + machine.architecture());
  }
}
