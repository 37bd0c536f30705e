package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.SysrootPath;

/**
 * A program somebody asked for.
 *
 * @param name as asked: a bare name such as {@code ls}, or a path
 * @param path where it was found; may still lead through links, all of which belong to the image
 * @param opens sonames of what it opens while it runs (dlopen(3)), which no file tells
 */
public record Program(String name, SysrootPath path, ImmutableList<String> opens) {
  /** A program that opens nothing beyond what its file says. */
  public Program(String name, SysrootPath path) {
    this(name, path, ImmutableList.of());
  }
}
