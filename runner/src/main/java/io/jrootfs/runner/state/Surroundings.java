package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a container was given beside its {@link Conditions}, for people to see: nothing is started
 * by it. In plain texts, as they were when the container was started; whatever happens later, such
 * as a mount that the container makes, is not in it.
 *
 * @param hostname empty if that is unknown, in a joined UTS namespace
 * @param readOnlyRoot whether it sees a read-only root
 * @param mounts in the order they are made
 * @param namespaces by kind, as in {@code /proc/PID/ns}: {@code private}, {@code host}, or the file
 *     of the one that is joined
 * @param uidMap lines of {@code uid_map} (user_namespaces(7)), seen from the system; empty: of a
 *     user namespace that is joined
 * @param gidMap likewise
 * @param maskedPaths what it cannot see
 * @param readOnlyPaths what it cannot write
 * @param sysctls kernel parameters of its namespaces
 */
public record Surroundings(
    String hostname,
    boolean readOnlyRoot,
    ImmutableList<Place> mounts,
    ImmutableSortedMap<String, String> namespaces,
    ImmutableList<String> uidMap,
    ImmutableList<String> gidMap,
    ImmutableList<String> maskedPaths,
    ImmutableList<String> readOnlyPaths,
    ImmutableSortedMap<String, String> sysctls) {
  static final String FILE = "surroundings.json";

  /**
   * Something mounted.
   *
   * @param destination absolute path in the container
   * @param type of the file system; {@code bind} for a file or directory of the host
   * @param source absolute path on the host; empty without one
   * @param options as mount(8) has them, in one text with commas between
   */
  public record Place(String destination, String type, String source, String options) {}

  /**
   * Those of a container; empty if an earlier version has started it, or if it has gone.
   *
   * @param container that has been started
   * @throws IOException if they cannot be read
   */
  public static Optional<Surroundings> read(KnownContainer container) throws IOException {
    Path file = container.directory().resolve(FILE);
    try {
      return Optional.of(RecordContent.ofBytes(file, SurroundingsJson::read));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
