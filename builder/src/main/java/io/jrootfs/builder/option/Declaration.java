package io.jrootfs.builder.option;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * What a command takes, before picocli's model is made of it: an option of that model takes a
 * quarter of a millisecond in a JVM that has just started, there are a hundred of them, and a
 * command line names two or three.
 *
 * <p>It becomes one model, {@link #whole} or {@link #named}.
 */
public final class Declaration {
  private final CommandSpec command;
  private final List<OptionSpec.Builder> options = new ArrayList<>();
  private final List<OptionGroup> groups = new ArrayList<>();

  /**
   * Begins with nothing.
   *
   * @param command one that takes nothing so far
   */
  public Declaration(CommandSpec command) {
    this.command = command;
  }

  /** What is said of the command. */
  public UsageMessageSpec usageMessage() {
    return command.usageMessage();
  }

  /** Adds an option that is in no group; those come first. */
  public void addOption(OptionSpec.Builder option) {
    options.add(option);
  }

  /** Adds options behind those before. */
  public void addArgGroup(OptionGroup group) {
    groups.add(group);
  }

  /** Adds a word that is no option, or several. */
  public void addPositional(PositionalParamSpec word) {
    command.addPositional(word);
  }

  /** The command with all that it takes. */
  public CommandSpec whole() {
    return with(option -> true);
  }

  /**
   * The command with those options only that a command line names, which means the same for that
   * command line. What is said of errors, and help, wants the {@link #whole}.
   *
   * @param words the command line
   * @param endsAtWord whether no word is an option behind the first one that is none and no value
   * @return nothing if what the words name cannot be told without parsing them
   */
  Optional<CommandSpec> named(ImmutableList<String> words, boolean endsAtWord) {
    List<OptionSpec.Builder> all = new ArrayList<>(options);
    for (OptionGroup group : groups) {
      all.addAll(group.options());
    }
    Optional<Set<OptionSpec.Builder>> named = new NamedOptions(all).in(words, endsAtWord);
    return named.isPresent() ? Optional.of(with(named.get()::contains)) : Optional.empty();
  }

  private CommandSpec with(Predicate<OptionSpec.Builder> wanted) {
    for (OptionSpec.Builder option : options) {
      if (wanted.test(option)) {
        command.addOption(option.build());
      }
    }
    for (OptionGroup group : groups) {
      ArgGroupSpec.Builder made = group.of(wanted);
      if (!made.args().isEmpty()) {
        command.addArgGroup(made.build());
      }
    }
    return command;
  }
}
