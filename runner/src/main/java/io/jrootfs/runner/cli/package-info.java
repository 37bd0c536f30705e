/** The jrun command line; the one mapping from failure to message and exit code. */
@NullMarked
package io.jrootfs.runner.cli;

import org.jspecify.annotations.NullMarked;
