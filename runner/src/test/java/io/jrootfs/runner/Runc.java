package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A container of runc's, as {@code runc spec} describes one. */
final class Runc {
  private Runc() {}

  /**
   * The command line that runs a command in one.
   *
   * @param work directory for the bundle and runc's state
   * @param options of {@code runc run}
   */
  static ImmutableList<String> command(
      Path work, Path rootfs, List<String> options, List<String> command) throws Exception {
    Path bundle = Files.createTempDirectory(work, "bundle");
    Images.check(
        bundle,
        """
        runc spec
        sed -i 's/"terminal": true/"terminal": false/; s|"path": "rootfs"|"path": "%s"|;
          s/"sh"/"COMMAND"/' config.json
        """
            .formatted(rootfs));
    Path config = bundle.resolve("config.json");
    String words = String.join("\", \"", command.stream().map(Runc::json).toList());
    Files.writeString(config, Files.readString(config).replace("COMMAND", words));
    return ImmutableList.<String>builder()
        .add("runc", "--root", work.resolve("runc-state").toString(), "run")
        .addAll(options)
        .add("--bundle", bundle.toString())
        .add("jrun-peer-" + bundle.getFileName())
        .build();
  }

  /** Runs a command to its end. */
  static Result run(Path work, Path rootfs, List<String> command) throws Exception {
    return Caller.ROOT.execute(work, command(work, rootfs, List.of(), command));
  }

  private static String json(String word) {
    return word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
