package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody wants an image configuration to say; what is empty stays as it would be.
 *
 * @param entrypoint what always runs; naming one drops the default command
 * @param cmd default arguments of the entrypoint, or the command when there is none
 * @param env by name, in order
 * @param user as in {@link ImageConfig#user}
 * @param workingDir as in {@link ImageConfig#workingDir}
 * @param labels free-form
 * @param exposedPorts such as {@code 80/tcp}
 * @param volumes paths that hold data of an instance
 * @param stopSignal as in {@link ImageConfig#stopSignal}
 * @param annotations of the manifest, not of the configuration
 */
public record ImageSettings(
    Optional<ImmutableList<String>> entrypoint,
    Optional<ImmutableList<String>> cmd,
    ImmutableMap<String, String> env,
    Optional<String> user,
    Optional<String> workingDir,
    ImmutableSortedMap<String, String> labels,
    ImmutableSortedSet<String> exposedPorts,
    ImmutableSortedSet<String> volumes,
    Optional<String> stopSignal,
    ImmutableSortedMap<String, String> annotations) {

  private static final int LAST_PORT = 65535;

  /** What {@link Signal#parse} reads, for messages. */
  public static final String SIGNALS =
      "a signal such as TERM or RTMIN+3, or its number from 1 to 64";

  /** Whether the text is a port as {@link #exposedPorts} has them (image-spec config.md). */
  public static boolean isPort(String text) {
    if (!text.matches("[0-9]{1,5}(/(tcp|udp|sctp))?")) {
      return false;
    }
    int slash = text.indexOf('/');
    int number = Integer.parseInt(slash < 0 ? text : text.substring(0, slash));
    return number >= 1 && number <= LAST_PORT;
  }

  /** Settings that change nothing. */
  public static ImageSettings none() {
    return new ImageSettings(
        Optional.empty(),
        Optional.empty(),
        ImmutableMap.of(),
        Optional.empty(),
        Optional.empty(),
        ImmutableSortedMap.of(),
        ImmutableSortedSet.of(),
        ImmutableSortedSet.of(),
        Optional.empty(),
        ImmutableSortedMap.of());
  }

  /** These, and where {@code stronger} says something, that. Maps and sets are put together. */
  public ImageSettings overriddenBy(ImageSettings stronger) {
    return new ImageSettings(
        stronger.entrypoint.or(() -> entrypoint),
        // A command is for its entrypoint, so another entrypoint comes without the old command.
        stronger.cmd.or(() -> stronger.entrypoint.isPresent() ? Optional.empty() : cmd),
        ImmutableMap.copyOf(merged(env, stronger.env)),
        stronger.user.or(() -> user),
        stronger.workingDir.or(() -> workingDir),
        ImmutableSortedMap.copyOf(merged(labels, stronger.labels)),
        merged(exposedPorts, stronger.exposedPorts),
        merged(volumes, stronger.volumes),
        stronger.stopSignal.or(() -> stopSignal),
        ImmutableSortedMap.copyOf(merged(annotations, stronger.annotations)));
  }

  private static Map<String, String> merged(Map<String, String> weak, Map<String, String> strong) {
    Map<String, String> both = new LinkedHashMap<>(weak);
    both.putAll(strong);
    return both;
  }

  private static ImmutableSortedSet<String> merged(
      ImmutableSortedSet<String> one, ImmutableSortedSet<String> other) {
    return ImmutableSortedSet.<String>naturalOrder().addAll(one).addAll(other).build();
  }

  /** The configuration with these settings. */
  public ImageConfig applyTo(ImageConfig config) {
    return new ImageConfig(
        config.platform(),
        user.orElse(config.user()),
        merged(config.exposedPorts(), exposedPorts),
        environment(config.env()),
        entrypoint.orElse(config.entrypoint()),
        cmd.orElse(entrypoint.isPresent() ? ImmutableList.of() : config.cmd()),
        merged(config.volumes(), volumes),
        workingDir.orElse(config.workingDir()),
        ImmutableSortedMap.copyOf(merged(config.labels(), labels)),
        stopSignal.orElse(config.stopSignal()));
  }

  private ImmutableList<String> environment(ImmutableList<String> given) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String variable : given) {
      int equals = variable.indexOf('=');
      // Other people's images may hold a name without a value; it stays what it is.
      byName.put(equals < 0 ? variable : variable.substring(0, equals), variable);
    }
    env.forEach((name, value) -> byName.put(name, name + "=" + value));
    return ImmutableList.copyOf(byName.values());
  }
}
