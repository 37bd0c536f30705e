package io.jrootfs.runner.mount;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.util.List;

/**
 * What {@code --volume} says: {@code SRC:DST[:ro,rw,rbind]}.
 *
 * @param argument the whole text
 * @param source as written: absolute, or relative and starting with {@code .}
 * @param destination absolute path inside the container
 * @param recursive also what is mounted below the source
 * @param readOnly the container cannot write there
 */
public record BindArgument(
    String argument, String source, String destination, boolean recursive, boolean readOnly) {
  private static final Splitter COLON = Splitter.on(':');
  private static final String KIND = "volume";
  private static final Splitter COMMA = Splitter.on(',');

  /**
   * Reads the text.
   *
   * @throws MountSyntaxException if a part is missing, or an option is unknown or contradicts
   *     another
   */
  public static BindArgument parse(String argument) throws MountSyntaxException {
    List<String> parts = COLON.splitToList(argument);
    if (parts.size() < 2 || parts.size() > 3) {
      throw new MountSyntaxException(KIND, argument, "a volume is SRC:DST or SRC:DST:OPTIONS");
    }
    String source = parts.get(0);
    if (!source.startsWith("/") && !source.startsWith(".")) {
      throw new MountSyntaxException(
          KIND,
          argument,
          "the host's path must start with '/' or '.'; there are no named volumes, did you mean './"
              + source
              + "'?");
    }
    String destination = ContainerPath.mountable(KIND, argument, parts.get(1));
    boolean recursive = false;
    boolean readOnly = false;
    boolean writable = false;
    for (String option : parts.size() == 3 ? COMMA.splitToList(parts.get(2)) : List.<String>of()) {
      switch (option) {
        case "ro" -> readOnly = true;
        case "rw" -> writable = true;
        case "rbind" -> recursive = true;
        default ->
            throw new MountSyntaxException(
                KIND, argument, "unknown option '" + option + "'; there are ro, rw and rbind");
      }
    }
    if (readOnly && writable) {
      throw new MountSyntaxException(KIND, argument, "'ro' and 'rw' contradict each other");
    }
    return new BindArgument(argument, source, destination, recursive, readOnly);
  }

  /** The mount, once the source is known as an absolute path on the host. */
  public Mount.Bind toMount(String absoluteSource) {
    return new Mount.Bind(
        absoluteSource,
        destination,
        recursive,
        readOnly ? ImmutableSet.of(MountFlag.READ_ONLY) : ImmutableSet.of());
  }
}
