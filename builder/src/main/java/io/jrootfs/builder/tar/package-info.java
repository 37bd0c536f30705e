/** One deterministic tar stream from a rootfs and back. */
@NullMarked
package io.jrootfs.builder.tar;

import org.jspecify.annotations.NullMarked;
