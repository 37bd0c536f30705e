/**
 * What dpkg's database in a tree says: which packages are installed, and which of them brought a
 * file. Only read, never by running dpkg, so the tree may be of any architecture.
 */
@NullMarked
package io.jrootfs.builder.dpkg;

import org.jspecify.annotations.NullMarked;
