package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.rootfs.Metadata;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code checks}. */
final class CheckFields {
  private static final ImmutableList<String> KINDS =
      ImmutableList.of("run", "starts", "present", "absent", "max-size", "user", "no-setuid");

  private static final ImmutableMap<String, Long> UNITS =
      ImmutableMap.of("", 1L, "kB", 1_000L, "MB", 1_000_000L, "GB", 1_000_000_000L);

  private CheckFields() {}

  static ImmutableList<Check> read(Fields recipe) throws RecipeException {
    ImmutableList.Builder<Check> checks = ImmutableList.builder();
    for (RecipeNode node : recipe.list("checks")) {
      checks.add(check(node));
    }
    return checks.build();
  }

  private static Check check(RecipeNode node) throws RecipeException {
    // "run" takes a user, so it is the first of the kinds.
    for (String kind : KINDS) {
      if (Fields.mapping(node, "a check").get(kind).isPresent()) {
        return check(node, kind);
      }
    }
    throw new RecipeException(
        node.mark(), "a check is one of " + String.join(", ", KINDS) + ", and this is none");
  }

  private static Check check(RecipeNode node, String kind) throws RecipeException {
    return switch (kind) {
      case "run" -> run(keys(node, kind, "status", "stdout", "stderr", "user"));
      case "starts" -> new Check.Starts(requiredPattern(keys(node, kind), kind));
      case "present" -> present(keys(node, kind, "mode", "owner", "matches"));
      case "absent" -> new Check.Absent(keys(node, kind).requiredPath(kind));
      case "max-size" -> maxSize(keys(node, kind));
      case "user" -> user(keys(node, kind, "uid"));
      default -> noSetuid(keys(node, kind));
    };
  }

  private static Fields keys(RecipeNode node, String kind, String... others)
      throws RecipeException {
    return Fields.of(
        node,
        "a check '" + kind + "'",
        ImmutableList.<String>builder().add(kind).add(others).build());
  }

  private static Check run(Fields fields) throws RecipeException {
    ImmutableList<String> command = fields.texts("run");
    if (command.isEmpty()) {
      throw fields.problem("there is no command");
    }
    return new Check.Run(
        command,
        fields.number("status", 0, 255).orElse(0L).intValue(),
        pattern(fields, "stdout"),
        pattern(fields, "stderr"),
        fields.text("user"));
  }

  private static Check present(Fields fields) throws RecipeException {
    Optional<String> owner = fields.text("owner");
    if (owner.isPresent() && !owner.get().matches("[0-9]{1,10}:[0-9]{1,10}")) {
      throw Fields.wrongType(fields.require("owner"), "'owner' of a check", "UID:GID");
    }
    return new Check.Present(
        fields.requiredPath("present"), fields.mode("mode"), owner, pattern(fields, "matches"));
  }

  private static Check maxSize(Fields fields) throws RecipeException {
    String text = fields.requiredText("max-size");
    for (String unit : UNITS.keySet()) {
      Long number = Longs.tryParse(text.substring(0, Math.max(0, text.length() - unit.length())));
      if (text.endsWith(unit) && number != null && number >= 0 && number < 1_000_000_000) {
        return new Check.MaxSize(number * UNITS.getOrDefault(unit, 1L), text);
      }
    }
    throw Fields.wrongType(
        fields.require("max-size"), "'max-size'", "a size in bytes, kB, MB or GB, such as 12MB");
  }

  private static Check user(Fields fields) throws RecipeException {
    return new Check.User(fields.requiredText("user"), fields.number("uid", 0, Metadata.MAX_ID));
  }

  private static Check noSetuid(Fields fields) throws RecipeException {
    if (!fields.flag("no-setuid")) {
      throw fields.problem("it is 'no-setuid: true', or left out");
    }
    return new Check.NoSetuid();
  }

  private static Optional<Pattern> pattern(Fields fields, String key) throws RecipeException {
    return fields.has(key) ? Optional.of(requiredPattern(fields, key)) : Optional.empty();
  }

  private static Pattern requiredPattern(Fields fields, String key) throws RecipeException {
    String text = fields.requiredText(key);
    try {
      return Pattern.compile(text, Pattern.MULTILINE);
    } catch (PatternSyntaxException e) {
      throw new RecipeException(
          fields.require(key).mark(),
          "'" + key + "' is no regular expression: " + e.getDescription());
    }
  }
}
