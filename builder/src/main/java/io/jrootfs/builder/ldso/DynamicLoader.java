package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.sysroot.Resolution;
import java.io.IOException;
import java.util.Optional;

/**
 * One dynamic loader and its rules. {@link DynamicLoaders} tells which one a program has.
 *
 * <p>A caller starts a load, then looks up what each new object needs, objects and names in the
 * order they come: that is breadth-first, as every loader does it.
 */
public sealed interface DynamicLoader permits GlibcLoader, MuslLoader {
  /** The loader's own file, as the program names it. */
  Resolution interpreter();

  /** The machine the loader runs on, and with it everything it loads. */
  ElfHeader machine();

  /** Whether the loader loads what a dependency of this kind names. */
  boolean heeds(ElfDependency.Tag tag);

  /** Whether a program starts without what a dependency of this kind names. */
  boolean toleratesAbsence(ElfDependency.Tag tag);

  /**
   * The files of the sysroot that tell the loader where to search, apart from a cache: without them
   * it would search elsewhere.
   */
  ImmutableList<Resolution> configurationFiles();

  /**
   * The memory of a program right after the kernel has started it.
   *
   * @param file the program
   * @param elf what is in it
   * @param circumstances one of {@link #circumstances}
   */
  LoadedObjects start(Resolution file, ElfFile elf, Circumstances circumstances);

  /** All processors on which a program may load different things. */
  ImmutableList<Circumstances> circumstances(HwcapsPolicy policy);

  /** Whether a program does not start when an object lacks a symbol version others need. */
  boolean demandsVersions();

  /** What every program loads before its own libraries; absence of one is only a warning. */
  Optional<PreloadFile> preload();

  /**
   * The memory of an auditor of {@code program} before it is looked up by the object in it.
   *
   * @return empty if the loader pays no heed to auditors that a program names
   * @throws IOException if the loader cannot be read
   */
  Optional<LoadedObjects> forAuditor(LoadedObjects program) throws IOException;

  /**
   * Looks up one name and records what was found in {@code loaded}.
   *
   * @param name as it stands in the requester
   * @throws IOException if the sysroot cannot be read
   */
  Lookup find(LoadedObjects loaded, LoadedObject requester, String name, Purpose purpose)
      throws IOException;
}
