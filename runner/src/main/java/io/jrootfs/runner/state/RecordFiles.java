package io.jrootfs.runner.state;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The files of a record that are there before its container starts. What differs between two
 * containers of the same description is in files of its own, which a launcher that starts one
 * without us can write without knowing JSON (record.c).
 */
final class RecordFiles {
  static final String DESCRIPTION = "container.json";

  /** Each word with a NUL behind it, as in proc(5), cmdline. */
  private static final String COMMAND = "command";

  /**
   * Number and start of the launcher, and where these mean something. Its time is that of the
   * container's creation.
   */
  private static final String LAUNCHER = "launcher";

  private static final char END = '\0';

  private RecordFiles() {}

  /** Writes what the description does not say. */
  static void write(Path directory, ContainerRecord record) throws IOException {
    Files.writeString(directory.resolve(COMMAND), Joiner.on(END).join(record.command()) + END);
    Files.writeString(
        directory.resolve(LAUNCHER),
        record.launcher().pid()
            + " "
            + record.launcher().start()
            + " "
            + record.space().text(' ')
            + "\n");
  }

  /**
   * @throws IOException if a file is not there, or, with its name, nothing that was written so
   */
  static ContainerRecord read(Path directory) throws IOException {
    Path file = directory.resolve(LAUNCHER);
    Instant created = Files.getLastModifiedTime(file).toInstant();
    PlacedProcess launcher =
        RecordContent.ofText(
            file, text -> new PlacedProcess(ProcessIdentity.parse(text, 0), space(text)));
    ImmutableList<String> command = words(SmallFile.text(directory.resolve(COMMAND)));
    return RecordContent.ofBytes(
        directory.resolve(DESCRIPTION),
        bytes -> RecordJson.read(bytes, command, created, launcher.process(), launcher.space()));
  }

  /** A version before did not write it, and took every record for one of here. */
  private static ProcessSpace space(String launcher) throws IOException {
    int begin = launcher.indexOf(' ', launcher.indexOf(' ') + 1);
    return begin < 0
        ? ProcessSpace.here()
        : ProcessSpace.parse(launcher.substring(begin), ' ')
            .orElseThrow(() -> new IOException("'" + launcher.strip() + "' says not where it is"));
  }

  /**
   * The id alone, for which one file is enough.
   *
   * @throws IOException if it is not there, or, with the file's name, nothing that was written so
   */
  static String id(Path directory) throws IOException {
    return RecordContent.ofBytes(
        directory.resolve(DESCRIPTION), bytes -> JsonFields.parse(bytes).text("id"));
  }

  static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(LAUNCHER));
    Files.deleteIfExists(directory.resolve(COMMAND));
  }

  /** Read as leniently as people's arguments are, which may be no UTF-8. */
  private static ImmutableList<String> words(String text) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    int begin = 0;
    for (int end; (end = text.indexOf(END, begin)) >= 0; begin = end + 1) {
      words.add(text.substring(begin, end));
    }
    return words.build();
  }
}
