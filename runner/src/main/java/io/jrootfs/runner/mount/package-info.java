/** Mounts as values: what is mounted where, with which attributes. */
@NullMarked
package io.jrootfs.runner.mount;

import org.jspecify.annotations.NullMarked;
