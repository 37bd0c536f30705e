package io.jrootfs.recipes.benchmark;

import java.io.IOException;

/** What there is to pack: files of this machine's /usr, as they come in a listing. */
final class Tree {
  private Tree() {}

  /** Makes {@code tree} of 400 MB, {@code part} of 10 MB, and {@code large-tree.tar}. */
  static void make(Workshop workshop) throws IOException, InterruptedException {
    workshop.shell(
        """
        [ ! -d tree ] || exit 0
        mkdir tree part
        # The JDK's own archives of classes and the like are not what images are full of.
        find /usr/bin /usr/lib /usr/share -xdev -type f -size -8192k -printf '%s %P %p\\n' |
          LC_ALL=C sort -k 3 >files
        # Every n-th file, so that there are some of each kind.
        total=$(awk '{ sum += $1 } END { print sum }' files)
        awk -v total="$total" -v want=400000000 '
          { due += $1 * want / total; if (sum < due) { sum += $1; print $3 } }' files >large
        awk -v total="$total" -v want=10000000 '
          { due += $1 * want / total; if (sum < due) { sum += $1; print $3 } }' files >small
        tar -c --files-from=large 2>tar.log | tar -C tree -x
        tar -c --files-from=small 2>tar.log | tar -C part -x
        tar -C tree -cf large-tree.tar .
        """);
  }

  /** How much there is, for the report. */
  static String description(Workshop workshop) throws IOException, InterruptedException {
    return workshop
        .shell(
            "printf '%s files, %s MB' $(find tree -type f | wc -l) $(du -sm --apparent-size tree | cut -f 1)")
        .strip();
  }
}
