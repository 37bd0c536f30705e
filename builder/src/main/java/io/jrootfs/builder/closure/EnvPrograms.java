package io.jrootfs.builder.closure;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;

/** The programs that scripts start by {@code env}, where {@code env} looks for them. */
final class EnvPrograms {
  /** Where execvp(3) looks when there is no PATH: confstr(3), _CS_PATH. */
  private static final String GLIBC_PATH = "/bin:/usr/bin";

  /** The same of musl (src/process/execvp.c). */
  private static final String MUSL_PATH = "/usr/local/bin:/bin:/usr/bin";

  private final ProgramFinder finder;
  private final ClosureBuilder builder;

  EnvPrograms(ProgramFinder finder, ClosureBuilder builder) {
    this.finder = finder;
    this.builder = builder;
  }

  /**
   * The program that {@code env} starts; reported if there is none, or none that can be told.
   *
   * @param isMusl whether it is musl that {@code env} calls execvp(3) of
   */
  Optional<Resolution> find(Resolution script, EnvStart start, boolean isMusl) throws IOException {
    if (start.obstacle().isPresent()) {
      advise(script, start.obstacle().get(), "--add brings what it starts");
      return Optional.empty();
    }
    // Where it is relative, it starts from a directory that nobody knows before.
    Optional<SysrootPath> directory =
        start
            .directory()
            .filter(it -> it.startsWith("/") && EnvStart.isKnown(it))
            .map(SysrootPath::of);
    Optional<Resolution> program =
        start.program().contains("/")
            ? byPath(script, start.program(), directory)
            : byName(script, start, directory, isMusl);
    if (start.directory().isPresent()) {
      adviseDirectory(script, start.directory().get(), directory);
    }
    return program;
  }

  private Optional<Resolution> byPath(
      Resolution script, String name, Optional<SysrootPath> directory) throws IOException {
    if (!name.startsWith("/") && directory.isEmpty()) {
      return missing(script, name, ImmutableList.of(), Optional.of(KernelPaths.RELATIVE));
    }
    SysrootPath path = directory.orElse(SysrootPath.ROOT).resolve(name);
    Optional<Resolution> file = finder.resolve(path);
    return file.isPresent()
        ? file
        : missing(script, name, ImmutableList.of(path), Optional.empty());
  }

  private Optional<Resolution> byName(
      Resolution script, EnvStart start, Optional<SysrootPath> directory, boolean isMusl)
      throws IOException {
    String path = start.path().orElse(isMusl ? MUSL_PATH : GLIBC_PATH);
    ImmutableList.Builder<SysrootPath> known = ImmutableList.builder();
    for (String element : Splitter.on(':').split(path)) {
      if (!EnvStart.isKnown(element)) {
        advise(
            script,
            "has env look for "
                + start.program()
                + " in "
                + EnvStart.written(element)
                + " too, and variables are not known before it runs",
            "--add brings a program of that name there");
      } else if (element.startsWith("/")) {
        known.add(SysrootPath.of(element));
      } else {
        directory.ifPresent(it -> known.add(element.isEmpty() ? it : it.resolve(element)));
      }
    }
    ImmutableList<SysrootPath> directories = known.build();
    try {
      return finder.resolve(finder.along(directories).find(start.program()).path());
    } catch (UnknownProgramException e) {
      return missing(
          script,
          start.program(),
          directories,
          start.program().contains(" ")
              ? Optional.of("env takes the rest of the line as one name unless it is given -S")
              : Optional.empty());
    }
  }

  private Optional<Resolution> missing(
      Resolution script,
      String name,
      ImmutableList<SysrootPath> directories,
      Optional<String> reason) {
    FoundBy rule = new FoundBy.Shebang();
    ImmutableList.Builder<SearchedPlace> searched = ImmutableList.builder();
    directories.forEach(it -> searched.add(new SearchedPlace(rule, it.value())));
    builder.missing(new Missing(name, script.path(), searched.build(), reason));
    return Optional.empty();
  }

  /** A closure holds no directories for their own sake, and env ends where it cannot change to. */
  private void adviseDirectory(Resolution script, String asWritten, Optional<SysrootPath> directory)
      throws IOException {
    String what = "has env change to the directory " + EnvStart.written(asWritten) + " first";
    if (directory.isEmpty()) {
      advise(script, what + ", which is not known before it runs", "make sure that it is there");
    } else if (!finder.resolve(directory.get()).map(Resolution::isDirectory).orElse(false)) {
      advise(script, what + ", which is not there, and then env starts nothing", "make it");
    } else if (!directory.get().equals(SysrootPath.ROOT)) {
      advise(script, what, "--copy " + directory.get() + " brings it if nothing else does");
    }
  }

  private void advise(Resolution script, String reason, String remedy) {
    builder.advise(new Advice("env", ImmutableList.of(script.path()), reason, Optional.of(remedy)));
  }
}
