package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One command line, run to its end.
 *
 * @param status the exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Invocation(int status, String out, String err) {
  static final ImmutableMap<String, String> ENVIRONMENT =
      ImmutableMap.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", "/nonexistent");

  static Invocation of(String... arguments) {
    return with(ENVIRONMENT, arguments);
  }

  static Invocation with(ImmutableMap<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Jbuild.run(
            ImmutableList.copyOf(arguments),
            new Console(
                new PrintWriter(out),
                new PrintWriter(err),
                environment,
                /* errIsTerminal= */ false));
    return new Invocation(status, out.toString(), err.toString());
  }
}
