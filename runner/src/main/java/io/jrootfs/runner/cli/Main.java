package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The plan compiler: the part of the program {@code jrun} that the launcher starts. */
public final class Main {
  /** What the shell reports of other programs whose reader left. A JVM ignores SIGPIPE. */
  private static final int ENDED_BY_SIGPIPE = 128 + 13;

  private Main() {}

  public static void main(String[] arguments) {
    StandardOutput standardOutput = new StandardOutput();
    PrintWriter out = writer(standardOutput);
    PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
    Console console = new Console(out, err, ImmutableMap.copyOf(System.getenv()));
    int status = Jrun.run(ImmutableList.copyOf(arguments), console);
    out.flush();
    err.flush();
    if (out.checkError() && status == ExitCode.DONE.status()) {
      status = standardOutput.readerLeft ? ENDED_BY_SIGPIPE : ExitCode.NOT_SET_UP.status();
      if (!standardOutput.readerLeft) {
        err.println("jrun: cannot write to standard output; is the disk full?");
        err.flush();
      }
    }
    // Java 21 and later look for a logger to tell of an exit, which takes as long as a command. No
    // thread of ours keeps a JVM alive whose main method has returned.
    if (status != 0) {
      System.exit(status);
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
