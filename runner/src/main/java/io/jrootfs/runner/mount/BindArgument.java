package io.jrootfs.runner.mount;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.argument.KnownWords;
import java.util.List;
import java.util.Optional;

/**
 * What {@code --volume SRC:DST[:OPTION,...]} or {@code --mount type=bind,...} says.
 *
 * @param option {@code volume} or {@code mount}
 * @param argument the whole text
 * @param source as written: absolute, or relative and starting with {@code .}
 * @param destination absolute path inside the container
 * @param recursive also what is mounted below the source
 * @param flags attributes it gets
 * @param cleared attributes of the source's own mount that it loses
 * @param propagation whether what is mounted later shows on the other side
 */
public record BindArgument(
    String option,
    String argument,
    String source,
    String destination,
    boolean recursive,
    ImmutableSet<MountFlag> flags,
    ImmutableSet<MountFlag> cleared,
    Propagation propagation) {
  private static final Splitter COLON = Splitter.on(':');
  private static final Splitter COMMA = Splitter.on(',');
  private static final String VOLUME = "volume";

  /** What containers change labels for; ours run under their caller's, which has access already. */
  private static final ImmutableSet<String> WITHOUT_EFFECT = ImmutableSet.of("z", "Z");

  static final KnownWords PROPAGATIONS =
      KnownWords.of("private", "rprivate", "slave", "rslave", "shared", "rshared");

  private static final KnownWords OPTIONS =
      new KnownWords(
          ImmutableList.copyOf(
              Iterables.concat(
                  AttributeWords.WORDS, List.of("rbind", "bind"), PROPAGATIONS.words())));

  /**
   * Reads what {@code --volume} says. As with podman and docker, what is mounted below the source
   * comes along unless {@code bind} is among the options.
   *
   * @throws MountSyntaxException if a part is missing, or an option is unknown or contradicts
   *     another
   */
  public static BindArgument parse(String argument) throws MountSyntaxException {
    List<String> parts = COLON.splitToList(argument);
    if (parts.size() < 2 || parts.size() > 3) {
      throw new MountSyntaxException(VOLUME, argument, "a volume is SRC:DST or SRC:DST:OPTIONS");
    }
    Builder builder = new Builder(VOLUME, argument);
    for (String option : parts.size() == 3 ? COMMA.splitToList(parts.get(2)) : List.<String>of()) {
      builder.volumeOption(option);
    }
    return builder.build(parts.get(0), parts.get(1));
  }

  /** The mount, once the source is known as an absolute path on the host. */
  public Mount.Bind toMount(String absoluteSource) {
    return new Mount.Bind(absoluteSource, destination, recursive, flags, cleared, propagation);
  }

  /** Takes the options one by one. */
  static final class Builder {
    private final String option;
    private final String argument;
    private final AttributeWords attributes = new AttributeWords();
    private Optional<Boolean> recursive = Optional.empty();
    private Optional<Propagation> propagation = Optional.empty();

    Builder(String option, String argument) {
      this.option = option;
      this.argument = argument;
    }

    private MountSyntaxException wrong(String problem) {
      return new MountSyntaxException(option, argument, problem);
    }

    private void volumeOption(String word) throws MountSyntaxException {
      if (AttributeWords.isOne(word)) {
        attribute(word);
      } else if (word.equals("bind") || word.equals("rbind")) {
        recursive(word.equals("rbind"));
      } else if (PROPAGATIONS.contains(word)) {
        propagation(word);
      } else if (word.equals("U")) {
        throw wrong("'U' would change who owns files of the host, which jrun never does");
      } else if (!WITHOUT_EFFECT.contains(word)) {
        throw wrong("unknown option '" + word + "'; " + OPTIONS.hint(word));
      }
    }

    void attribute(String word) throws MountSyntaxException {
      String problem = attributes.add(word);
      if (!problem.isEmpty()) {
        throw wrong(problem);
      }
    }

    void recursive(boolean value) throws MountSyntaxException {
      if (recursive.isPresent()) {
        throw wrong(
            recursive.get() == value
                ? "'" + (value ? "rbind" : "bind") + "' is given twice"
                : "'bind' and 'rbind' contradict each other");
      }
      recursive = Optional.of(value);
    }

    void propagation(String word) throws MountSyntaxException {
      if (!PROPAGATIONS.contains(word)) {
        throw wrong("unknown propagation '" + word + "'; " + PROPAGATIONS.hint(word));
      }
      if (propagation.isPresent()) {
        throw wrong("'" + word + "' is a second propagation; leave one of them out");
      }
      for (Propagation known : Propagation.values()) {
        if (word.endsWith(known.word())) {
          propagation = Optional.of(known);
        }
      }
    }

    BindArgument build(String source, String destination) throws MountSyntaxException {
      if (source.isEmpty()) {
        throw wrong("the host's path is missing; a volume is SRC:DST or SRC:DST:OPTIONS");
      }
      if (!source.startsWith("/") && !source.startsWith(".")) {
        throw wrong(
            "the host's path must start with '/' or '.'; there are no named volumes, did you mean"
                + " './"
                + source
                + "'?");
      }
      return new BindArgument(
          option,
          argument,
          source,
          ContainerPath.mountable(option, argument, destination),
          recursive.orElse(true),
          attributes.set(),
          attributes.cleared(),
          propagation.orElse(Propagation.PRIVATE));
    }
  }
}
