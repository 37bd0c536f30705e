/** What the kernel keeps for a process besides its files: resource limits, and what it is. */
@NullMarked
package io.jrootfs.runner.process;

import org.jspecify.annotations.NullMarked;
