/**
 * The tree to be written or run: a sorted map of path to entry, with the rules that keep it a file
 * system.
 */
@NullMarked
package io.jrootfs.builder.rootfs;

import org.jspecify.annotations.NullMarked;
