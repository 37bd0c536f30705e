package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program {@code jbuild}. */
public final class Main {
  /** What the shell reports of other programs whose reader left. A JVM ignores SIGPIPE. */
  private static final int ENDED_BY_SIGPIPE = 128 + 13;

  private Main() {}

  public static void main(String[] arguments) {
    StandardOutput standardOutput = new StandardOutput();
    PrintWriter out = writer(standardOutput);
    PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
    Console console = new Console(out, err, ImmutableMap.copyOf(System.getenv()), isTerminal(2));
    int status = Jbuild.run(ImmutableList.copyOf(arguments), console);
    out.flush();
    err.flush();
    if (out.checkError() && status == ExitCode.DONE.status()) {
      status = standardOutput.readerLeft ? ENDED_BY_SIGPIPE : ExitCode.ENVIRONMENT.status();
      if (!standardOutput.readerLeft) {
        err.println("jbuild: cannot write to standard output; is the disk full?");
        err.flush();
      }
    }
    if (status == ExitCode.DONE.status()) {
      // Everything is closed or removed by now, so no hook has anything to do; exit would load a
      // logger for being called, from JDK 21 on.
      Runtime.getRuntime().halt(status);
    }
    // Where a signal has begun the end, this waits for it: what failed may have failed for its
    // files being removed.
    System.exit(status);
  }

  /** What isatty(3) answers; jffi would take a while to ask it. */
  private static boolean isTerminal(int descriptor) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
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
