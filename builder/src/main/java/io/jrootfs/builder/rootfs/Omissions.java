package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableList;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects what was left out, so that thousands of files give one line. */
public final class Omissions {
  private final SortedMap<String, DirectoryWriter.Omission> byReason = new TreeMap<>();

  /**
   * Notes one.
   *
   * @param what as {@link DirectoryWriter.Omission} has it
   * @param path that this happened to
   */
  public void add(String what, RootfsPath path) {
    add(new DirectoryWriter.Omission(what, path, 1));
  }

  /** Notes several that were counted elsewhere. */
  public void addAll(Iterable<DirectoryWriter.Omission> omissions) {
    omissions.forEach(this::add);
  }

  private void add(DirectoryWriter.Omission omission) {
    byReason.merge(
        omission.what(),
        omission,
        (seen, added) ->
            new DirectoryWriter.Omission(
                seen.what(),
                seen.first().compareTo(added.first()) <= 0 ? seen.first() : added.first(),
                seen.count() + added.count()));
  }

  /** One for each reason, sorted. */
  public ImmutableList<DirectoryWriter.Omission> all() {
    return ImmutableList.copyOf(byReason.values());
  }
}
