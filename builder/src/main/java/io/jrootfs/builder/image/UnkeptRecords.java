package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.function.Predicate;

/**
 * Collects what layers say of files and a rootfs has no place for. The layers themselves still have
 * it: it is lost where the rootfs is written anew.
 */
public final class UnkeptRecords {
  private final ImmutableListMultimap.Builder<String, RootfsPath> pathsByKeyword =
      ImmutableListMultimap.builder();

  void addAll(ImmutableSet<String> keywords, RootfsPath path) {
    keywords.forEach(keyword -> pathsByKeyword.put(keyword, path));
  }

  /**
   * What some of the files lose, by keyword; {@link io.jrootfs.builder.rootfs.UnkeptAttribute}
   * tells what it is about.
   */
  public Omissions of(Predicate<RootfsPath> files) {
    Omissions omissions = new Omissions();
    pathsByKeyword
        .build()
        .forEach(
            (keyword, path) -> {
              if (files.test(path)) {
                omissions.add(keyword, path);
              }
            });
    return omissions;
  }
}
