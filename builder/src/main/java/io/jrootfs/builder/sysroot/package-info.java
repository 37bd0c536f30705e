/**
 * A read-only view of the tree programs and libraries are copied from. Symbolic links are resolved
 * inside that tree, hop by hop.
 */
@NullMarked
package io.jrootfs.builder.sysroot;

import org.jspecify.annotations.NullMarked;
