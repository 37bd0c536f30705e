package io.jrootfs.builder;

import com.google.common.primitives.Longs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks git when the commit was made that is checked out. */
public final class CommitTime {
  private CommitTime() {}

  /**
   * Seconds since the epoch.
   *
   * @param directory in a work tree
   * @throws IOException if there is no git, or the directory is in no work tree with a commit
   */
  public static long of(Path directory) throws IOException {
    Process git =
        new ProcessBuilder("git", "-C", directory.toString(), "log", "-1", "--format=%ct")
            .redirectErrorStream(true)
            .start();
    git.getOutputStream().close();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Long seconds = Longs.tryParse(said);
    try {
      if (git.waitFor() != 0 || seconds == null) {
        throw new IOException(directory + ": git has no commit to take the date from: " + said);
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while git ran");
    }
    return seconds;
  }
}
