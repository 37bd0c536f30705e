/** The run pipeline: from a request to a launch plan. */
@NullMarked
package io.jrootfs.runner;

import org.jspecify.annotations.NullMarked;
