package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The plan compiler: the part of the program {@code jrun} that the launcher starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    Console console = new Console(out, err, ImmutableMap.copyOf(System.getenv()));
    int status = Jrun.run(ImmutableList.copyOf(arguments), console);
    out.flush();
    err.flush();
    if (out.checkError() && status == ExitCode.DONE.status()) {
      err.println(
          "jrun: cannot write to standard output: the reader closed it or the disk is full");
      err.flush();
      status = ExitCode.NOT_SET_UP.status();
    }
    System.exit(status);
  }

  /** UTF-8 whatever the locale: names of files are printed as they are stored. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8));
  }
}
