package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;

import io.jrootfs.builder.Additions;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsListing;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.PrintWriter;

/** To see what would be built instead of building it. */
final class LookOptions {
  private final boolean explain;
  private final boolean dryRun;

  LookOptions(Options given) {
    this.explain = given.isOn("--explain");
    this.dryRun = given.isOn("--dry-run");
  }

  static OptionGroup declare() {
    return group(
        "%nLooking first (nothing is written):%n",
        flag(
            "Print why each file would be in the image. A base system is made for it, and thrown"
                + " away.",
            "--explain"),
        flag(
            "Print the tree as 'ls -l' would show it. A base system is made for it, and thrown"
                + " away.",
            "--dry-run"));
  }

  /** Whether this is all that is wanted. */
  boolean isGiven() {
    return explain || dryRun;
  }

  /** Says why everything is there, if that is wanted. */
  void explain(RootfsRequest request, RootfsBuild.Resolved resolved, PrintWriter out) {
    if (!explain) {
      return;
    }
    request.base().ifPresent(it -> out.println(it.title()));
    out.print(ClosureFormat.TREE.render(resolved.closure()));
    for (SysrootPath file : request.additions().files()) {
      out.println(file + " [recipe]");
    }
    for (Additions.Entry entry : request.additions().entries()) {
      out.println(entry.entry().path() + " [" + entry.source() + "]");
    }
    for (RootfsRequest.Copy copy : request.copies()) {
      out.println(copy.source() + " => " + copy.destination() + " [copied]");
    }
    for (FeatureFiles feature : resolved.features()) {
      String reason = " [feature " + feature.request() + "]";
      feature.files().forEach(file -> out.println(file + reason));
      feature.defaults().forEach(entry -> out.println(entry.path() + reason));
    }
  }

  /**
   * Shows what would be written, if that is wanted.
   *
   * @param assembled the tree before the packages' metadata was added
   */
  void show(Rootfs assembled, Rootfs rootfs, Console console) {
    if (explain) {
      PackageOptions.explain(assembled, rootfs, console);
    }
    if (dryRun) {
      console.out().print(RootfsListing.of(rootfs));
    }
  }
}
