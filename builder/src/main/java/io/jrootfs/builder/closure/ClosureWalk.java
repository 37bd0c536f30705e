package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.closure.UnusableProgramException.Fault;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.Circumstances;
import io.jrootfs.builder.ldso.DynamicLoader;
import io.jrootfs.builder.ldso.DynamicLoaders;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.ldso.ForeignLoaders;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.LoaderException;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.ldso.UnsupportedLoaderException;
import io.jrootfs.builder.ldso.UsualInterpreter;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One call of {@link ClosureResolver}: programs in, each followed to its end. */
final class ClosureWalk {
  private final Sysroot sysroot;
  private final ElfFiles files;
  private final DynamicLoaders loaders;
  private final ProgramFinder finder;
  private final ClosureOptions options;
  private final ClosureBuilder builder = new ClosureBuilder();
  private final ScriptReader scripts;
  private final EnvPrograms env;
  private final KernelPaths kernel;
  private final LoadedFacts facts;
  private final OneMachine machine;
  private final SameLoads sameLoads = new SameLoads();

  /** Programs followed before, with what was wrong with them. */
  private final Map<SysrootPath, Optional<UnusableProgramException>> followed = new HashMap<>();

  /** By link-free path, what programs open while they run. */
  private final ImmutableListMultimap<SysrootPath, String> opened;

  /**
   * A walk that follows {@code programs} when they are requested.
   *
   * @throws IOException if the sysroot cannot be read
   */
  ClosureWalk(
      Sysroot sysroot,
      ElfFiles files,
      DynamicLoaders loaders,
      ProgramFinder finder,
      List<Program> programs,
      ClosureOptions options)
      throws IOException {
    this.options = options;
    this.machine = new OneMachine(options.machine());
    this.sysroot = sysroot;
    this.files = files;
    this.loaders = loaders;
    this.finder = finder;
    this.kernel = new KernelPaths(finder, builder);
    this.facts = new LoadedFacts(files, builder, options.withSuggested());
    this.scripts = new ScriptReader(sysroot, finder);
    this.env = new EnvPrograms(finder, builder);
    this.opened = opened(programs);
  }

  /** Known before the first program is followed: one may be the interpreter of another. */
  private ImmutableListMultimap<SysrootPath, String> opened(List<Program> programs)
      throws IOException {
    ImmutableListMultimap.Builder<SysrootPath, String> opened = ImmutableListMultimap.builder();
    List<Resolution> expected = new ArrayList<>();
    for (Program program : programs) {
      Optional<Resolution> file = finder.resolve(program.path());
      if (file.isPresent()) {
        opened.putAll(file.get().path(), program.opens());
        expected.add(file.get());
      }
    }
    files.expect(expected);
    return opened.build();
  }

  Closure closure(ImmutableList<Program> programs) {
    ImmutableList<SysrootPath> refused = files.refused();
    if (!refused.isEmpty()) {
      builder.advise(
          new Advice(
              "unreadable",
              refused,
              "may not be read or searched by this user, so what comes next in the search counted,"
                  + " as it does for the loader",
              Optional.of("run this as a user who may read it, or change its mode with chmod")));
    }
    return builder.build(programs, machine.machine());
  }

  void request(Program program) throws IOException, ClosureException {
    Resolution file = finder.resolve(program.path()).orElse(null);
    if (file == null) {
      throw new UnknownProgramException(
          program.name(),
          ImmutableList.of(),
          Optional.empty(),
          NearestNames.ofPath(sysroot, program.path()));
    }
    builder.edge(Optional.empty(), program.name(), file, new FoundBy.Request());
    follow(file);
  }

  private void follow(Resolution file) throws IOException, ClosureException {
    Optional<UnusableProgramException> before = followed.get(file.path());
    if (before == null) {
      followed.put(file.path(), Optional.empty());
      try {
        program(file);
      } catch (UnusableProgramException e) {
        followed.put(file.path(), Optional.of(e));
        throw e;
      }
    } else if (before.isPresent()) {
      throw before.get();
    }
  }

