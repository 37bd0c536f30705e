package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads a profile in the JSON form of docker ({@code archMap}, {@code includes}, {@code excludes})
 * or of the runtime specification ({@code architectures}; config-linux.md, Seccomp).
 *
 * <p>What is known is read strictly: half a profile would be no protection. What is not known does
 * no harm and is told of: a property, or the name of a system call that is newer than jrun.
 */
public final class ProfileReader {
  /** A hundred times the size of docker's profile. */
  static final int MAX_SIZE = 1 << 20;

  /**
   * A profile, and what of its file is not in it.
   *
   * @param warnings one sentence each
   */
  public record ReadProfile(SeccompProfile profile, ImmutableList<String> warnings) {}

  private ProfileReader() {}

  /**
   * Reads a profile.
   *
   * @throws ProfileException if the file cannot be read or is no profile
   */
  public static ReadProfile read(Path file) throws ProfileException {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    try (JsonCursor json = JsonCursor.open(file, bytes(file), warnings)) {
      ProfileDocument document = new ProfileDocument(json);
      json.object(document::property);
      SeccompProfile profile = document.profile();
      json.end();
      return new ReadProfile(profile, warnings.build());
    }
  }

  private static byte[] bytes(Path file) throws ProfileException {
    try {
      if (Files.isDirectory(file)) {
        throw new ProfileException(file, "", "is a directory");
      }
      // Asked before it is opened: to open a FIFO would wait for somebody to write.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ProfileException(file, "", "is not a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_SIZE + 1);
        if (bytes.length > MAX_SIZE) {
          throw new ProfileException(file, "", "is larger than " + MAX_SIZE + " bytes");
        }
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new ProfileException(file, "", "does not exist");
    } catch (AccessDeniedException e) {
      throw new ProfileException(file, "", "cannot be read: permission denied");
    } catch (IOException e) {
      throw new ProfileException(file, "", "cannot be read: " + e.getMessage());
    }
  }
}
