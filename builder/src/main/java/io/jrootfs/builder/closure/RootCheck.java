package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.DynamicLoaders;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether everything in a root starts: interpreters, libraries and symbol versions of programs;
 * what libraries need that no program loads; what scripts start; links that lead nowhere; libraries
 * for better processors than those that load them.
 */
public final class RootCheck {
  /** Where programs stand that people start by name, and the links to them. */
  private static final ImmutableSet<String> COMMANDS = ImmutableSet.of("bin", "sbin");

  private static final Pattern LEVEL_DIRECTORY =
      Pattern.compile(".*/glibc-hwcaps/x86-64-v([2-4])/.*");

  /** What is there in every running container, but in no image. */
  private static final ImmutableList<String> RUNTIME =
      ImmutableList.of("/proc", "/sys", "/dev", "/run");

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final DynamicLoaders loaders;
  private final ProgramFinder finder;
  private final Set<Finding> findings = new LinkedHashSet<>();
  private final Set<SysrootPath> loaded = new TreeSet<>();

  private RootCheck(Sysroot sysroot, ImmutableList<SysrootPath> searchPath) {
    this.sysroot = sysroot;
    this.files = new ElfFiles(sysroot, SymbolAdvice.FUNCTIONS);
    this.loaders = new DynamicLoaders(sysroot, files);
    this.finder = new ProgramFinder(sysroot, searchPath, SysrootPath.ROOT);
  }

  /**
   * What was looked at and found.
   *
   * @param programs how many programs
   * @param libraries how many shared objects
   * @param scripts how many scripts
   * @param findings problems and remarks, in the order of what they are about
   */
  public record Report(int programs, int libraries, int scripts, ImmutableList<Finding> findings) {
    /** The same with a finding that is not about the root alone. */
    public Report with(Finding finding) {
      return new Report(
          programs,
          libraries,
          scripts,
          ImmutableList.<Finding>builder().addAll(findings).add(finding).build());
    }

    public boolean isGood() {
      return findings.stream().noneMatch(Finding::isProblem);
    }
  }

  /**
   * Checks a whole root.
   *
   * @param command what the root is started with, a path or a name; empty if it does not say
   * @param searchPath where names are looked up
   * @throws IOException if the root cannot be read
   */
  public static Report check(
      Sysroot sysroot, Optional<String> command, ImmutableList<SysrootPath> searchPath)
      throws IOException {
    RootCheck check = new RootCheck(sysroot, searchPath);
    RootFiles root = RootFiles.of(sysroot, check.files);
    check.command(command);
    for (SysrootPath program : root.programs().keySet()) {
      check.program(program);
    }
    for (SysrootPath script : root.scripts()) {
      check.script(script);
    }
    for (SysrootPath library : root.libraries().keySet()) {
      if (!check.loaded.contains(library)) {
        check.library(library, root);
      }
    }
    root.programs().forEach(check::level);
    root.libraries().forEach(check::level);
    for (SysrootPath link : root.links()) {
      check.link(link);
    }
    root.malformed().forEach((path, why) -> check.add(Finding.problem(path, path + " " + why)));
    root.unreadable()
        .forEach(
            (path, why) ->
                check.add(Finding.remark(path, path + " " + why + ", so it was not looked at")));
    return new Report(
        root.programs().size() - root.startableLibraries(),
        root.libraries().size() + root.startableLibraries(),
        root.scripts().size(),
        ImmutableList.copyOf(check.findings));
  }

  private void add(Finding finding) {
    findings.add(finding);
  }

  private void command(Optional<String> command) throws IOException {
    if (command.isEmpty()) {
      return;
    }
    try {
      closure(finder.find(command.get()).path());
    } catch (UnknownProgramException e) {
      add(Finding.problem(SysrootPath.ROOT, "the image's own command: " + e.getMessage()));
    } catch (ClosureException e) {
      add(Finding.problem(SysrootPath.ROOT, "the image's own command: " + message(e)));
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private Closure closure(SysrootPath path) throws IOException, ClosureException {
    Program program = new Program(path.value(), path);
    ClosureWalk walk =
        new ClosureWalk(
            sysroot, files, loaders, finder, ImmutableList.of(program), ClosureOptions.DEFAULT);
    walk.request(program);
    Closure closure = walk.closure(ImmutableList.of(program));
    loaded.addAll(closure.nodes().keySet());
    return closure;
  }

  private void program(SysrootPath path) throws IOException {
    Optional<Resolution> file = sysroot.find(path);
    if (file.isEmpty() || !ProgramFinder.isExecutable(file.get())) {
      return;
    }
    try {
      closure(path).missing().forEach(missing -> add(problem(missing)));
    } catch (ClosureException e) {
      add(Finding.problem(path, message(e)));
    }
  }

  private static Finding problem(Missing missing) {
    return Finding.problem(missing.neededBy(), missing.sentence());
  }

  /**
   * A library that no program needs is opened by one that does not say so. Which one is not known,
   * so what it lacks may have been loaded by then.
   */
  private void library(SysrootPath path, RootFiles root) throws IOException {
    try {
      for (Missing missing : closure(path).missing()) {
        String name = missing.requested().substring(missing.requested().lastIndexOf('/') + 1);
        ImmutableList<SysrootPath> providers = root.providers(name);
        add(
            providers.isEmpty()
                ? problem(missing)
                : Finding.remark(
                    path,
                    path
                        + " needs "
                        + missing.requested()
                        + ", which is found only by a program that has loaded "
                        + providers.get(0)
                        + " before or searches there"));
      }
    } catch (ClosureException e) {
      add(Finding.problem(path, message(e)));
    }
  }

  /** Examples and tools of other systems are scripts too; those beside commands are commands. */
  private void script(SysrootPath path) throws IOException {
    boolean isCommand = COMMANDS.contains(path.parent().fileName());
    try {
      for (Missing missing : closure(path).missing()) {
        if (missing.neededBy().equals(path)) {
          add(isCommand ? problem(missing) : Finding.remark(path, missing.sentence()));
        }
      }
    } catch (ClosureException e) {
      add(isCommand ? Finding.problem(path, message(e)) : Finding.remark(path, message(e)));
    }
  }

  private void link(SysrootPath path) throws IOException {
    if (finder.resolve(path).isPresent()) {
      return;
    }
    String target = Files.readSymbolicLink(sysroot.file(path)).toString();
    if (RUNTIME.stream().anyMatch(target::startsWith)) {
      return;
    }
    String message = path + " is a link to " + target + ", which is not there";
    boolean isUsed =
        COMMANDS.contains(path.parent().fileName()) || path.fileName().contains(".so.");
    add(isUsed ? Finding.problem(path, message) : Finding.remark(path, message));
  }

  /** A processor that looks into a directory of its level must run what stands there. */
  private void level(SysrootPath path, ElfFile elf) {
    int needed = elf.notes().x86Level();
    if (needed == 1 || !ElfMachine.of(elf.header()).equals(Optional.of(ElfMachine.X86_64))) {
      return;
    }
    Matcher directory = LEVEL_DIRECTORY.matcher(path.value());
    boolean hasLevel = directory.matches();
    int promised = hasLevel ? Integer.parseInt(directory.group(1)) : 1;
    if (needed > promised) {
      String message = path + " needs a processor of level x86-64-v" + needed;
      add(
          hasLevel
              ? Finding.problem(
                  path, message + ", but stands where those of level " + promised + " look")
              : Finding.remark(path, message));
    }
  }
}