  private void program(Resolution file) throws IOException, ClosureException {
    if (!file.isRegularFile()) {
      throw file.isDirectory()
          ? unusable(file, Fault.DIRECTORY, "is a directory; name a program inside it")
          : unusable(file, Fault.SPECIAL_FILE, "is a device, a pipe or a socket");
    }
    if (!file.isUtf8()) {
      throw unusable(file, Fault.NOT_UTF8, SearchedPlace.NOT_UTF8);
    }
    Optional<ElfFile> elf;
    try {
      elf = files.read(file);
    } catch (MalformedElfException e) {
      throw new UnusableProgramException(file.path(), Fault.MALFORMED_ELF, e.complaint(), e);
    }
    if (elf.isPresent()) {
      elf(file, elf.get());
    } else {
      script(file);
    }
  }

  private static UnusableProgramException unusable(Resolution file, Fault fault, String reason) {
    return new UnusableProgramException(file.path(), fault, reason, null);
  }

  private static void requireExecutable(Resolution file) throws UnusableProgramException {
    if (!ProgramFinder.isExecutable(file)) {
      throw unusable(
          file,
          Fault.NOT_EXECUTABLE,
          String.format("is not executable (mode %04o); chmod +x makes it so", file.mode()));
    }
  }

  private void elf(Resolution file, ElfFile elf) throws IOException, ClosureException {
    if (elf.isDynamicProgram()) {
      requireExecutable(file);
      machine.require(file, elf.header());
      builder.node(file, Kind.DYNAMIC_PROGRAM);
      dynamic(file, elf, elf.interpreter().orElseThrow());
    } else if (elf.isStaticProgram()) {
      requireExecutable(file);
      machine.require(file, elf.header());
      builder.node(file, Kind.STATIC_PROGRAM);
    } else if (elf.isSharedObject()) {
      machine.require(file, elf.header());
      builder.node(file, Kind.SHARED_OBJECT);
      sharedObject(file, elf);
    } else {
      throw unusable(file, Fault.NOT_LOADABLE, notLoadable(elf.header()));
    }
  }

  private static String notLoadable(ElfHeader header) {
    return switch (header.type()) {
      case ElfHeader.ET_REL -> "is a relocatable object file, which only a linker can use";
      case ElfHeader.ET_CORE -> "is a core dump";
      default -> "is an ELF file with nothing to load, as files of separate debug information are";
    };
  }

  private void dynamic(Resolution file, ElfFile elf, String interpreterName)
      throws IOException, ClosureException {
    FoundBy rule = new FoundBy.ProgramInterpreter();
    Optional<Resolution> interpreter = kernel.find(file, rule, interpreterName);
    if (interpreter.isEmpty()) {
      // What to install to have it there would be the wrong question.
      try {
        ForeignLoaders.refuse(interpreterName);
      } catch (UnsupportedLoaderException e) {
        throw new UnusableLoaderException(file.path(), e);
      }
      return;
    }
    builder.edge(Optional.of(file.path()), interpreterName, interpreter.get(), rule);
    builder.node(interpreter.get(), Kind.PROGRAM_INTERPRETER);
    load(file, elf, interpreter.get());
  }

  /** A shared object names no loader, so its machine's usual one is asked. */
  private void sharedObject(Resolution file, ElfFile elf) throws IOException, ClosureException {
    boolean needsNothing =
        elf.dynamic().map(ElfDynamic::dependencies).map(ImmutableList::isEmpty).orElse(true);
    if (needsNothing && opened.get(file.path()).isEmpty()) {
      return;
    }
    SysrootPath usual;
    try {
      usual = UsualInterpreter.of(elf);
    } catch (UnsupportedLoaderException e) {
      throw new UnusableLoaderException(file.path(), e);
    }
    Optional<Resolution> interpreter =
        kernel.find(file, new FoundBy.ProgramInterpreter(), usual.value());
    if (interpreter.isPresent()) {
      load(file, elf, interpreter.get());
    }
  }

