/** Thin adapter over jffi, the lowest layer of jnr, for the system calls that the JDK lacks. */
@NullMarked
package io.jrootfs.builder.posix;

import org.jspecify.annotations.NullMarked;
