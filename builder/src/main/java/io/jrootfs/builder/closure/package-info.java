/** From requested programs to everything they need, keeping the reason for every edge. */
@NullMarked
package io.jrootfs.builder.closure;

import org.jspecify.annotations.NullMarked;
