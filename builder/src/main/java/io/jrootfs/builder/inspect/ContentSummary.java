package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.util.Comparator;
import java.util.TreeMap;

/**
 * A tree in a few numbers.
 *
 * @param kinds how many entries of each kind, by its name in the plural
 * @param size of all contents together, in bytes; that of a file with several names once
 * @param largest the files with the largest contents, largest first
 * @param privileged the files that run as somebody else or with capabilities, in path order
 */
record ContentSummary(
    ImmutableSortedMap<String, Integer> kinds,
    long size,
    ImmutableList<RootfsEntry.RegularFile> largest,
    ImmutableList<RootfsEntry.RegularFile> privileged) {
  private static final int LARGEST = 5;
  private static final int SET_ID = 06000;
  private static final String CAPABILITY = "security.capability";

  static ContentSummary of(Rootfs rootfs) {
    TreeMap<String, Integer> kinds = new TreeMap<>();
    ImmutableList.Builder<RootfsEntry.RegularFile> builder = ImmutableList.builder();
    for (RootfsEntry entry : rootfs.all()) {
      kinds.merge(entry.match(Plural.INSTANCE), 1, Integer::sum);
      if (entry instanceof RootfsEntry.RegularFile file) {
        builder.add(file);
      }
    }
    ImmutableList<RootfsEntry.RegularFile> files = builder.build();
    return new ContentSummary(
        ImmutableSortedMap.copyOf(kinds),
        files.stream().mapToLong(file -> file.content().size()).sum(),
        files.stream()
            .filter(file -> file.content().size() > 0)
            .sorted(
                Comparator.comparingLong((RootfsEntry.RegularFile file) -> -file.content().size()))
            .limit(LARGEST)
            .collect(ImmutableList.toImmutableList()),
        files.stream()
            .filter(ContentSummary::isPrivileged)
            .collect(ImmutableList.toImmutableList()));
  }

  private static boolean isPrivileged(RootfsEntry.RegularFile file) {
    return (file.metadata().mode() & SET_ID) != 0
        || file.metadata().xattrs().containsKey(CAPABILITY);
  }

  private enum Plural implements RootfsEntry.Cases<String, RuntimeException> {
    INSTANCE;

    @Override
    public String directory(RootfsEntry.Directory directory) {
      return "directories";
    }

    @Override
    public String regularFile(RootfsEntry.RegularFile file) {
      return "files";
    }

    @Override
    public String symlink(RootfsEntry.Symlink link) {
      return "symbolic links";
    }

    @Override
    public String hardLink(RootfsEntry.HardLink link) {
      return "hard links";
    }

    @Override
    public String device(RootfsEntry.Device device) {
      return "device nodes";
    }

    @Override
    public String fifo(RootfsEntry.Fifo fifo) {
      return "FIFOs";
    }
  }
}
