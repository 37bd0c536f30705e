package io.jrootfs.runner.seccomp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of all 2^32 system call numbers of one {@code seccomp_data.arch}.
 *
 * <p>Nearly all numbers in use are small; the others stand close together far away (x32, and the
 * private calls of arm). So there are pages of verdicts where numbers are in use, and a background
 * for everything else.
 */
final class NumberSpace {
  private static final int PAGE_BITS = 10;
  private static final int PAGE_SIZE = 1 << PAGE_BITS;
  private static final long END = 1L << 32;

  /**
   * A stretch of numbers with one verdict.
   *
   * @param start its first number; it ends where the next one starts
   */
  record Run(long start, Verdict verdict) {}

  private static final class Page {
    final long start;
    final @Nullable Verdict[] verdicts = new Verdict[PAGE_SIZE];

    Page(long start) {
      this.start = start;
    }
  }

  /** Ascending. */
  private final List<Page> pages = new ArrayList<>();

  /** Ascending; the first starts at 0. */
  private final List<Run> background = new ArrayList<>();

  /** Takes a verdict for a number; {@link Verdict#and} joins it to what is there. */
  void add(long number, Verdict verdict) {
    @Nullable Verdict[] verdicts = page(number).verdicts;
    int at = (int) number & (PAGE_SIZE - 1);
    Verdict known = verdicts[at];
    verdicts[at] = known == null ? verdict : known.and(verdict);
  }

  /** Sets the verdict of numbers without one, from {@code start} on; called in ascending order. */
  void fill(long start, Verdict verdict) {
    page(start);
    background.add(new Run(start, verdict));
  }

  private Page page(long number) {
    long start = number & -PAGE_SIZE;
    int at = 0;
    while (at < pages.size() && pages.get(at).start < start) {
      at++;
    }
    if (at == pages.size() || pages.get(at).start != start) {
      pages.add(at, new Page(start));
    }
    return pages.get(at);
  }

  /** Everything, from number 0 on; neighbours differ. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int at = 0; at < pages.size(); at++) {
      Page page = pages.get(at);
      for (int i = 0; i < PAGE_SIZE; i++) {
        Verdict verdict = page.verdicts[i];
        append(runs, page.start + i, verdict == null ? backgroundAt(page.start + i) : verdict);
      }
      long gap = page.start + PAGE_SIZE;
      if (gap < (at + 1 < pages.size() ? pages.get(at + 1).start : END)) {
        // One background for all of it: a page stands wherever the background changes.
        append(runs, gap, backgroundAt(gap));
      }
    }
    return runs;
  }

  private static void append(List<Run> runs, long start, Verdict verdict) {
    int last = runs.size() - 1;
    if (last < 0 || !runs.get(last).verdict().isSame(verdict)) {
      runs.add(new Run(start, verdict));
    }
  }

  /** How many numbers from {@code from} to before {@code to} were given a verdict of this form. */
  int count(long from, long to, boolean byArguments) {
    int count = 0;
    for (Page page : pages) {
      for (int i = 0; i < PAGE_SIZE; i++) {
        Verdict verdict = page.verdicts[i];
        if (verdict != null
            && page.start + i >= from
            && page.start + i < to
            && (verdict.action() == null) == byArguments) {
          count++;
        }
      }
    }
    return count;
  }

  private Verdict backgroundAt(long number) {
    int at = background.size() - 1;
    while (background.get(at).start() > number) {
      at--;
    }
    return background.get(at).verdict();
  }
}
