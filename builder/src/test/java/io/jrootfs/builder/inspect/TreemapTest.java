package io.jrootfs.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.inspect.Squares.Box;
import io.jrootfs.builder.inspect.Treemap.Tile;
import io.jrootfs.builder.inspect.Treemap.What;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TreemapTest {
  private static final double EXACT = 1e-6;

  /** The example of the paper: 6, 6, 4, 3, 2, 2 and 1 in a rectangle of 6 by 4. */
  @Example
  void rowsAreThoseOfTheAlgorithmsAuthors() {
    List<Box> boxes = Squares.divide(new Box(0, 0, 6, 4), List.of(6L, 6L, 4L, 3L, 2L, 2L, 1L));
    same(boxes.get(0), 0, 0, 3, 2);
    same(boxes.get(1), 0, 2, 3, 2);
    same(boxes.get(2), 3, 0, 12 / 7.0, 7 / 3.0);
    same(boxes.get(3), 3 + 12 / 7.0, 0, 9 / 7.0, 7 / 3.0);
    same(boxes.get(4), 3, 7 / 3.0, 6 / 5.0, 5 / 3.0);
  }

  @Example
  void aSliverDoesNotStandOutOfTheWhole() {
    areasAreInTheProportionOfSizesAndDoNotOverlap(List.of(1L, 39_131_721L));
    areasAreInTheProportionOfSizesAndDoNotOverlap(List.of(413L, 728L, 9944L, 1L << 40, 16L));
  }

  private static void same(Box box, double x, double y, double width, double height) {
    assertThat(box.x()).isCloseTo(x, within(EXACT));
    assertThat(box.y()).isCloseTo(y, within(EXACT));
    assertThat(box.width()).isCloseTo(width, within(EXACT));
    assertThat(box.height()).isCloseTo(height, within(EXACT));
  }

  @Property(tries = 1000)
  void areasAreInTheProportionOfSizesAndDoNotOverlap(
      @ForAll @Size(min = 1, max = 40) List<@LongRange(min = 1, max = 1L << 40) Long> any) {
    List<Long> sizes = any.stream().sorted(Comparator.reverseOrder()).toList();
    double sum = sizes.stream().mapToDouble(Long::doubleValue).sum();
    Box whole = new Box(10, 20, 300, 200);
    List<Box> boxes = Squares.divide(whole, sizes);
    assertThat(boxes).hasSameSizeAs(sizes);
    for (int i = 0; i < boxes.size(); i++) {
      assertThat(boxes.get(i).area() / whole.area()).isCloseTo(sizes.get(i) / sum, within(EXACT));
      assertThat(isWithin(boxes.get(i), whole)).isTrue();
      for (Box other : boxes.subList(0, i)) {
        assertThat(overlap(boxes.get(i), other)).isCloseTo(0, within(EXACT));
      }
    }
  }

  private static boolean isWithin(Box inner, Box outer) {
    return inner.x() >= outer.x() - EXACT
        && inner.y() >= outer.y() - EXACT
        && inner.x() + inner.width() <= outer.x() + outer.width() + EXACT
        && inner.y() + inner.height() <= outer.y() + outer.height() + EXACT;
  }

  private static double overlap(Box one, Box other) {
    double across =
        Math.min(one.x() + one.width(), other.x() + other.width()) - Math.max(one.x(), other.x());
    double down =
        Math.min(one.y() + one.height(), other.y() + other.height()) - Math.max(one.y(), other.y());
    return Math.max(0, across) * Math.max(0, down);
  }

  /** Only sizes count, so nothing is ever read of it. */
  private static RootfsEntry file(String path, long size) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path),
        Trees.mode(0644),
        new FileContent.Slice(Path.of("/nonexistent"), 0, size));
  }

  private static Rootfs tree(Random random, int count) {
    List<RootfsEntry> entries = new ArrayList<>(List.of(Trees.directory("/")));
    List<String> directories = new ArrayList<>(List.of(""));
    for (int i = 0; i < count; i++) {
      String path = directories.get(random.nextInt(directories.size())) + "/" + i;
      if (random.nextInt(4) == 0) {
        directories.add(path);
        entries.add(Trees.directory(path));
      } else {
        entries.add(file(path, random.nextInt(3) == 0 ? 0 : 1L << random.nextInt(30)));
      }
    }
    return Rootfs.of(entries);
  }

  @Property(tries = 100)
  void everyByteIsInOneTileAndTilesAreFewHoweverManyFilesThereAre(
      @ForAll long seed, @ForAll @IntRange(max = 5000) int count) {
    DirectoryNode root = DirectoryNode.rootOf(tree(new Random(seed), count));
    List<Tile> tiles = Treemap.of(root);
    assertThat(tiles).isEqualTo(Treemap.of(root));
    List<Tile> leaves = tiles.stream().filter(tile -> tile.what() != What.FRAME).toList();
    assertThat(leaves.stream().mapToLong(Tile::size).sum()).isEqualTo(root.size());
    // A directory has one tile for what is small, and as small a directory is not opened.
    assertThat(tiles.stream().filter(tile -> tile.what() != What.REST)).hasSizeLessThan(5 * 601);
    for (int i = 0; i < tiles.size(); i++) {
      Tile tile = tiles.get(i);
      for (Tile before : tiles.subList(0, i)) {
        boolean isInside = before.what() == What.FRAME && before.path().contains(tile.path());
        assertThat(
                isInside
                    ? isWithin(tile.box(), before.box())
                    : overlap(tile.box(), before.box()) < EXACT)
            .as("%s and %s", before, tile)
            .isTrue();
      }
    }
  }

  @Example
  void aDirectoryWithNothingButADirectoryIsOneStep() {
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                Trees.directory("/"),
                Trees.directory("/a"),
                Trees.directory("/a/b"),
                file("/a/b/c", 3000),
                file("/d", 1000),
                file("/e", 0)));
    List<Tile> tiles = Treemap.of(DirectoryNode.rootOf(rootfs));
    assertThat(tiles.stream().map(tile -> tile.what() + " " + tile.name() + " " + tile.size()))
        .containsExactly("FRAME a/b/ 3000", "FILE c 3000", "FILE d 1000");
    assertThat(tiles.get(2).box())
        .isEqualTo(new Box(Treemap.WIDTH * 3 / 4, 0, Treemap.WIDTH / 4, Treemap.HEIGHT));
  }

  @Example
  void withoutContentThereIsNothingToDraw() {
    assertThat(
            Treemap.of(
                DirectoryNode.rootOf(Rootfs.of(List.of(Trees.directory("/"), file("/empty", 0))))))
        .isEmpty();
  }
}
