package io.jrootfs.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the manual pages and shell completions of both programs, where each reader looks for them
 * below a {@code share} directory.
 */
public final class Manual {
  private final Path share;

  private Manual(Path share) {
    this.share = share;
  }

  /**
   * Writes them all.
   *
   * @param arguments the share directory, the programs' version, its date as in
   *     2026-01-01T00:00:00Z
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("give a directory, a version and its date");
    }
    Manual manual = new Manual(Path.of(arguments[0]));
    String version = arguments[1];
    String date = arguments[2].substring(0, "2026-01-01".length());
    manual.write(jbuild(version, date));
    manual.write(jrun(version, date));
  }

  static Program jbuild(String version, String date) {
    return Program.read(io.jrootfs.builder.cli.CommandModel.commands(), "jrun", version, date);
  }

  static Program jrun(String version, String date) {
    return Program.read(io.jrootfs.runner.cli.CommandModel.commands(), "jbuild", version, date);
  }

  private void write(Program program) throws IOException {
    String name = program.name();
    for (CommandText command : program.all()) {
      write("man/man1/" + command.page() + ".1", ManPage.of(program, command));
    }
    // The names by which bash-completion, compinit and fish load what they need when they need it.
    write("bash-completion/completions/" + name, BashCompletion.of(program));
    write("zsh/site-functions/_" + name, ZshCompletion.of(program));
    write("fish/vendor_completions.d/" + name + ".fish", FishCompletion.of(program));
  }

  private void write(String file, String text) throws IOException {
    Path path = share.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
