/** The build pipeline: from a request to a written image. */
@NullMarked
package io.jrootfs.builder;

import org.jspecify.annotations.NullMarked;
