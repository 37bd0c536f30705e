package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.util.Optional;

/**
 * Something the closure does not hold and its programs may look for once they run.
 *
 * @param topic what it is about, in one word; for what {@code --with} brings, that word
 * @param files who gives rise to it, in path order
 * @param reason why, as the end of a sentence whose subject are the files
 * @param remedy what to do, as a clause
 * @param names of libraries that the files may mean, of which the reason tells the first, with
 *     where each leads; empty if that is not what the advice is about
 */
public record Advice(
    String topic,
    ImmutableList<SysrootPath> files,
    String reason,
    Optional<String> remedy,
    ImmutableSortedMap<String, Optional<SysrootPath>> names) {

  /** Advice that is not about libraries. */
  public Advice(
      String topic, ImmutableList<SysrootPath> files, String reason, Optional<String> remedy) {
    this(topic, files, reason, remedy, ImmutableSortedMap.of());
  }

  /** One line. */
  public String sentence() {
    String more = files.size() > 1 ? " and " + (files.size() - 1) + " more" : "";
    return Printable.of(files.get(0).value())
        + more
        + " "
        + Printable.of(reason)
        + remedy.map(it -> "; " + it).orElse("");
  }
}
