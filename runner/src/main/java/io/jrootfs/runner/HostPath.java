package io.jrootfs.runner;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Paths of the host that users name as the source of something. */
final class HostPath {
  /** The kernel's limit on links followed in one look-up, {@code MAXSYMLINKS}. */
  private static final int MAX_LINKS = 40;

  private final String option;
  private final String argument;
  private final String written;

  private HostPath(String option, String argument, String written) {
    this.option = option;
    this.argument = argument;
    this.written = written;
  }

  /**
   * The path of the file itself, without links.
   *
   * @param option the option and the argument that the path is from
   * @throws HostSourceException if nothing is there, it cannot be reached, or the way leads through
   *     this process's own part of {@code /proc}
   */
  static Path real(String option, String argument, String written)
      throws HostSourceException, IOException {
    HostPath path = new HostPath(option, argument, written);
    try {
      path.refuseOwnProc(Path.of(written).toAbsolutePath());
      return Path.of(written).toRealPath();
    } catch (NoSuchFileException e) {
      throw path.wrong("does not exist; create it first");
    } catch (AccessDeniedException e) {
      throw path.wrong("cannot be reached: permission denied");
    } catch (FileSystemLoopException e) {
      throw path.wrong("cannot be reached: too many symbolic links");
    } catch (FileSystemException e) {
      throw path.wrong("cannot be reached: " + e.getReason());
    } catch (InvalidPathException e) {
      throw path.wrong("is no file name: " + e.getReason());
    }
  }

  private HostSourceException wrong(String problem) {
    return new HostSourceException(option, argument, "'" + written + "' " + problem);
  }

  /**
   * {@code /proc/self} is whoever looks: here a JVM, with descriptors that are none of the user's
   * (CVE-2024-21626 was a way to such). Followed by hand, as links lead there too: {@code /dev/fd}.
   */
  private void refuseOwnProc(Path absolute) throws HostSourceException, IOException {
    Path own = Path.of("/proc", Long.toString(ProcessHandle.current().pid()));
    Deque<Path> pending = new ArrayDeque<>();
    absolute.forEach(pending::addLast);
    Path at = absolute.getRoot();
    int links = 0;
    while (!pending.isEmpty()) {
      Path next = at.resolve(pending.removeFirst()).normalize();
      if (next.startsWith(own)) {
        throw wrong("leads into jrun's own part of /proc; name the file itself");
      }
      if (Files.isSymbolicLink(next)) {
        if (++links > MAX_LINKS) {
          throw new FileSystemLoopException(next.toString());
        }
        Path target = Files.readSymbolicLink(next);
        at = target.isAbsolute() ? target.getRoot() : at;
        Deque<Path> components = new ArrayDeque<>();
        target.forEach(components::addFirst);
        components.forEach(pending::addFirst);
      } else {
        at = next;
      }
    }
  }
}
