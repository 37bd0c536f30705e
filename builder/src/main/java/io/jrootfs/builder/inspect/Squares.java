package io.jrootfs.builder.inspect;

import java.util.ArrayList;
import java.util.List;

/**
 * A rectangle divided among sizes so that the parts come near to squares.
 *
 * <p>The algorithm is that of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): a row of
 * parts is laid along the shorter side of what is left, and takes another part as long as that does
 * not make the worst of its ratios worse.
 */
final class Squares {
  private final double[] areas;
  private final List<Box> boxes = new ArrayList<>();
  private Box left;

  private Squares(double[] areas, Box left) {
    this.areas = areas;
    this.left = left;
  }

  /** A place on the drawing, in pixels of it. */
  record Box(double x, double y, double width, double height) {
    double area() {
      return width * height;
    }

    /** What is left within a margin on three sides and another above; never less than nothing. */
    Box within(double margin, double above) {
      return new Box(
          x + margin,
          y + above,
          Math.max(0, width - 2 * margin),
          Math.max(0, height - above - margin));
    }
  }

  /**
   * A part of {@code whole} for each size, in their order.
   *
   * @param sizes largest first, each more than 0
   */
  static List<Box> divide(Box whole, List<Long> sizes) {
    double sum = sizes.stream().mapToDouble(Long::doubleValue).sum();
    Squares squares =
        new Squares(sizes.stream().mapToDouble(size -> size / sum * whole.area()).toArray(), whole);
    int next = 0;
    while (next < squares.areas.length) {
      next = squares.row(next);
    }
    return squares.boxes;
  }

  /** Lays one row that begins with {@code first}, and returns what the next one begins with. */
  private int row(int first) {
    double side = Math.min(left.width(), left.height());
    int end = first + 1;
    double sum = areas[first];
    while (end < areas.length
        && worst(first, end + 1, sum + areas[end], side) <= worst(first, end, sum, side)) {
      sum += areas[end++];
    }
    // What is left is a difference: of a sliver, the last digits are too few to divide exactly.
    double depth = side > 0 ? Math.min(sum / side, Math.max(left.width(), left.height())) : 0;
    boolean isColumn = left.width() >= left.height();
    double at = 0;
    for (int i = first; i < end; i++) {
      double length = sum > 0 ? areas[i] / sum * side : 0;
      boxes.add(
          isColumn
              ? new Box(left.x(), left.y() + at, depth, length)
              : new Box(left.x() + at, left.y(), length, depth));
      at += length;
    }
    left =
        isColumn
            ? new Box(left.x() + depth, left.y(), Math.max(0, left.width() - depth), left.height())
            : new Box(left.x(), left.y() + depth, left.width(), Math.max(0, left.height() - depth));
    return end;
  }

  /** The highest ratio of sides in a row; the areas fall, so it is that of its first or last. */
  private double worst(int first, int end, double sum, double side) {
    double square = side * side;
    return Math.max(square * areas[first] / (sum * sum), sum * sum / (square * areas[end - 1]));
  }
}
