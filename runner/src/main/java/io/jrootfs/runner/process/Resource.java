package io.jrootfs.runner.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What setrlimit(2) limits, in the order of its numbers (asm-generic/resource.h). */
public enum Resource {
  CPU(0, "Max cpu time"),
  FSIZE(1, "Max file size"),
  DATA(2, "Max data size"),
  STACK(3, "Max stack size"),
  CORE(4, "Max core file size"),
  RSS(5, "Max resident set"),
  NPROC(6, "Max processes"),
  NOFILE(7, "Max open files"),
  MEMLOCK(8, "Max locked memory"),
  AS(9, "Max address space"),
  LOCKS(10, "Max file locks"),
  SIGPENDING(11, "Max pending signals"),
  MSGQUEUE(12, "Max msgqueue size"),
  NICE(13, "Max nice priority"),
  RTPRIO(14, "Max realtime priority"),
  RTTIME(15, "Max realtime timeout");

  private final int number;
  private final String label;

  Resource(int number, String label) {
    this.number = number;
    this.label = label;
  }

  /** The kernel's number. */
  public int number() {
    return number;
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
