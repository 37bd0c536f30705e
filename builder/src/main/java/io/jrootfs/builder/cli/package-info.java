/** The jbuild command line; the one mapping from failure to message and exit code. */
@NullMarked
package io.jrootfs.builder.cli;

import org.jspecify.annotations.NullMarked;
