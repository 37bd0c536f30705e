package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.ldso.DynamicLoaders;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.List;

/**
 * From programs to everything they load before their first instruction. Files are read, nothing is
 * executed, so the sysroot may be for any machine. Files are read once for all calls; not
 * thread-safe.
 *
 * <p>Another program asks what bash loads, and why, like this:
 *
 * <pre>{@code
 * Sysroot sysroot = Sysroot.of(Path.of("/"));
 * ImmutableList<SysrootPath> path = ProgramFinder.searchPath("/usr/bin:/bin");
 * Program bash = new ProgramFinder(sysroot, path, SysrootPath.ROOT).find("bash");
 * Closure closure = new ClosureResolver(sysroot, path).resolve(List.of(bash));
 * for (Closure.Edge edge : closure.edges()) {
 *   System.out.println(edge.requested() + " is " + edge.to().path() + ": " + edge.foundBy());
 * }
 * closure.missing().forEach(missing -> System.out.println(missing.sentence()));
 * }</pre>
 */
public final class ClosureResolver {
  private final Sysroot sysroot;
  private final ElfFiles files;
  private final DynamicLoaders loaders;
  private final ProgramFinder finder;
  private final ClosureOptions options;

  /**
   * A resolver for one tree.
   *
   * @param searchPath where the programs behind {@code #!/usr/bin/env NAME} are looked up, in order
   */
  public ClosureResolver(Sysroot sysroot, ImmutableList<SysrootPath> searchPath) {
    this(sysroot, searchPath, ClosureOptions.DEFAULT);
  }

  /**
   * A resolver for one tree.
   *
   * @param searchPath where the programs behind {@code #!/usr/bin/env NAME} are looked up, in order
   */
  public ClosureResolver(
      Sysroot sysroot, ImmutableList<SysrootPath> searchPath, ClosureOptions options) {
    this.sysroot = sysroot;
    this.options = options;
    this.files = new ElfFiles(sysroot, SymbolAdvice.FUNCTIONS);
    this.loaders =
        new DynamicLoaders(sysroot, files, options.libraryPath(), options.asLdconfigWould());
    this.finder = new ProgramFinder(sysroot, searchPath, SysrootPath.ROOT, options.machine());
  }

  /**
   * The closure of {@code programs}. Each is loaded by itself, as it will be; the result is the
   * union. What is needed and absent is in {@link Closure#missing}, never thrown.
   *
   * @param programs executables, scripts or shared objects; found by {@link ProgramFinder#find}
   * @throws ClosureException if one of them is no program, or its loader's rules are not known
   * @throws IOException if the sysroot cannot be read
   */
  public Closure resolve(List<Program> programs) throws IOException, ClosureException {
    ClosureWalk walk = new ClosureWalk(sysroot, files, loaders, finder, programs, options);
    for (Program program : programs) {
      walk.request(program);
    }
    return walk.closure(ImmutableList.copyOf(programs));
  }

  /**
   * The closure of those of {@code programs} that have one: what cannot be started is left out.
   *
   * @throws IOException if the sysroot cannot be read
   */
  public Closure resolveAll(List<Program> programs) throws IOException {
    ClosureWalk walk = new ClosureWalk(sysroot, files, loaders, finder, programs, options);
    ImmutableList.Builder<Program> followed = ImmutableList.builder();
    for (Program program : programs) {
      try {
        walk.request(program);
        followed.add(program);
      } catch (ClosureException e) {
        // The caller asked for what there is; RootCheck tells what there is not.
      }
    }
    return walk.closure(followed.build());
  }
}
