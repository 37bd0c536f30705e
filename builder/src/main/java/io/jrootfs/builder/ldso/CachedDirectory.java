package io.jrootfs.builder.ldso;

/**
 * A directory that counts as if a cache had its libraries.
 *
 * @param rule what is found there is found by
 * @param path absolute
 */
record CachedDirectory(FoundBy.LibraryDirectory rule, String path) {}
