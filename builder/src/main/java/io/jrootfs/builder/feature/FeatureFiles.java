package io.jrootfs.builder.feature;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.sysroot.SysrootPath;

/**
 * What one feature brings.
 *
 * @param request which feature
 * @param programs programs and libraries whose closure it needs
 * @param files files, links and directories of the sysroot, each for itself
 * @param defaults generated files, for roots that have none of their own
 */
public record FeatureFiles(
    FeatureRequest request,
    ImmutableList<Program> programs,
    ImmutableSortedSet<SysrootPath> files,
    ImmutableList<RootfsEntry> defaults) {

  static FeatureFiles ofFiles(FeatureRequest request, Iterable<SysrootPath> files) {
    return new FeatureFiles(
        request, ImmutableList.of(), ImmutableSortedSet.copyOf(files), ImmutableList.of());
  }
}
