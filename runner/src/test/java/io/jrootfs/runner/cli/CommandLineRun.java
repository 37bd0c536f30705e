package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.plan.LauncherFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Command lines without a launcher: what jrun's Java part says, and the plan it writes.
 *
 * @param plan the file for the plan, empty at first
 * @param rootfs an image that has but one user
 */
public record CommandLineRun(Path plan, Path rootfs, Path cache) {
  /** What came of a command line. */
  public record Result(int status, String out, String err) {}

  public static CommandLineRun in(Path work) throws IOException {
    Path plan = Files.createFile(work.resolve("plan"));
    Path rootfs = Files.createDirectories(work.resolve("rootfs"));
    Files.createDirectories(rootfs.resolve("etc"));
    Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
    return new CommandLineRun(plan, rootfs, work.resolve("cache"));
  }

  /** Where the records of containers are. */
  public Path state() {
    return cache.resolveSibling("state");
  }

  /** The plan, with the same name of the container in every one. */
  String planOfAnyContainer() throws IOException {
    return Files.readString(plan, StandardCharsets.ISO_8859_1)
        .replaceAll(Pattern.quote(state().toString()) + "/[0-9a-f]{12}", "/name")
        .replaceAll("/jrun-[0-9a-f]{12}", "/jrun-id");
  }

  /** As root without a terminal. */
  public Result jrun(String... arguments) {
    return jrunWith("plan=" + plan + ";userns=none;userns-note=;tty=;uid=0;gid=0;pid=1", arguments);
  }

  Result jrunWith(String facts, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            facts.isEmpty()
                ? ImmutableMap.of()
                : ImmutableMap.of(
                    LauncherFacts.VARIABLE,
                    facts,
                    "JRUN_CACHE_DIR",
                    cache.toString(),
                    "JRUN_STATE_DIR",
                    state().toString(),
                    "LANG",
                    "host-language"));
    int status = Jrun.run(ImmutableList.copyOf(arguments), console);
    return new Result(status, out.toString(), err.toString());
  }
}
