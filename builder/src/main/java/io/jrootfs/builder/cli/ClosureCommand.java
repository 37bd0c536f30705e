package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.IncompleteClosureException;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild closure}: what programs need to start, and why. */
@Command(
    name = "closure",
    customSynopsis = "jbuild closure [OPTIONS] NAME...",
    description = {
      "Shows everything that programs load before their first instruction, and which rule finds it.",
      "Files are read, never run."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jbuild closure bash", "  jbuild closure --why libtinfo.so.6 bash ls"})
final class ClosureCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      // Not "1..*": then an unknown option would be told of as a missing name.
      arity = "0..*",
      description = "A program: a name looked up in PATH, or a path.")
  private List<String> names = ImmutableList.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "tree",
      converter = FormatConverter.class,
      completionCandidates = FormatConverter.class,
      description =
          "tree: who needs what, by which rule, through which links. list: every path, sorted."
              + " json: everything. dot: a graph for Graphviz. Default: ${DEFAULT-VALUE}.")
  private ClosureFormat format = ClosureFormat.TREE;

  @Option(
      names = "--why",
      paramLabel = "PATH",
      description =
          "Show only the chain of reasons that leads to PATH: a file, a link on the way to one, or"
              + " a name such as libc.so.6.")
  private @Nullable String why;

  @ArgGroup(validate = false, heading = "%nWhere from:%n", order = 2)
  private ResolutionOptions resolution = new ResolutionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  ClosureCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  /** What is missing is part of the answer, and of the exit status. */
  @Override
  public Integer call()
      throws IOException, ClosureException, IncompleteClosureException, NoReasonException {
    if (names.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "give the NAME of a program");
    }
    Optional<ElfMachine> machine =
        resolution.machine(message -> new ParameterException(spec.commandLine(), message));
    Sysroot sysroot = Sysroot.of(resolution.sysroot(machine));
    Closure closure =
        RootfsBuild.resolve(
            ImmutableList.copyOf(names),
            sysroot,
            resolution.searchPath(sysroot, console.environment()),
            resolution.workingDirectory(sysroot),
            resolution.closureOptions(sysroot, machine));
    if (why == null) {
      console.out().print(format.render(closure));
      AdviceTalk.say(closure, ImmutableSet.of(), talk, console);
    } else {
      console.out().print(WhyCommand.reasons(closure, why).render());
    }
    if (!closure.isComplete()) {
      throw new IncompleteClosureException(closure);
    }
    return ExitCode.DONE.status();
  }

  /** The lower-case names of {@link ClosureFormat}. */
  static final class FormatConverter extends EnumConverter<ClosureFormat> {
    FormatConverter() {
      super(ClosureFormat.values(), constant -> Ascii.toLowerCase(constant.name()));
    }
  }
}
