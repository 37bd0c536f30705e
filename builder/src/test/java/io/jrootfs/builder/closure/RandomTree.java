package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A tree of libraries that no distribution would ship, with one program; small enough to be real
 * files that a real loader maps.
 *
 * @param interpreter of the program
 * @param tree what stands in each place; the last one is the program
 */
record RandomTree(String interpreter, List<Slot> tree) {
  static final int DIRECTORIES = 3;
  static final int NAMES = 4;

  /** What stands in one place of the tree. */
  enum Kind {
    ABSENT,
    LIBRARY,
    SYMLINK,
    HARD_LINK,
    FOREIGN,
    TEXT
  }

  /**
   * One object.
   *
   * @param needs numbers of names; once more as many mean DT_AUXILIARY, then DT_FILTER
   * @param soname 0 for none, 1 for its file name, otherwise another library's name
   * @param rpath directories; empty for no DT_RPATH
   * @param runPath directories; empty for no DT_RUNPATH
   * @param other which place a link leads to
   */
  record Slot(
      Kind kind,
      List<Integer> needs,
      int soname,
      List<Integer> rpath,
      List<Integer> runPath,
      boolean noDefaultLibraries,
      int other) {
    /** The loader does not print what the program itself is a filter for. */
    Slot withoutFilters() {
      List<Integer> plain = needs.stream().map(need -> need % NAMES).toList();
      return new Slot(kind, plain, soname, rpath, runPath, noDefaultLibraries, other);
    }

    Slot absent() {
      return new Slot(Kind.ABSENT, needs, soname, rpath, runPath, noDefaultLibraries, other);
    }

    boolean isFilter() {
      return needs.stream().anyMatch(need -> need >= NAMES);
    }
  }

  static Arbitrary<RandomTree> trees(String interpreter) {
    return slots()
        .list()
        .ofSize(DIRECTORIES * NAMES + 1)
        .map(slots -> new RandomTree(interpreter, slots));
  }

  private static Arbitrary<Slot> slots() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(5, Kind.ABSENT),
            Tuple.of(10, Kind.LIBRARY),
            Tuple.of(3, Kind.SYMLINK),
            Tuple.of(2, Kind.HARD_LINK),
            Tuple.of(1, Kind.FOREIGN));
    Arbitrary<List<Integer>> needs =
        Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(0, NAMES - 1)),
                Tuple.of(1, Arbitraries.integers().between(NAMES, 3 * NAMES - 1)))
            .list()
            .ofMaxSize(3);
    // The upper half means the same directories by absolute path.
    Arbitrary<List<Integer>> paths =
        Arbitraries.integers().between(0, 2 * DIRECTORIES - 1).list().ofMaxSize(2);
    return Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(60, kinds), Tuple.of(1, Arbitraries.just(Kind.TEXT))),
            needs,
            Arbitraries.integers().between(0, NAMES + 1),
            paths,
            paths,
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, DIRECTORIES * NAMES - 1))
        .as(Slot::new);
  }

  boolean hasFilters() {
    return tree.stream().anyMatch(Slot::isFilter);
  }

  /** The same tree without what {@code kind} stands for. */
  RandomTree without(Kind kind) {
    return new RandomTree(
        interpreter, tree.stream().map(it -> it.kind() == kind ? it.absent() : it).toList());
  }

  /** Writes the tree and returns its program. */
  Path write(Path root) throws IOException {
    for (int i = 0; i < DIRECTORIES; i++) {
      Files.createDirectory(root.resolve("d" + i));
    }
    for (int i = 0; i < DIRECTORIES * NAMES; i++) {
      Path file = place(root, i);
      switch (tree.get(i).kind()) {
        case LIBRARY ->
            Files.write(file, object(root, tree.get(i), ElfBuilder.sharedObject()).build());
        case FOREIGN -> Files.write(file, ElfBuilder.sharedObject().on(ElfMachine.I386).build());
        case TEXT -> Files.writeString(file, "INPUT(libother.so) ".repeat(10));
        case SYMLINK -> Files.createSymbolicLink(file, relative(root, tree.get(i).other()));
        default -> {
          // Hard links follow once everything they may lead to exists.
        }
      }
    }
    for (int i = 0; i < DIRECTORIES * NAMES; i++) {
      Path existing = place(root, tree.get(i).other());
      if (tree.get(i).kind() == Kind.HARD_LINK && Files.isRegularFile(existing)) {
        Files.createLink(place(root, i), existing.toRealPath());
      }
    }
    Path program = root.resolve("d0/program");
    Slot slot = tree.get(DIRECTORIES * NAMES);
    Files.write(
        program, object(root, slot.withoutFilters(), ElfBuilder.program(interpreter)).build());
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static Path place(Path root, int slot) {
    return root.resolve("d" + slot / NAMES).resolve(name(slot % NAMES));
  }

  private static Path relative(Path root, int slot) {
    return Path.of("..").resolve(root.relativize(place(root, slot)));
  }

  private static String name(int number) {
    return "libjrootfs" + number + ".so";
  }

  private static ElfBuilder object(Path root, Slot slot, ElfBuilder elf) {
    for (int need : slot.needs()) {
      if (need < NAMES) {
        elf.needs(name(need));
      } else if (need < 2 * NAMES) {
        elf.auxiliary(name(need - NAMES));
      } else {
        elf.filter(name(need - 2 * NAMES));
      }
    }
    if (slot.soname() > 0) {
      elf.soname(name((slot.soname() + NAMES - 1) % NAMES));
    }
    if (!slot.rpath().isEmpty()) {
      elf.rpath(path(root, slot.rpath()));
    }
    if (!slot.runPath().isEmpty()) {
      elf.runPath(path(root, slot.runPath()));
    }
    if (slot.noDefaultLibraries() && slot.kind() == Kind.LIBRARY) {
      elf.flags1(ElfDynamic.DF_1_NODEFLIB);
    }
    // Loaders map whole pages and look for a symbol table; musl looks a symbol up. Where the first
    // program header stands, PT_LOAD (1), PF_R (4) and offset 0 read as a hash table of one bucket
    // with nothing in it.
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
        .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
        .trailing(new byte[8192]);
  }

  private static String path(Path root, List<Integer> directories) {
    List<String> elements = new ArrayList<>();
    for (int directory : directories) {
      elements.add(
          directory < DIRECTORIES
              ? "$ORIGIN/../d" + directory
              : root + "/d" + (directory - DIRECTORIES));
    }
    return String.join(":", elements);
  }
}
