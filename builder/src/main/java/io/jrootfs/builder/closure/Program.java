package io.jrootfs.builder.closure;

import io.jrootfs.builder.sysroot.SysrootPath;

/**
 * A program somebody asked for.
 *
 * @param name as asked: a bare name such as {@code ls}, or a path
 * @param path where it was found; may still lead through links, all of which belong to the image
 */
public record Program(String name, SysrootPath path) {}
