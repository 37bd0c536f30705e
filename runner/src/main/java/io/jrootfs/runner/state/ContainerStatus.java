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

  /**
   * Its launcher was killed, and it with it; nobody knows how it ended.
   *
   * @param withMachine whether that was the end of the machine's boot
   */
  record Dead(boolean withMachine) implements ContainerStatus {
    /** What happened to it, behind its name. */
    public String sentence() {
      return (withMachine ? "ended when the machine did" : "was killed with its launcher")
          + "; nobody knows how it ended";
    }
  }

  /**
   * It has no end yet, and is of another machine or pid namespace, from where alone it can be seen
   * whether it runs.
   */
  record Elsewhere() implements ContainerStatus {}

  /**
   * One word: {@code starting}, {@code running}, {@code paused}, {@code exited}, {@code dead} or
   * {@code elsewhere}.
   */
  default String word() {
    if (this instanceof Starting) {
      return "starting";
    }
    if (this instanceof Running running) {
      return running.paused ? "paused" : "running";
    }
    if (this instanceof Elsewhere) {
      return "elsewhere";
    }
    return this instanceof Exited ? "exited" : "dead";
  }

  /** Whether it runs or is about to, or may do so elsewhere. */
  default boolean isUp() {
    return this instanceof Running || this instanceof Starting || this instanceof Elsewhere;
  }
}
