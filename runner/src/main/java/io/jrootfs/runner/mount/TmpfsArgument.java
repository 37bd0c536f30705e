package io.jrootfs.runner.mount;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.argument.KnownWords;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code --tmpfs} says: {@code DST[:OPTION,...]}, with mount(8)'s words for the options.
 *
 * <p>Without options: no set-user-ID, no devices, no programs, and the mode of the directory that
 * it hides, or 1777 if the image has none there; as podman and docker have it.
 */
public final class TmpfsArgument {
  private static final String KIND = "tmpfs";
  private static final Splitter COMMA = Splitter.on(',');

  /** tmpfs(5): bytes, with a suffix or a percentage of memory. */
  private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}[kKmMgG%]?");

  private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}[kKmMgG]?");

  /** What may be changed by {@link AttributeWords}. */
  private static final ImmutableSet<MountFlag> FLAGS =
      ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

  private static final KnownWords OPTIONS =
      new KnownWords(
          ImmutableList.copyOf(
              Iterables.concat(AttributeWords.WORDS, List.of("size=", "mode=", "nr_inodes="))));

  private TmpfsArgument() {}

  /**
   * Reads the text as a mount.
   *
   * @throws MountSyntaxException if the path is not absolute, or an option is unknown, malformed or
   *     given twice
   */
  public static Mount.Filesystem parse(String argument) throws MountSyntaxException {
    int colon = argument.indexOf(':');
    String path = colon < 0 ? argument : argument.substring(0, colon);
    Builder builder = new Builder(KIND, argument);
    for (String option :
        colon < 0 ? List.<String>of() : COMMA.splitToList(argument.substring(colon + 1))) {
      if (AttributeWords.isOne(option)) {
        builder.attribute(option);
      } else {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        builder.option(option, name, equals < 0 ? "" : option.substring(equals + 1));
      }
    }
    return builder.build(path);
  }

  /** Takes the options one by one. */
  static final class Builder {
    private final String kind;
    private final String argument;
    private final AttributeWords attributes = new AttributeWords();
    private final Map<String, String> options = new TreeMap<>();

    Builder(String kind, String argument) {
      this.kind = kind;
      this.argument = argument;
    }

    private MountSyntaxException wrong(String problem) {
      return new MountSyntaxException(kind, argument, problem);
    }

    void attribute(String word) throws MountSyntaxException {
      String problem = attributes.add(word);
      if (!problem.isEmpty()) {
        throw wrong(problem);
      }
    }

    /** One with a value; {@code written} is how the user wrote it. */
    void option(String written, String name, String value) throws MountSyntaxException {
      Pattern pattern =
          switch (name) {
            case "size" -> SIZE;
            case "mode" -> MODE;
            case "nr_inodes" -> COUNT;
            default ->
                throw wrong(
                    "unknown option '"
                        + written
                        + "'; "
                        + OPTIONS.hint(written.equals(name) ? name : name + "="));
          };
      if (!pattern.matcher(value).matches()) {
        throw wrong("'" + value + "' is no " + name + "; an example is " + example(name));
      }
      if (options.put(name, value) != null) {
        throw wrong("'" + name + "' is given twice");
      }
    }

    Mount.Filesystem build(String path) throws MountSyntaxException {
      boolean keepsMode = options.putIfAbsent("mode", "1777") == null;
      return new Mount.Filesystem(
          "tmpfs",
          options.entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .collect(ImmutableList.toImmutableList()),
          attributes.changing(FLAGS),
          ContainerPath.mountable(kind, argument, path),
          keepsMode,
          false);
    }
  }

  private static String example(String name) {
    return switch (name) {
      case "size" -> "size=64m";
      case "mode" -> "mode=1777";
      default -> "nr_inodes=10k";
    };
  }
}
