package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.time.Instant;

/**
 * What is known of a container before it starts.
 *
 * @param id 64 hexadecimal digits, chosen at random
 * @param name what it is called; nobody else's
 * @param image what it was made of, as the user wrote it
 * @param command its program and arguments
 * @param created when
 * @param labels the user's own remarks
 * @param stopSignal 1 to 64: what asks it to end
 * @param stopTimeout seconds that it has for that
 * @param removed whether its record goes when it has ended
 * @param launcher who starts it
 * @param space where that one's number means something
 * @param cgroups host paths of those that are its own
 */
public record ContainerRecord(
    String id,
    String name,
    String image,
    ImmutableList<String> command,
    Instant created,
    ImmutableSortedMap<String, String> labels,
    int stopSignal,
    long stopTimeout,
    boolean removed,
    ProcessIdentity launcher,
    ProcessSpace space,
    ImmutableList<String> cgroups) {

  /** The beginning of the id. */
  public String shortId() {
    return ContainerId.shortened(id);
  }
}
