package io.jrootfs.builder.ldso;

/** What a loader looks a name up for. In a program that gains privileges not all get the same. */
public enum Purpose {
  /** An object in memory needs it, or opens it. */
  NEED,

  /** {@code ld.so.preload} names it. */
  PRELOAD,

  /** The program names it as its auditor. */
  AUDIT;

  /** Whether the program starts without it and the loader trusts it less (__RTLD_SECURE). */
  boolean isExtra() {
    return this != NEED;
  }
}
