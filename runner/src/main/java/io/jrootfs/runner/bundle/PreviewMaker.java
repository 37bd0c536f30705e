package io.jrootfs.runner.bundle;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.LayerFlattener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells what a bundle would be, and makes none. */
record PreviewMaker(BundleMaker maker, Preparation preparation) {
  private static final String SMALL = "it is small, and starts faster so";

  BundleCache.Preview preview(Path image)
      throws ImageFormatException, BundleException, IOException {
    if (BundleCache.isRootfsDirectory(image)) {
      return ready(maker.ofDirectory(image));
    }
    if (preparation.unpacking() == Unpacking.IN_PLACE) {
      return new InPlaceBundles(maker.bundles(), preparation).preview(image);
    }
    BundleCache.refuseUnmountable(image, preparation);
    Optional<Bundle> before = maker.madeBefore(BundleMaker.identityOf(image));
    return before.isPresent() ? ready(before.get()) : unready(image);
  }

  private BundleCache.Preview unready(Path image)
      throws ImageFormatException, BundleException, IOException {
    CachedBundles bundles = maker.bundles();
    Path spool = Files.createTempDirectory("jrun-");
    try {
      Image opened = ImageReader.open(image, preparation.wanted(), spool);
      ImageIndex.Known known = ImageIndex.Known.of(opened);
      Optional<Bundle> same = bundles.find(known);
      if (same.isPresent()) {
        return ready(same.get());
      }
      ImageTree tree = ImageTree.of(LayerFlattener.flatten(opened, spool));
      AccountFiles accounts = AccountFiles.read(tree);
      Bundle bundle =
          maker.isToBeMounted(image)
              ? bundles.ofExpectedIndex(known, accounts)
              : bundles.ofRoot(known, accounts);
      return new BundleCache.Preview(bundle, true, bundles.why(bundle, SMALL));
    } finally {
      MoreFiles.deleteRecursively(spool, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private BundleCache.Preview ready(Bundle bundle) throws IOException {
    String why = maker.bundles().why(bundle, "it was unpacked before");
    return new BundleCache.Preview(bundle, false, why);
  }
}