  private void load(Resolution file, ElfFile elf, Resolution interpreter)
      throws IOException, ClosureException {
    DynamicLoader loader;
    try {
      loader = loaders.load(interpreter);
    } catch (LoaderException e) {
      throw new UnusableLoaderException(file.path(), e);
    }
    if (!loader.machine().isForSameMachineAs(elf.header())) {
      builder.missing(
          new Missing(
              interpreter.requested().value(),
              file.path(),
              ImmutableList.of(),
              Optional.of(
                  "the file there is for "
                      + loader.machine().machineName()
                      + ", the program for "
                      + elf.header().machineName())));
      return;
    }
    for (Resolution configuration : loader.configurationFiles()) {
      if (!configuration.isUtf8()) {
        builder.missing(KernelPaths.unholdable(interpreter, configuration));
        continue;
      }
      builder.node(configuration, Kind.LOADER_CONFIGURATION);
      builder.edge(
          Optional.of(interpreter.path()),
          configuration.requested().value(),
          configuration,
          new FoundBy.LoaderConfiguration());
    }
    for (Circumstances circumstances : loader.circumstances(options.hwcaps())) {
      ProgramLoad load = load(loader, file, elf, circumstances);
      // Whether it gains anything depends on who starts it, so both ways must work; what tells them
      // apart is tokens and what is there besides, and to ask for capabilities takes a while.
      boolean hasAuditors = elf.dynamic().map(it -> !it.audit().isEmpty()).orElse(false);
      boolean mayDiffer = load.mayHoldTokens() || hasAuditors || loader.preload().isPresent();
      if (elf.isDynamicProgram() && mayDiffer && sysroot.gainsPrivileges(file)) {
        load(loader, file, elf, circumstances.secure());
      }
    }
  }

  private ProgramLoad load(
      DynamicLoader loader, Resolution file, ElfFile elf, Circumstances circumstances)
      throws IOException {
    ImmutableList<String> names = opened.get(file.path());
    if (names.isEmpty()) {
      LoadedObject program = LoadedObject.program(file, elf);
      Optional<ProgramLoad> same = sameLoads.find(loader, program, circumstances);
      if (same.isPresent()) {
        same.get().repeatFor(program);
        facts.collectFor(program, same.get());
        return same.get();
      }
    }
    ProgramLoad load = ProgramLoad.run(loader, builder, file, elf, circumstances);
    for (String name : names) {
      LoadedObject main = load.loaded().main();
      load.opened(main, name, load.open(main, name), UnaryOperator.identity());
    }
    facts.collect(load);
    if (names.isEmpty()) {
      sameLoads.keep(load);
    }
    return load;
  }

  private void script(Resolution file) throws IOException, ClosureException {
    Shebang shebang = scripts.read(file);
    requireExecutable(file);
    scripts.requireShortChain(file, shebang);
    builder.node(file, Kind.SCRIPT);
    FoundBy rule = new FoundBy.Shebang();
    Optional<Resolution> interpreter = kernel.find(file, rule, shebang.interpreter());
    if (interpreter.isPresent()) {
      needed(file, shebang.interpreter(), interpreter.get());
    }
    Optional<EnvStart> start = shebang.env(finder.path());
    if (start.isPresent()) {
      boolean isMusl = interpreter.isPresent() && isMusl(interpreter.get());
      Optional<Resolution> program = env.find(file, start.get(), isMusl);
      if (program.isPresent()) {
        needed(file, start.get().program(), program.get());
      }
    }
  }

  private boolean isMusl(Resolution env) throws IOException {
    try {
      return files
          .read(env)
          .flatMap(ElfFile::interpreter)
          .map(it -> it.contains("/ld-musl-"))
          .orElse(false);
    } catch (MalformedElfException e) {
      return false; // What is wrong with it was told when it was followed.
    }
  }

  /** What a script needs is reported when it is unusable, where a requested program is refused. */
  private void needed(Resolution script, String name, Resolution file)
      throws IOException, ClosureException {
    try {
      follow(file);
      builder.edge(Optional.of(script.path()), name, file, new FoundBy.Shebang());
    } catch (UnusableProgramException e) {
      builder.missing(
          new Missing(
              name, script.path(), ImmutableList.of(), Optional.of(e.path() + " " + e.reason())));
    }
  }
}
