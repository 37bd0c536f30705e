package io.jrootfs.builder.ldso;

import com.google.common.util.concurrent.Uninterruptibles;
import io.jrootfs.builder.elf.ElfContents;
import io.jrootfs.builder.elf.ElfContentsReader;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.SymbolNames;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A thread that reads programs before anybody asks for them, and the libraries that these name
 * where most libraries are: beside the program interpreter. Another place only means that whoever
 * looks a library up reads it then. No decision is made here.
 */
final class ReadAhead {
  private final Sysroot view;
  private final ElfContentsReader reader;
  private final List<Resolution> programs;
  private final Map<FileIdentity, FutureTask<Read>> begun = new ConcurrentHashMap<>();

  /** Libraries looked for already, by path. */
  private final Set<SysrootPath> seen = new HashSet<>();

  private boolean hasTokens;

  /**
   * A file that was read.
   *
   * @param contents empty if it is not ELF
   */
  record Read(Optional<ElfContents> contents) {}

  private ReadAhead(Sysroot view, SymbolNames wanted, List<Resolution> programs) {
    this.view = view;
    this.reader = new ElfContentsReader(wanted);
    this.programs = programs;
    for (Resolution program : programs) {
      begun.put(program.identity(), reading(program));
    }
  }

  /**
   * Begins to read.
   *
   * @param programs regular files, in the order they will be asked for
   * @throws IOException if the sysroot is gone
   */
  static ReadAhead of(Sysroot sysroot, SymbolNames wanted, List<Resolution> programs)
      throws IOException {
    // A view of a tree is for one thread at a time.
    ReadAhead ahead = new ReadAhead(Sysroot.of(sysroot.directory()), wanted, programs);
    Thread thread = new Thread(ahead::run, "read ahead");
    thread.setDaemon(true);
    thread.start();
    return ahead;
  }

  /** What is in a file, once that is read; empty if nobody here does, or it could not be read. */
  Optional<Read> get(Resolution file) {
    FutureTask<Read> reading = begun.get(file.identity());
    return reading == null ? Optional.empty() : resultOf(reading);
  }

  private static Optional<Read> resultOf(FutureTask<Read> reading) {
    try {
      return Optional.ofNullable(Uninterruptibles.getUninterruptibly(reading));
    } catch (ExecutionException | CancellationException e) {
      // Who asks for it reads it again, and is told.
      return Optional.empty();
    }
  }

  private FutureTask<Read> reading(Resolution file) {
    return new FutureTask<>(() -> new Read(reader.read(view.file(file.path()), file.size())));
  }

  private void run() {
    try {
      readAll();
    } finally {
      // Nobody waits for what was not read because this thread failed.
      begun.values().forEach(reading -> reading.cancel(/* mayInterruptIfRunning= */ false));
    }
  }

  private void readAll() {
    for (Resolution program : programs) {
      FutureTask<Read> reading = begun.get(program.identity());
      if (reading != null && !reading.isDone()) {
        reading.run();
        resultOf(reading).flatMap(Read::contents).map(ElfContents::file).ifPresent(this::libraries);
      }
    }
  }

  private void libraries(ElfFile program) {
    Optional<String> interpreter = program.interpreter();
    if (interpreter.isEmpty() || !interpreter.get().startsWith("/")) {
      return;
    }
    try {
      Optional<Resolution> loader = view.find(SysrootPath.of(interpreter.get()));
      if (loader.isPresent()) {
        libraries(program, loader.get().path().parent());
      }
    } catch (IOException | IllegalArgumentException e) {
      // Who follows the program to its interpreter is told.
      return;
    }
  }

  private void libraries(ElfFile program, SysrootPath directory) throws IOException {
    Deque<ElfFile> pending = new ArrayDeque<>();
    pending.add(program);
    while (!pending.isEmpty()) {
      ElfDynamic dynamic = pending.removeFirst().dynamic().orElse(null);
      if (dynamic != null) {
        prepare(dynamic);
        for (String name : dynamic.needed()) {
          library(directory.resolve(name)).ifPresent(it -> pending.add(it.file()));
        }
      }
    }
  }

  private Optional<ElfContents> library(SysrootPath path) throws IOException {
    if (!seen.add(path)) {
      return Optional.empty();
    }
    Optional<Resolution> file = view.find(path);
    if (file.isEmpty() || !file.get().isRegularFile()) {
      return Optional.empty();
    }
    FutureTask<Read> reading = reading(file.get());
    if (begun.putIfAbsent(file.get().identity(), reading) != null) {
      return Optional.empty();
    }
    reading.run();
    return resultOf(reading).flatMap(Read::contents);
  }

  /** Programs whose paths hold tokens are asked for their capabilities. */
  private void prepare(ElfDynamic dynamic) {
    if (!hasTokens && dynamic.mayHoldTokens()) {
      hasTokens = true;
      Sysroot.prepareForPrivileges();
    }
  }
}
