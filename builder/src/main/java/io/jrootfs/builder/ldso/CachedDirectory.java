package io.jrootfs.builder.ldso;

/**
 * A directory that counts as if a cache had its libraries.
 *
 * @param rule what is found there is found by
 * @param path absolute
 * @param byLdconfig whether the cache is one that ldconfig would write, and not what a user asks
 *     for
 */
record CachedDirectory(FoundBy.LibraryDirectory rule, String path, boolean byLdconfig) {}
