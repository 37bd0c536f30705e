package io.jrootfs.builder.ldso;

/** For which processors of an architecture libraries are collected. */
public enum HwcapsPolicy {
  /** What every processor of the architecture loads. */
  BASELINE,
  /** That, and what each kind of processor the loader tells apart loads instead. */
  ALL
}
