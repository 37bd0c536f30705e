package io.jrootfs.runner.mount;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.argument.ArgumentException;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.argument.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code --mount KEY=VALUE,...} says, in the words of docker and podman. Exactly one of the
 * two is there.
 *
 * @param bind for {@code type=bind}
 * @param tmpfs for {@code type=tmpfs}
 */
public record MountArgument(Optional<BindArgument> bind, Optional<Mount.Filesystem> tmpfs) {
  private static final String KIND = "mount";
  private static final KnownWords TYPES = KnownWords.of("bind", "tmpfs");

  /** Other spellings to the one used here. */
  private static final ImmutableMap<String, String> SPELLINGS =
      ImmutableMap.of("src", "source", "dst", "target", "destination", "target", "readonly", "ro");

  private static final ImmutableList<String> COMMON =
      ImmutableList.copyOf(
          Iterables.concat(
              List.of("type", "target", "dst", "destination", "readonly"), AttributeWords.WORDS));
  private static final KnownWords BIND_KEYS =
      new KnownWords(
          ImmutableList.copyOf(
              Iterables.concat(
                  COMMON,
                  List.of("source", "src", "bind-propagation", "bind-nonrecursive", "relabel"))));
  private static final KnownWords TMPFS_KEYS =
      new KnownWords(
          ImmutableList.copyOf(Iterables.concat(COMMON, List.of("tmpfs-size", "tmpfs-mode"))));

  /**
   * Reads the text.
   *
   * @throws MountSyntaxException if the type is missing or none of ours, the target is missing or
   *     not absolute, or a key is unknown, given twice or malformed
   */
  public static MountArgument parse(String argument) throws MountSyntaxException {
    Fields fields = Fields.of(argument);
    String type = fields.take("type").orElse("");
    if (!TYPES.contains(type)) {
      throw fields.wrong(
          switch (type) {
            case "" -> "a type is missing; write type=bind or type=tmpfs";
            case "volume" ->
                "there are no named volumes; type=bind with a source shows a directory of the host";
            default -> "unknown type '" + type + "'; " + TYPES.hint(type);
          });
    }
    fields.refuseUnknown(type, type.equals("bind") ? BIND_KEYS : TMPFS_KEYS);
    String target = fields.takePath("target");
    return type.equals("bind")
        ? new MountArgument(Optional.of(bind(fields, target)), Optional.empty())
        : new MountArgument(Optional.empty(), Optional.of(tmpfs(fields, target)));
  }

  private static BindArgument bind(Fields fields, String target) throws MountSyntaxException {
    BindArgument.Builder builder = new BindArgument.Builder(KIND, fields.argument);
    String source = fields.takePath("source");
    Optional<String> propagation = fields.take("bind-propagation");
    if (propagation.isPresent()) {
      builder.propagation(propagation.get());
    }
    if (fields.values.containsKey("bind-nonrecursive")) {
      builder.recursive(!fields.takeFlag("bind-nonrecursive"));
    }
    // As the options z and Z of --volume: there is no label to be changed for us.
    Optional<String> relabel = fields.take("relabel");
    if (relabel.isPresent() && !List.of("shared", "private").contains(relabel.get())) {
      throw fields.wrong("unknown relabel '" + relabel.get() + "'; there are shared, private");
    }
    for (String word : fields.takeAttributes()) {
      builder.attribute(word);
    }
    return builder.build(source, target);
  }

  private static Mount.Filesystem tmpfs(Fields fields, String target) throws MountSyntaxException {
    TmpfsArgument.Builder builder = new TmpfsArgument.Builder(KIND, fields.argument);
    Optional<String> size = fields.take("tmpfs-size");
    if (size.isPresent()) {
      try {
        builder.option("", "size", Long.toString(Size.parse(size.get(), 0)));
      } catch (ArgumentException e) {
        throw fields.wrong("tmpfs-size " + e.getMessage());
      }
    }
    Optional<String> mode = fields.take("tmpfs-mode");
    if (mode.isPresent()) {
      builder.option("", "mode", mode.get());
    }
    for (String word : fields.takeAttributes()) {
      builder.attribute(word);
    }
    return builder.build(target);
  }

  /** The keys in one spelling and their values; a key without a value has an empty one. */
  private static final class Fields {
    private final String argument;
    private final Map<String, String> values = new LinkedHashMap<>();

    private Fields(String argument) {
      this.argument = argument;
    }

    static Fields of(String argument) throws MountSyntaxException {
      Fields fields = new Fields(argument);
      ImmutableList<String> split;
      try {
        split = QuotedFields.split(argument);
      } catch (IllegalArgumentException e) {
        throw fields.wrong(String.valueOf(e.getMessage()));
      }
      for (String field : split) {
        int equals = field.indexOf('=');
        String written = equals < 0 ? field : field.substring(0, equals);
        String key = SPELLINGS.getOrDefault(written, written);
        if (fields.values.put(key, equals < 0 ? "" : field.substring(equals + 1)) != null) {
          throw fields.wrong(
              "'"
                  + written
                  + "' is given twice"
                  + (key.equals(written) ? "" : " (as " + key + ")"));
        }
      }
      return fields;
    }

    MountSyntaxException wrong(String problem) {
      return new MountSyntaxException(KIND, argument, problem);
    }

    void refuseUnknown(String type, KnownWords known) throws MountSyntaxException {
      for (String key : values.keySet()) {
        if (!known.contains(key)) {
          throw wrong("type=" + type + " has no '" + key + "'; " + known.hint(key));
        }
      }
    }

    Optional<String> take(String key) {
      return Optional.ofNullable(values.remove(key));
    }

    String takePath(String key) throws MountSyntaxException {
      String path = take(key).orElse("");
      if (path.isEmpty()) {
        throw wrong("a " + key + " is missing; write " + key + "=/PATH");
      }
      return path;
    }

    boolean takeFlag(String key) throws MountSyntaxException {
      String value = String.valueOf(values.remove(key));
      return switch (value) {
        case "", "true", "1" -> true;
        case "false", "0" -> false;
        default -> throw wrong("'" + key + "=" + value + "' is neither true nor false");
      };
    }

    /** The words for attributes; one that is set to false stands for its opposite. */
    ImmutableList<String> takeAttributes() throws MountSyntaxException {
      ImmutableList.Builder<String> words = ImmutableList.builder();
      for (String word : AttributeWords.WORDS) {
        if (values.containsKey(word)) {
          words.add(takeFlag(word) ? word : AttributeWords.opposite(word));
        }
      }
      return words.build();
    }
  }
}
