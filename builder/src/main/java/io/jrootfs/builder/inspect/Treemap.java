package io.jrootfs.builder.inspect;

import io.jrootfs.builder.inspect.Squares.Box;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What takes the space of a tree, as rectangles in each other.
 *
 * <p>Everything that would be too small to point at is one rectangle in its directory. So there are
 * at most {@link #PARTS} files and directories however many a tree has, and the directories around
 * them.
 */
final class Treemap {
  static final double WIDTH = 1000;
  static final double HEIGHT = 540;

  /** What has less than this part of the whole is not drawn by itself. */
  private static final int PARTS = 600;

  /** How deep directories are drawn with what is in them. */
  private static final int LEVELS = 4;

  private static final double MARGIN = 3;
  private static final double HEADING = 17;

  /** The sides that a directory needs to be drawn with what is in it. */
  private static final double FRAME = 44;

  private final List<Tile> tiles = new ArrayList<>();
  private final long least;

  private Treemap(long least) {
    this.least = least;
  }

  /** What a rectangle stands for. */
  enum What {
    /** A directory whose parts are drawn in it. */
    FRAME,
    /** A directory as a whole. */
    DIRECTORY,
    FILE,
    /** The parts of a directory that are too small. */
    REST
  }

  /**
   * One rectangle.
   *
   * @param box where; that of a part lies in that of its directory
   * @param path of the file, or of the directory
   * @param name from where the directory around is
   * @param size in bytes
   * @param count of a rest, of how many parts; 1 otherwise
   */
  record Tile(What what, Box box, RootfsPath path, String name, long size, int count) {}

  /** Outer before inner; none if the tree's files have no content. */
  static List<Tile> of(DirectoryNode root) {
    Treemap map = new Treemap(Math.max(1, root.size() / PARTS));
    if (root.size() > 0) {
      map.parts(root, new Box(0, 0, WIDTH, HEIGHT), 0);
    }
    return map.tiles;
  }

  private record Part(RootfsPath path, long size, Optional<DirectoryNode> directory) {}

  private void parts(DirectoryNode directory, Box box, int level) {
    List<Part> parts = new ArrayList<>();
    List<Part> small = new ArrayList<>();
    for (Part part : partsOf(directory)) {
      (part.size() >= least ? parts : small).add(part);
    }
    if (small.size() == 1) {
      parts.addAll(small);
      small.clear();
    }
    parts.sort(Comparator.comparingLong(Part::size).reversed().thenComparing(Part::path));
    List<Long> sizes = new ArrayList<>(parts.stream().map(Part::size).toList());
    long rest = small.stream().mapToLong(Part::size).sum();
    int place = 0;
    if (!small.isEmpty()) {
      while (place < sizes.size() && sizes.get(place) >= rest) {
        place++;
      }
      sizes.add(place, rest);
    }
    List<Box> boxes = Squares.divide(box, sizes);
    if (!small.isEmpty()) {
      Box of = boxes.remove(place);
      tiles.add(new Tile(What.REST, of, directory.path(), "others", rest, small.size()));
    }
    for (int i = 0; i < parts.size(); i++) {
      part(parts.get(i), directory, boxes.get(i), level);
    }
  }

  private static List<Part> partsOf(DirectoryNode directory) {
    List<Part> parts = new ArrayList<>();
    for (DirectoryNode child : directory.directories()) {
      parts.add(new Part(child.path(), child.size(), Optional.of(child)));
    }
    for (RootfsEntry entry : directory.others()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        parts.add(new Part(file.path(), file.content().size(), Optional.empty()));
      }
    }
    parts.removeIf(part -> part.size() == 0);
    return parts;
  }

  private void part(Part part, DirectoryNode around, Box box, int level) {
    if (part.directory().isEmpty()) {
      tile(What.FILE, part.path(), around, part.size(), box);
      return;
    }
    DirectoryNode directory = withoutSteps(part.directory().get());
    boolean isFrame = level < LEVELS && box.width() >= FRAME && box.height() >= FRAME;
    tile(isFrame ? What.FRAME : What.DIRECTORY, directory.path(), around, part.size(), box);
    if (isFrame) {
      parts(directory, box.within(MARGIN, HEADING), level + 1);
    }
  }

  /** A directory with nothing but a directory in it tells nothing that this one does not. */
  private static DirectoryNode withoutSteps(DirectoryNode directory) {
    DirectoryNode inner = directory;
    for (List<Part> parts = partsOf(inner);
        parts.size() == 1 && parts.get(0).directory().isPresent();
        parts = partsOf(inner)) {
      inner = parts.get(0).directory().get();
    }
    return inner;
  }

  private void tile(What what, RootfsPath path, DirectoryNode around, long size, Box box) {
    String above = around.path().isRoot() ? "/" : around.path().value() + "/";
    String name = path.value().substring(above.length());
    tiles.add(new Tile(what, box, path, what == What.FILE ? name : name + "/", size, 1));
  }
}
