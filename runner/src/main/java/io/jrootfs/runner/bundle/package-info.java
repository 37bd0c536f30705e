/**
 * From an image to a mountable root: its layers with an index of them, or a tree that was unpacked.
 *
 * <p>Both are verified when they are made and trusted afterwards: the cache is its user's alone. A
 * tree unpacked by an ordinary user with id ranges holds files of those ids, which only a user
 * namespace with the same map can remove: {@code unshare --user --map-root-user --map-auto rm -rf
 * ~/.cache/jrun}.
 */
@NullMarked
package io.jrootfs.runner.bundle;

import org.jspecify.annotations.NullMarked;
