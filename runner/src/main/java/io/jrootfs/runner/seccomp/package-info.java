/** Seccomp profiles as values, and their compilation to a filter that the kernel runs. */
@NullMarked
package io.jrootfs.runner.seccomp;

import org.jspecify.annotations.NullMarked;
