package io.jrootfs.runner.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What setrlimit(2) limits, in the order of its numbers (asm-generic/resource.h). */
public enum Resource {
  CPU("Max cpu time"),
  FSIZE("Max file size"),
  DATA("Max data size"),
  STACK("Max stack size"),
  CORE("Max core file size"),
  RSS("Max resident set"),
  NPROC("Max processes"),
  NOFILE("Max open files"),
  MEMLOCK("Max locked memory"),
  AS("Max address space"),
  LOCKS("Max file locks"),
  SIGPENDING("Max pending signals"),
  MSGQUEUE("Max msgqueue size"),
  NICE("Max nice priority"),
  RTPRIO("Max realtime priority"),
  RTTIME("Max realtime timeout");

  private final String label;

  Resource(String label) {
    this.label = label;
  }

  /** The kernel's number. */
  public int number() {
    return ordinal();
  }

  /** As {@code /proc/PID/limits} calls it (fs/proc/base.c, {@code lnames}). */
  public String label() {
    return label;
  }

  /** As users and prlimit(1) write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The resource that {@link #word()} names, exactly. */
  public static Optional<Resource> of(String word) {
    return Arrays.stream(values()).filter(resource -> resource.word().equals(word)).findFirst();
  }
}
