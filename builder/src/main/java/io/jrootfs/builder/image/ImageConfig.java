package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;

/**
 * The part of an image configuration that says how to run the image (image-spec config.md, {@code
 * config}). An empty text, list or map means the property is absent; the specification gives the
 * two the same meaning.
 *
 * @param platform what machine it is for
 * @param user {@code user}, {@code uid}, {@code user:group}, {@code uid:gid} or a mix; empty: root
 * @param exposedPorts such as {@code 80/tcp}
 * @param env {@code NAME=value}, in order
 * @param entrypoint what always runs
 * @param cmd default arguments of the entrypoint, or the command when there is none
 * @param volumes paths that hold data of an instance
 * @param workingDir where the process starts; empty: {@code /}
 * @param labels free-form
 * @param stopSignal such as {@code SIGTERM}; empty: SIGTERM
 */
public record ImageConfig(
    Platform platform,
    String user,
    ImmutableSortedSet<String> exposedPorts,
    ImmutableList<String> env,
    ImmutableList<String> entrypoint,
    ImmutableList<String> cmd,
    ImmutableSortedSet<String> volumes,
    String workingDir,
    ImmutableSortedMap<String, String> labels,
    String stopSignal) {

  /** A configuration that says nothing but the platform. */
  public static ImageConfig empty(Platform platform) {
    return new ImageConfig(
        platform,
        "",
        ImmutableSortedSet.of(),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableSortedSet.of(),
        "",
        ImmutableSortedMap.of(),
        "");
  }

  /** The same for another machine. */
  public ImageConfig withPlatform(Platform newPlatform) {
    return new ImageConfig(
        newPlatform,
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal);
  }

  public ImageConfig withCmd(ImmutableList<String> newCmd) {
    return new ImageConfig(
        platform,
        user,
        exposedPorts,
        env,
        entrypoint,
        newCmd,
        volumes,
        workingDir,
        labels,
        stopSignal);
  }

  public ImageConfig withEnv(ImmutableList<String> newEnv) {
    return new ImageConfig(
        platform,
        user,
        exposedPorts,
        newEnv,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal);
  }
}
