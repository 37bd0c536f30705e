package io.jrootfs.runner.mount;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;

/**
 * What {@code --device HOST[:CONTAINER][:rwm]} says.
 *
 * @param argument the whole text
 * @param source absolute path of a device on the host, or of a directory that holds some
 * @param destination absolute path inside the container
 * @param access what the container may do with it: letters of {@code rwm} in that order, for
 *     reading, writing and making a node
 */
public record DeviceArgument(String argument, String source, String destination, String access) {
  private static final String KIND = "device";
  private static final Splitter COLON = Splitter.on(':');
  private static final String EVERY_ACCESS = "rwm";

  /**
   * Reads the text.
   *
   * @throws MountSyntaxException if a path is not absolute or the access is not made of r, w and m
   */
  public static DeviceArgument parse(String argument) throws MountSyntaxException {
    List<String> parts = COLON.splitToList(argument);
    if (parts.size() > 3) {
      throw new MountSyntaxException(
          KIND, argument, "a device is HOST, HOST:CONTAINER, HOST:ACCESS or HOST:CONTAINER:ACCESS");
    }
    String source = parts.get(0);
    if (!source.startsWith("/")) {
      throw new MountSyntaxException(
          KIND, argument, "the host's path must be absolute, such as /dev/fuse");
    }
    boolean placed = parts.size() > 1 && parts.get(1).startsWith("/");
    if (parts.size() == 3 && !placed) {
      throw new MountSyntaxException(
          KIND, argument, "the path inside the container must be absolute, such as /dev/fuse");
    }
    return new DeviceArgument(
        argument,
        source,
        ContainerPath.mountable(KIND, argument, placed ? parts.get(1) : source),
        parts.size() == (placed ? 3 : 2)
            ? access(argument, parts.get(parts.size() - 1))
            : EVERY_ACCESS);
  }

  private static String access(String argument, String letters) throws MountSyntaxException {
    boolean each = letters.chars().distinct().count() == letters.length();
    if (letters.isEmpty() || !each || !CharMatcher.anyOf(EVERY_ACCESS).matchesAllOf(letters)) {
      throw new MountSyntaxException(
          KIND, argument, "'" + letters + "' is no access; write letters of rwm, as in rw");
    }
    return CharMatcher.anyOf(letters).retainFrom(EVERY_ACCESS);
  }
}
