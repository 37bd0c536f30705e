package io.jrootfs.runner.state;

import java.time.Instant;

/** What a container is doing, or how it has ended. */
public sealed interface ContainerStatus {

  /** Its launcher is about to start it. */
  record Starting() implements ContainerStatus {}

  /**
   * It runs.
   *
   * @param first its first process
   * @param launcher who watches it
   * @param paused whether it is kept from going on
   */
  record Running(ProcessIdentity first, ProcessIdentity launcher, boolean paused)
      implements ContainerStatus {}

  /**
   * It has ended.
   *
   * @param status what its program ended with
   * @param when it did
   */
  record Exited(int status, Instant when) implements ContainerStatus {}

  /** Its launcher was killed, and it with it; nobody knows how it ended. */
  record Dead() implements ContainerStatus {}

  /**
   * One word: {@code starting}, {@code running}, {@code paused}, {@code exited} or {@code dead}.
   */
  default String word() {
    if (this instanceof Starting) {
      return "starting";
    }
    if (this instanceof Running running) {
      return running.paused ? "paused" : "running";
    }
    return this instanceof Exited ? "exited" : "dead";
  }

  /** Whether it runs or is about to. */
  default boolean isUp() {
    return this instanceof Running || this instanceof Starting;
  }
}
