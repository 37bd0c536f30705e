/** Control groups: where they are, what is written into them, which devices they let through. */
@NullMarked
package io.jrootfs.runner.cgroup;

import org.jspecify.annotations.NullMarked;
