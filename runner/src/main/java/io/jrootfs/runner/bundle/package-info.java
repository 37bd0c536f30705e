/** From an image to a mountable root: a cached, verified unpack. */
@NullMarked
package io.jrootfs.runner.bundle;

import org.jspecify.annotations.NullMarked;
