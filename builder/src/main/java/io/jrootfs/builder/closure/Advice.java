package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
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
 */
public record Advice(
    String topic, ImmutableList<SysrootPath> files, String reason, Optional<String> remedy) {
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
