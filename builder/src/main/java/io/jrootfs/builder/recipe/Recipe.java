package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.SysrootTrees;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A recipe with everything it includes and all variables replaced.
 *
 * @param file as it was named
 * @param directory what its relative paths start from
 * @param name the image's
 * @param platforms what it may be built for; empty for any
 * @param sourceDate what dates the image
 * @param contents what goes in
 * @param paths what is made or changed after that
 * @param accounts users and groups
 * @param image the image's configuration
 * @param output how it is written
 * @param checks what must be true of the image
 */
public record Recipe(
    Path file,
    Path directory,
    Optional<ImageReference> name,
    ImmutableList<Platform> platforms,
    Optional<SourceDate> sourceDate,
    Contents contents,
    ImmutableList<PathRule> paths,
    Accounts accounts,
    ImageSettings image,
    Output output,
    ImmutableList<Check> checks) {

  /** The number after {@code recipe:}: the rules by which a recipe becomes bytes. */
  public static final int VERSION = 1;

  /** How many layers an image of several has, unless somebody says how many. */
  public static final int DEFAULT_LAYERS = 8;

  /** What the drivers that stack layers in a kernel mount can take. */
  public static final int MOST_LAYERS = 127;

  /**
   * What goes in.
   *
   * @param root the tree that programs come from; empty: the running system
   * @param binaries programs and libraries, each with its closure
   * @param features what programs open while they run
   * @param files files, trees and texts
   * @param debian a Debian system to start from
   * @param from an image to start from
   * @param packageMetadata whether the image says which packages its files are from; empty: yes,
   *     unless the command line says no
   */
  public record Contents(
      Optional<Path> root,
      ImmutableList<Binary> binaries,
      ImmutableList<FeatureRequest> features,
      ImmutableList<FileSource> files,
      Optional<DebianSystem> debian,
      Optional<FromImage> from,
      Optional<Boolean> packageMetadata) {}

  /**
   * An image to start from.
   *
   * @param name as the recipe says it
   * @param file where it is, if it is a file beside the recipe or an absolute path; otherwise the
   *     name is that of an image in a registry
   */
  public record FromImage(String name, Optional<Path> file) {}

  /**
   * A program or library.
   *
   * @param name a bare name, or an absolute path that may be a pattern
   * @param opens sonames of what it opens while it runs
   */
  public record Binary(String name, ImmutableList<String> opens) {
    /** Whether the name stands for all files that it matches; a bare name is one program. */
    public boolean isPattern() {
      return name.startsWith("/") && SysrootTrees.isPattern(name);
    }
  }

  /**
   * What to do with a path after everything is in place.
   *
   * @param type what to make; empty: something is there already
   * @param target of a link
   * @param mode permission bits
   * @param owner a name of an account, or {@code UID:GID}
   * @param capabilities in the words of cap_from_text(3)
   * @param place where the recipe says so
   */
  public record PathRule(
      RootfsPath path,
      Optional<PathType> type,
      Optional<String> target,
      Optional<Integer> mode,
      Optional<String> owner,
      Optional<FileCapabilities> capabilities,
      String place) {}

  /** What a path rule can make. */
  public enum PathType {
    DIRECTORY,
    SYMLINK,
    /** An empty one. */
    FILE
  }

  /**
   * How the image is written; what is empty is decided elsewhere.
   *
   * @param format such as {@code hybrid}
   * @param mostLayers how many layers the image may have; 1 for one, 2 or more for one for each of
   *     the largest packages and one for the rest
   */
  public record Output(
      Optional<String> format, Optional<Compression> compression, Optional<Integer> mostLayers) {}

  /**
   * A Debian system.
   *
   * @param suite such as {@code bookworm}
   * @param mirror where packages come from
   * @param components the parts of the archive that they may be from; empty: main
   * @param keyring whose keys may sign them; empty: the distribution's
   * @param variant such as {@code minbase}
   * @param packages beyond the variant's
   * @param tool {@code auto}, {@code debootstrap} or {@code mmdebstrap}
   * @param trim what to leave out, such as {@code docs}
   */
  public record DebianSystem(
      String suite,
      Optional<String> mirror,
      ImmutableList<String> components,
      Optional<Path> keyring,
      String variant,
      ImmutableList<String> packages,
      String tool,
      ImmutableList<String> trim) {}
}
