package io.jrootfs.builder.recipe;

import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One of {@code contents.files}.
 *
 * @param content where it comes from
 * @param to where it goes; of a file from the root empty for the place it has there
 * @param mode permission bits; empty: as its kind of source says
 * @param owner a name of an account, or {@code UID:GID}; empty: root
 * @param closure whether the ELF files in it bring what they load
 * @param place where the recipe says so
 */
public record FileSource(
    Content content,
    Optional<RootfsPath> to,
    Optional<Integer> mode,
    Optional<String> owner,
    boolean closure,
    String place) {

  /** Where a file comes from. */
  public sealed interface Content {}

  /** A file or tree beside the recipe. */
  public record FromRecipe(Path path) implements Content {}

  /** Files or trees of the root that programs come from; an absolute pattern. */
  public record FromRoot(String pattern) implements Content {}

  /** What the recipe itself says. */
  public record Text(String text) implements Content {}
}
