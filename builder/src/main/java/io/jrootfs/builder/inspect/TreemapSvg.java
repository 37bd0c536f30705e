package io.jrootfs.builder.inspect;

import io.jrootfs.builder.inspect.Squares.Box;
import io.jrootfs.builder.inspect.Treemap.Tile;
import io.jrootfs.builder.inspect.Treemap.What;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.function.Function;

/**
 * A {@link Treemap} as a drawing in a page. Across it is as wide as the page, down it is in pixels,
 * so that its letters are as large in a narrow window as in a wide one.
 */
final class TreemapSvg {
  /** Of the letters on it, on average, in pixels. */
  private static final double LETTER = 6.4;

  private static final double LINE = 14;
  private static final int FEWEST_LETTERS = 6;

  private final Html page;
  private final Function<RootfsPath, String> kinds;

  private TreemapSvg(Html page, Function<RootfsPath, String> kinds) {
    this.page = page;
    this.kinds = kinds;
  }

  /**
   * Draws what a tree's space goes to; the tree has some.
   *
   * @param kinds to which class of {@link PageStyle} a file belongs
   */
  static void draw(Html page, DirectoryNode root, Function<RootfsPath, String> kinds) {
    TreemapSvg svg = new TreemapSvg(page, kinds);
    page.raw("<svg class=\"treemap\" role=\"img\" aria-label=\"Sizes of files\" height=\"")
        .number(Treemap.HEIGHT)
        .raw("\">\n");
    Treemap.of(root).forEach(svg::tile);
    page.raw("</svg>\n");
  }

  private void tile(Tile tile) {
    page.raw("<g class=\"").raw(kind(tile)).raw("\"><title>").text(title(tile)).raw("</title>");
    page.raw("<rect");
    place(tile.box());
    page.raw("/>");
    label(tile);
    page.raw("</g>\n");
  }

  private String kind(Tile tile) {
    return switch (tile.what()) {
      case FRAME -> "frame";
      case DIRECTORY -> "directory";
      case REST -> "rest";
      case FILE -> kinds.apply(tile.path());
    };
  }

  private static String title(Tile tile) {
    String size = HumanSize.of(tile.size());
    return switch (tile.what()) {
      case FRAME, DIRECTORY -> tile.path() + "/ " + size;
      case FILE -> tile.path() + " " + size;
      case REST ->
          (tile.path().isRoot() ? "/" : tile.path() + "/")
              + ": "
              + tile.count()
              + " smaller files and directories, "
              + size;
    };
  }

  private void place(Box box) {
    page.raw(" x=\"").number(box.x() / Treemap.WIDTH * 100);
    page.raw("%\" y=\"").number(box.y());
    page.raw("\" width=\"").number(box.width() / Treemap.WIDTH * 100);
    page.raw("%\" height=\"").number(box.height()).raw("\"");
  }

  /**
   * An inner drawing cuts off what is wider than it: windows may be narrower than reckoned with.
   */
  private void label(Tile tile) {
    int letters = (int) ((tile.box().width() - 8) / LETTER);
    if (letters < Math.min(FEWEST_LETTERS, tile.name().length())
        || tile.box().height() < LINE + 2) {
      return;
    }
    page.raw("<svg");
    place(tile.box());
    page.raw("><text x=\"4\" y=\"12.5\">");
    String size = HumanSize.of(tile.size());
    if (tile.what() == What.FRAME) {
      boolean hasRoom = tile.name().length() + 1 + size.length() <= letters;
      page.text(hasRoom ? tile.name() + " " + size : Shortened.of(tile.name(), letters));
    } else {
      page.text(Shortened.of(tile.name(), letters));
      if (tile.box().height() >= 2 * LINE + 2 && size.length() <= letters) {
        page.raw("</text><text x=\"4\" y=\"26.5\" class=\"size\">").text(size);
      }
    }
    page.raw("</text></svg>");
  }
}
