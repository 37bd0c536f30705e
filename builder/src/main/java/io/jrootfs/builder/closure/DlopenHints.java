package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.DynamicLoader;
import io.jrootfs.builder.ldso.DynamicLoaders;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.ldso.LoadedObjects;
import io.jrootfs.builder.ldso.LoaderException;
import io.jrootfs.builder.ldso.Lookup;
import io.jrootfs.builder.ldso.Purpose;
import io.jrootfs.builder.ldso.UnsupportedLoaderException;
import io.jrootfs.builder.ldso.UsualInterpreter;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the callers of dlopen(3) may have in mind: names of libraries that stand in their files.
 * They are told, with where each leads, and never followed: a name in a file is no call.
 */
public final class DlopenHints {
  private static final String TOPIC = "dlopen";

  /** A line of advice shall stay one. */
  private static final int MAX_SHOWN = 8;

  private static final String REMEDY_FOR_ABSENT =
      "install what provides those you need and bring them with --add";

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final DynamicLoaders loaders;
  private final Closure closure;
  private final Set<String> requested = new HashSet<>();
  private final Set<SysrootPath> programs = new HashSet<>();

  /** By name, where it leads. */
  private final TreeMap<String, SysrootPath> there = new TreeMap<>();

  private final TreeSet<String> absent = new TreeSet<>();

  /** Of the first file whose names cannot be told, why. */
  private Optional<String> unread = Optional.empty();

  private DlopenHints(Closure closure, Sysroot sysroot, ClosureOptions options) {
    this.closure = closure;
    this.sysroot = sysroot;
    this.files = new ElfFiles(sysroot);
    this.loaders =
        new DynamicLoaders(sysroot, files, options.libraryPath(), options.asLdconfigWould());
    for (Edge edge : closure.edges()) {
      requested.add(edge.requested());
      if (edge.from().isEmpty()) {
        programs.add(edge.to().path());
      }
    }
  }

  /**
   * The closure whose advice on dlopen, if it has any, tells the names. This reads all of the files
   * that call it, which takes a while.
   *
   * @param options those of the closure
   * @throws IOException if a file cannot be read
   */
  public static Closure in(Closure closure, Sysroot sysroot, ClosureOptions options)
      throws IOException {
    ImmutableList.Builder<Advice> advice = ImmutableList.builder();
    for (Advice each : closure.advice()) {
      advice.add(
          each.topic().equals(TOPIC)
              ? new DlopenHints(closure, sysroot, options).refined(each)
              : each);
    }
    return closure.with(advice.build());
  }

  private Advice refined(Advice advice) throws IOException {
    for (SysrootPath caller : advice.files()) {
      Optional<Resolution> file = sysroot.find(caller);
      if (file.isPresent()) {
        look(file.get());
      }
    }
    absent.removeAll(there.keySet());
    boolean isAllAbsent = there.isEmpty() && !absent.isEmpty();
    return new Advice(
        advice.topic(),
        advice.files(),
        advice.reason() + names() + unread.map(why -> "; " + why).orElse(""),
        isAllAbsent ? Optional.of(REMEDY_FOR_ABSENT) : advice.remedy(),
        all());
  }

  private ImmutableSortedMap<String, Optional<SysrootPath>> all() {
    ImmutableSortedMap.Builder<String, Optional<SysrootPath>> all =
        ImmutableSortedMap.naturalOrder();
    there.forEach((name, path) -> all.put(name, Optional.of(path)));
    absent.forEach(name -> all.put(name, Optional.empty()));
    return all.buildOrThrow();
  }

  private String names() {
    if (there.isEmpty()) {
      return absent.isEmpty()
          ? ""
          : "; their files name what is not in this root: " + shown(absent);
    }
    String others = absent.isEmpty() ? "" : "; and, not in this root: " + shown(absent);
    return "; their files name " + shown(there.values()) + ", not included" + others;
  }

  private static String shown(Collection<?> names) {
    String some =
        names.stream().limit(MAX_SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
    return names.size() > MAX_SHOWN ? some + " and " + (names.size() - MAX_SHOWN) + " more" : some;
  }

  private void look(Resolution caller) throws IOException {
    try {
      Optional<ElfFile> elf = files.read(caller);
      if (elf.isPresent()) {
        for (String name : ElfReader.libraryNames(sysroot.file(caller.path()))) {
          if (!requested.contains(name)) {
            look(caller, elf.get(), name);
          }
        }
      }
    } catch (FileSystemLoopException e) {
      unknown(caller, e.getFile() + " is a link with too many levels of symbolic links");
    } catch (MalformedElfException | LoaderException e) {
      // That it was loaded says nothing of all that is in it: less of it is looked at for that.
      unknown(caller, String.valueOf(e.getMessage()));
    }
  }

  private void unknown(Resolution caller, String why) {
    unread = unread.or(() -> Optional.of("what " + caller.path() + " names is not known: " + why));
  }

  /** Nothing reads the PT_INTERP that a library may have; it need not even be a path. */
  private SysrootPath interpreter(Resolution caller, ElfFile elf)
      throws UnsupportedLoaderException {
    boolean isProgram = programs.contains(caller.path());
    Optional<String> own = elf.interpreter().filter(path -> isProgram && path.startsWith("/"));
    return own.isPresent() ? SysrootPath.of(own.get()) : UsualInterpreter.of(elf);
  }

  /** As if the caller were a program alone: the memory that this fills is nobody else's. */
  private void look(Resolution caller, ElfFile elf, String name)
      throws IOException, LoaderException {
    Optional<Resolution> file = sysroot.find(interpreter(caller, elf));
    if (file.isEmpty()) {
      return;
    }
    DynamicLoader loader = loaders.load(file.get());
    LoadedObjects alone =
        loader.start(caller, elf, loader.circumstances(HwcapsPolicy.BASELINE).get(0));
    Lookup lookup = loader.find(alone, alone.main(), name, Purpose.NEED);
    if (lookup instanceof Lookup.Found found) {
      Resolution library = found.object().file();
      if (!closure.nodes().containsKey(library.path())) {
        there.put(name, library.requested());
      }
    } else if (lookup instanceof Lookup.NotFound) {
      absent.add(name);
    }
  }
}
