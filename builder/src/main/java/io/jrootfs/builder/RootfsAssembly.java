package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.RootfsBuild.Resolved;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.LoaderCache;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.image.Whiteout;
import io.jrootfs.builder.rootfs.AccountLines;
import io.jrootfs.builder.rootfs.Amendment;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.MissingEntryException;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.RootfsSkeleton;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;

/**
 * What is put into the tree, in the order that decides: what was asked for first, then what only
 * fills gaps.
 */
final class RootfsAssembly {
  private RootfsAssembly() {}

  static RootfsBuild.Assembled assemble(
      RootfsAssembler assembler, RootfsRequest request, Resolved resolved)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException,
          UnknownUserException {
    Closure closure = resolved.closure();
    if (!closure.isComplete()) {
      throw new IncompleteClosureException(closure);
    }
    for (Closure.Edge edge : closure.edges()) {
      assembler.add(edge.to().requested());
    }
    for (SysrootPath file : request.additions().files()) {
      assembler.add(file);
    }
    boolean isOnImage =
        request.base().isPresent() && request.base().get() instanceof BaseRequest.OfImage;
    if (!isOnImage || !closure.edges().isEmpty()) {
      assembler.addMergedUsrLinks();
    }
    for (RootfsRequest.Copy copy : request.copies()) {
      assembler.copy(copy.source(), copy.destination(), copy.change());
    }
    for (Additions.Entry entry : request.additions().entries()) {
      assembler.put(entry.entry(), entry.source());
    }
    Optional<AccountLines> accounts = request.additions().accounts();
    if (accounts.isPresent()) {
      RootfsSkeleton.addAccounts(assembler, accounts.get(), "the accounts of the recipe");
    }
    addFeatures(assembler, resolved.features());
    Optional<byte[]> cache = LoaderCache.of(closure);
    if (cache.isPresent()) {
      assembler.addDefault(loaderCache(cache.get(), request.sourceDateEpoch()), "jbuild");
    }
    if (!isOnImage) {
      // An image has what its makers thought it needs.
      RootfsSkeleton.addTo(assembler);
    }
    for (Amendment amendment : request.additions().amendments()) {
      assembler.amend(amendment);
    }
    Rootfs rootfs = assembler.assemble();
    if (request.output().format() != RootfsRequest.Format.DIRECTORY) {
      Whiteout.refuseIn(rootfs);
    }
    // The user of a base is the business of who made it.
    ImageAccounts.require(request.image().user().orElse(""), rootfs);
    return new RootfsBuild.Assembled(rootfs, assembler.unkept());
  }

  private static void addFeatures(RootfsAssembler assembler, ImmutableList<FeatureFiles> features)
      throws IOException, RootfsConflictException, UncopyableFileException {
    for (FeatureFiles feature : features) {
      for (SysrootPath file : feature.files()) {
        assembler.addDefault(file);
      }
      for (RootfsEntry entry : feature.defaults()) {
        assembler.addDefault(entry, "feature " + feature.request());
      }
    }
  }

  private static RootfsEntry loaderCache(byte[] bytes, long date) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(LoaderCache.PATH),
        Metadata.ofMode(0644).withMtime(date),
        new FileContent.Literal(Bytes.copyOf(bytes)));
  }
}
