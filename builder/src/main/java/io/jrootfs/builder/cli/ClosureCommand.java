package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.IncompleteClosureException;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.DlopenHints;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.util.Optional;

/** {@code jbuild closure}: what programs need to start, and why. */
final class ClosureCommand implements Command {
  private static final EnumConverter<ClosureFormat> FORMATS =
      new EnumConverter<>(ClosureFormat.values());

  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild closure [OPTIONS] NAME...")
        .description(
            "Shows everything that programs load before their first instruction, and which rule"
                + " finds it.",
            "Files are read, never run.")
        .footer("  jbuild closure bash", "  jbuild closure --why libtinfo.so.6 bash ls");
    command.addPositional(
        Options.manyWords("NAME", "A program: a name looked up in PATH, or a path.").build());
    command.addOption(
        FORMATS.takenBy(
            Options.of(
                ClosureFormat.class,
                "FORMAT",
                "tree: who needs what, by which rule, through which links. list: every path,"
                    + " sorted. json: everything. dot: a graph for Graphviz. Default: tree.",
                "--format")));
    command.addOption(
        text(
            "PATH",
            "Show only the chain of reasons that leads to PATH: a file, a link on the way to"
                + " one, or a name such as libc.so.6.",
            "--why"));
    command.addArgGroup(ResolutionOptions.declare("%nWhere from:%n"));
    TalkOptions.declare(command);
  }

  /** What is missing is part of the answer, and of the exit status. */
  @Override
  public int run(Options given, Console console)
      throws IOException, ClosureException, IncompleteClosureException, NoReasonException {
    ImmutableList<String> names = given.manyWords();
    if (names.isEmpty()) {
      throw given.misuse("give the NAME of a program");
    }
    ResolutionOptions resolution = new ResolutionOptions(given);
    Optional<ElfMachine> machine = resolution.machine(given::misuse);
    Sysroot sysroot = Sysroot.of(resolution.sysroot(machine));
    resolution.warn(sysroot, new TalkOptions(given), console);
    ClosureOptions options = resolution.closureOptions(sysroot, machine);
    Closure closure =
        RootfsBuild.resolve(
            names,
            sysroot,
            resolution.searchPath(sysroot, console.environment()),
            resolution.workingDirectory(sysroot),
            options);
    Optional<String> why = given.value("--why");
    if (why.isPresent()) {
      console.out().print(WhyCommand.reasons(closure, why.get()).render());
    } else {
      ClosureFormat format =
          given.value("--format", ClosureFormat.class).orElse(ClosureFormat.TREE);
      TalkOptions talk = new TalkOptions(given);
      boolean isAdvised = format == ClosureFormat.JSON || !talk.isQuiet();
      Closure told = isAdvised ? DlopenHints.in(closure, sysroot, options) : closure;
      console.out().print(format.render(told));
      AdviceTalk.say(told, ImmutableSet.of(), talk, console);
    }
    if (!closure.isComplete()) {
      throw new IncompleteClosureException(closure);
    }
    return ExitCode.DONE.status();
  }
}
