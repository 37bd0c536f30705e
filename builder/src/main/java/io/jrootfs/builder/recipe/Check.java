package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.Optional;
import java.util.regex.Pattern;

/** Something that must be true of an image. Prints as what it claims. */
public sealed interface Check {

  /**
   * A command in a container of its own ends as expected. Patterns are searched for, by line.
   *
   * @param user who runs it; empty: as the image says
   */
  record Run(
      ImmutableList<String> command,
      int status,
      Optional<Pattern> stdout,
      Optional<Pattern> stderr,
      Optional<String> user)
      implements Check {
    @Override
    public String toString() {
      return "run " + String.join(" ", command);
    }
  }

  /** The image's own command comes so far that it says something, and goes on running. */
  record Starts(Pattern says) implements Check {
    @Override
    public String toString() {
      return "starts and says " + says;
    }
  }

  /**
   * A file, with what is known of it.
   *
   * @param matches a pattern that is searched for in its content, by line
   */
  record Present(
      RootfsPath path, Optional<Integer> mode, Optional<String> owner, Optional<Pattern> matches)
      implements Check {
    @Override
    public String toString() {
      return "present " + path;
    }
  }

  /** Nothing, not even a link. */
  record Absent(RootfsPath path) implements Check {
    @Override
    public String toString() {
      return "absent " + path;
    }
  }

  /** All files together are no larger. */
  record MaxSize(long bytes, String text) implements Check {
    @Override
    public String toString() {
      return "max-size " + text;
    }
  }

  /** A user is in the image's {@code /etc/passwd}. */
  record User(String name, Optional<Long> uid) implements Check {
    @Override
    public String toString() {
      return "user " + name;
    }
  }

  /** No program takes on another user or group, or capabilities, when it starts. */
  record NoSetuid() implements Check {
    @Override
    public String toString() {
      return "no-setuid";
    }
  }
}
