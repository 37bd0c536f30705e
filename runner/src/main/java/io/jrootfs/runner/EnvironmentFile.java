package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Variables in a file, in docker's format: lines {@code NAME=value}, the value as it stands, or
 * {@code NAME} to copy the caller's; empty lines and those that start with {@code #} say nothing.
 * The file may be a pipe, as a shell makes of {@code <(command)} for what should be in no file; one
 * that nobody writes to is waited for.
 */
public final class EnvironmentFile {
  /** What execve(2) takes at most, arguments and all: three quarters of 8 MiB. */
  private static final int MAX_SIZE = 6 << 20;

  private EnvironmentFile() {}

  /**
   * The entries, in order.
   *
   * @throws FileSystemException if it is no UTF-8 text, or naming the line that is no variable
   */
  public static ImmutableList<String> read(Path file) throws IOException {
    ImmutableList.Builder<String> entries = ImmutableList.builder();
    int number = 0;
    for (String line : text(file).split("\n", -1)) {
      number++;
      String entry = withoutLineEnd(line);
      if (!entry.isBlank() && !entry.startsWith("#")) {
        entries.add(checked(file, number, entry));
      }
    }
    return entries.build();
  }

  private static String text(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.isDirectory(file)) {
      throw refused(file, "is a directory; environment variables are read from a file or a pipe");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_SIZE + 1);
    }
    if (bytes.length > MAX_SIZE) {
      throw refused(file, "is larger than the " + MAX_SIZE + " bytes that a program can be given");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // The byte order mark that some editors put at the start.
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      FileSystemException failure = refused(file, "is no UTF-8 text");
      failure.initCause(e);
      throw failure;
    }
  }

  private static String withoutLineEnd(String line) {
    String stripped = line.stripLeading();
    return stripped.endsWith("\r") ? stripped.substring(0, stripped.length() - 1) : stripped;
  }

  private static String checked(Path file, int number, String entry) throws FileSystemException {
    int equals = entry.indexOf('=');
    String name = equals < 0 ? entry : entry.substring(0, equals);
    String place = "line " + number + ": ";
    if (name.isEmpty()) {
      throw refused(file, place + "a variable has no name");
    }
    if (name.chars().anyMatch(Character::isWhitespace)) {
      throw refused(file, place + "the name '" + name + "' holds a space");
    }
    if (entry.indexOf('\0') >= 0) {
      throw refused(file, place + "holds a NUL character");
    }
    return equals < 0 ? name : entry;
  }

  private static FileSystemException refused(Path file, String why) {
    return new FileSystemException(file.toString(), null, why);
  }
}
