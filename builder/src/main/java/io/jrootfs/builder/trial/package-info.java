/** Trying an image out: the checks of a recipe, run against what was built. */
@NullMarked
package io.jrootfs.builder.trial;

import org.jspecify.annotations.NullMarked;
