package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ImageRoot;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.Reasons;
import io.jrootfs.builder.closure.RootPrograms;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code jbuild why}: the chain of reasons behind one file. */
final class WhyCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild why [OPTIONS] IMAGE|NAME PATH")
        .description(
            "Shows which programs bring PATH, and through what: of the program NAME, or of every"
                + " program in IMAGE. PATH is a file, a link on the way to one, or a name such as"
                + " libc.so.6.")
        .footer(
            "  jbuild why bash libtinfo.so.6",
            "  jbuild why image.tar /usr/lib/x86_64-linux-gnu/libc.so.6");
    command.addPositional(
        Options.words(
                String.class,
                "IMAGE|NAME PATH",
                "An image (a file that is no program, or a directory) or a program; a path.")
            .build());
    command.addArgGroup(ResolutionOptions.declare("%nWhere from (of a program):%n"));
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console)
      throws IOException, ClosureException, ImageFormatException, NoReasonException {
    ImmutableList<String> arguments = given.words(String.class);
    if (arguments.size() != 2) {
      throw given.misuse("give an IMAGE or NAME, and a PATH");
    }
    String name = arguments.get(0);
    String path = arguments.get(1);
    ResolutionOptions resolution = new ResolutionOptions(given);
    Optional<ElfMachine> machine = resolution.machine(given::misuse);
    if (resolution.isHost() && isImage(Path.of(name))) {
      ImageSelection wanted =
          ImageSelection.of(
              Optional.empty(), machine.map(it -> new Platform("linux", it.architecture(), "")));
      try (ImageRoot root = ImageRoot.open(Path.of(name), wanted)) {
        console.out().print(reasonsIn(name, root, path).render());
      }
    } else {
      console.out().print(reasons(closureOf(name, resolution, machine, console), path).render());
    }
    return ExitCode.DONE.status();
  }

  /** A path that leads to the file over links which nobody needs means the file. */
  private static Reasons reasonsIn(String image, ImageRoot root, String path)
      throws IOException, NoReasonException {
    Closure closure = closureOfAll(root);
    Reasons reasons = Reasons.of(closure, path);
    if (reasons.chains().isEmpty() && path.contains("/")) {
      Optional<Resolution> file = root.sysroot().find(SysrootPath.ROOT.resolve(path));
      if (file.isPresent()) {
        reasons = Reasons.of(closure, file.get().path().value());
      }
    }
    if (reasons.chains().isEmpty()) {
      throw new NoReasonException(NoReason.in(image, root, path));
    }
    return reasons;
  }

  private static Closure closureOfAll(ImageRoot root) throws IOException {
    return new ClosureResolver(
            root.sysroot(),
            ProgramFinder.searchPath(ResolutionOptions.path(root.config())),
            ClosureOptions.DEFAULT.asItIs())
        .resolveAll(RootPrograms.of(root.sysroot()));
  }

  private static Closure closureOf(
      String name, ResolutionOptions resolution, Optional<ElfMachine> machine, Console console)
      throws IOException, ClosureException {
    Sysroot sysroot = Sysroot.of(resolution.sysroot(machine));
    return RootfsBuild.resolve(
        ImmutableList.of(name),
        sysroot,
        resolution.searchPath(sysroot, console.environment()),
        resolution.workingDirectory(sysroot),
        resolution.closureOptions(sysroot, machine));
  }

  static Reasons reasons(Closure closure, String path) throws NoReasonException {
    Reasons reasons = Reasons.of(closure, path);
    if (reasons.chains().isEmpty()) {
      throw new NoReasonException(
          "nothing needs "
              + path
              + "; 'jbuild closure --format list' shows the paths, and its tree the names, there are");
    }
    return reasons;
  }

  /** A directory, or a file that is neither ELF nor a script. */
  private static boolean isImage(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Files.isDirectory(file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(2);
      boolean isElf = start.length == 2 && start[0] == 0x7f && start[1] == 'E';
      boolean isScript = start.length == 2 && start[0] == '#' && start[1] == '!';
      return !isElf && !isScript;
    }
  }
}
