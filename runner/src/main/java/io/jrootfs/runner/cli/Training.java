package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.plan.LauncherFacts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The commands from which a JVM learns what jrun's starts need: a training run (JEP 514). Plans are
 * compiled that no launcher takes, and commands about containers are given the name of none; they
 * have loaded their classes all the same, so that nothing depends on their status.
 */
final class Training {
  private static final ImmutableList<String> ABOUT_ONE_CONTAINER =
      ImmutableList.of(
          "inspect", "kill", "logs", "pause", "rm", "stats", "stop", "top", "unpause", "update",
          "wait");

  private final ImmutableMap<String, String> environment;

  private Training(ImmutableMap<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Runs them one after the other.
   *
   * @param arguments a directory for what they write, and an image with {@code /bin/sh}
   * @throws IOException if there is no /proc to read who we are
   */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    String image = arguments[1];
    Training training =
        new Training(
            ImmutableMap.<String, String>builder()
                .putAll(System.getenv())
                .put("JRUN_STATE_DIR", work.resolve("state").toString())
                .put("JRUN_CACHE_DIR", work.resolve("cache").toString())
                .put(LauncherFacts.VARIABLE, facts(work.resolve("plan")))
                .buildKeepingLast());
    training.run("--explain", image, "sh");
    training.run(image, "sh");
    training.run("--no-replay", image, "sh");
    training.run(
        "--user",
        "1000:1000",
        "-e",
        "A=B",
        "-v",
        work + ":/mnt",
        "--memory",
        "64m",
        "--network",
        "private",
        image,
        "sh");
    training.run("ps", "-a");
    training.run("ps", "--json");
    training.run("exec", "none", "sh");
    ABOUT_ONE_CONTAINER.forEach(command -> training.run(command, "none"));
  }

  /** What the launcher would tell. */
  private static String facts(Path plan) throws IOException {
    Path self = Path.of("/proc/self");
    int uid = (int) Files.getAttribute(self, "unix:uid");
    int gid = (int) Files.getAttribute(self, "unix:gid");
    return String.format(
        "plan=%s;userns=%s;userns-note=;tty=;uid=%d;gid=%d;pid=%d",
        plan, uid == 0 ? "none" : "single", uid, gid, ProcessHandle.current().pid());
  }

  private void run(String... words) {
    PrintWriter nobody =
        new PrintWriter(
            new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    Jrun.run(ImmutableList.copyOf(words), new Console(nobody, nobody, environment));
  }
}
