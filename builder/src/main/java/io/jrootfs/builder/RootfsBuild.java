package io.jrootfs.builder;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.LoaderCache;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.LayerWriter;
import io.jrootfs.builder.image.Provenance;
import io.jrootfs.builder.image.RootfsArchive;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.image.WrittenLayer;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.PendingDirectory;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.RootfsSkeleton;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The build, one public method a stage. Each takes what the stage before it returned, which can as
 * well be made by hand.
 */
public final class RootfsBuild {
  private RootfsBuild() {}

  /**
   * From names to everything the programs load. What is missing is in the closure, not thrown.
   *
   * @param programs names or paths
   * @param searchPath directories for bare names
   * @param workingDirectory what relative paths start from, inside the sysroot
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws IOException if the sysroot cannot be read
   */
  public static Closure resolve(
      ImmutableList<String> programs,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory)
      throws IOException, ClosureException {
    ProgramFinder finder = new ProgramFinder(sysroot, searchPath, workingDirectory);
    ImmutableList.Builder<Program> found = ImmutableList.builder();
    for (String program : programs) {
      found.add(finder.find(program));
    }
    return new ClosureResolver(sysroot, searchPath).resolve(found.build());
  }

  /**
   * From the closure to the tree to be written: its files under every name that a loader looks up,
   * the copies, and what every root needs.
   *
   * @throws IncompleteClosureException if something the programs need is missing
   * @throws RootfsConflictException if two sources want different things in one place
   * @throws UncopyableFileException if no image can hold a file
   * @throws IOException if a file cannot be read
   */
  public static Rootfs assemble(RootfsRequest request, Closure closure, Sysroot sysroot)
      throws IOException,
          IncompleteClosureException,
          RootfsConflictException,
          UncopyableFileException {
    if (!closure.isComplete()) {
      throw new IncompleteClosureException(closure);
    }
    RootfsAssembler assembler = new RootfsAssembler(sysroot, request.sourceDateEpoch());
    for (Closure.Edge edge : closure.edges()) {
      assembler.add(edge.to().requested());
    }
    assembler.addMergedUsrLinks();
    for (RootfsRequest.Copy copy : request.copies()) {
      assembler.copy(copy.source(), copy.destination());
    }
    Optional<byte[]> cache = LoaderCache.of(closure);
    if (cache.isPresent()) {
      assembler.addDefault(loaderCache(cache.get(), request.sourceDateEpoch()), "jbuild");
    }
    RootfsSkeleton.addTo(assembler);
    return assembler.assemble();
  }

  private static RootfsEntry loaderCache(byte[] bytes, long date) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(LoaderCache.PATH),
        Metadata.ofMode(0644).withMtime(date),
        new FileContent.Literal(Bytes.copyOf(bytes)));
  }

  /**
   * Writes the tree as the request asks; the output appears complete or not at all.
   *
   * @throws IOException if a file cannot be read or the output not be written
   */
  public static BuildReport write(RootfsRequest request, Closure closure, Rootfs rootfs)
      throws IOException {
    Path output = request.output().path();
    Optional<WrittenImage> image = Optional.empty();
    switch (request.output().format()) {
      case HYBRID, OCI, DOCKER -> image = Optional.of(writeImage(request, closure, rootfs));
      case ROOTFS ->
          RootfsArchive.write(
              rootfs, request.sourceDateEpoch(), request.output().compression(), output);
      case DIRECTORY -> writeDirectory(request.output(), rootfs);
    }
    return new BuildReport(
        output,
        image.isPresent() || Files.isRegularFile(output) ? Files.size(output) : contentSize(rootfs),
        rootfs.entries().size(),
        image.map(WrittenImage::manifestDigest));
  }

  private static WrittenImage writeImage(RootfsRequest request, Closure closure, Rootfs rootfs)
      throws IOException {
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      WrittenLayer layer =
          LayerWriter.write(
              rootfs, request.sourceDateEpoch(), request.output().compression(), spool.path());
      return HybridArchive.write(
          request.name().orElseGet(() -> ImageDefaults.name(closure)),
          ImageDefaults.config(closure),
          new Provenance(Instant.ofEpochSecond(request.sourceDateEpoch()), createdBy(request)),
          ImmutableList.of(layer),
          request.output().format().form().orElseThrow(),
          request.output().path());
    }
  }

  /** Copies are left out: where they came from differs between machines that build the same. */
  private static String createdBy(RootfsRequest request) {
    String command = "jbuild rootfs";
    return request.programs().isEmpty()
        ? command
        : command + " --add " + Joiner.on(',').join(request.programs());
  }

  private static void writeDirectory(RootfsRequest.Output output, Rootfs rootfs)
      throws IOException {
    try (PendingDirectory pending = PendingDirectory.at(output.path())) {
      pending.write(
          rootfs,
          output.keepOwners()
              ? DirectoryWriter.Options.exact()
              : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.FAIL));
      pending.commit();
    }
  }

  private static long contentSize(Rootfs rootfs) {
    long size = 0;
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        size += file.content().size();
      }
    }
    return size;
  }
}
