package io.jrootfs.builder.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard output and standard error of a program, and what becomes of its status with them. */
public final class StandardStreams {
  /** What the shell reports of other programs whose reader left. A JVM ignores SIGPIPE. */
  private static final int ENDED_BY_SIGPIPE = 128 + 13;

  private final String program;
  private final StandardOutput standardOutput = new StandardOutput();
  private final PrintWriter out = writer(standardOutput);
  private final PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));

  /**
   * @param program its name, for what it says of itself
   */
  public StandardStreams(String program) {
    this.program = program;
  }

  /** Results. */
  public PrintWriter out() {
    return out;
  }

  /** Talk. */
  public PrintWriter err() {
    return err;
  }

  /**
   * Writes what is still to be written.
   *
   * @param status of the program as it is, 0 for success
   * @param unwritten the status if it had succeeded, but what it says cannot be written
   * @return the status to exit with
   */
  public int finish(int status, int unwritten) {
    out.flush();
    err.flush();
    if (!out.checkError() || status != 0) {
      return status;
    }
    if (standardOutput.readerLeft) {
      return ENDED_BY_SIGPIPE;
    }
    err.println(program + ": cannot write to standard output; is the disk full?");
    err.flush();
    return unwritten;
  }

  /** Whether somebody watches the talk: what isatty(3) answers; jffi would take a while to ask. */
  public boolean errIsTerminal() {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      // Without /proc nobody knows; then plain lines are right for both.
      return false;
    }
  }

  /** UTF-8 whatever the locale: names of files are printed as they are stored. */
  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
  }

  /** A {@link PrintWriter} only tells that it failed; "| head" is no failure to talk about. */
  private static final class StandardOutput extends FileOutputStream {
    private boolean readerLeft;

    StandardOutput() {
      super(FileDescriptor.out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        super.write(bytes, offset, length);
      } catch (IOException e) {
        // EPIPE in English: the start script has set LC_ALL.
        readerLeft = "Broken pipe".equals(e.getMessage());
        throw e;
      }
    }
  }
}
