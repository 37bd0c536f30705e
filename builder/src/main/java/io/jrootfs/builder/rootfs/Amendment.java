package io.jrootfs.builder.rootfs;

/**
 * A change of something that is in the rootfs already.
 *
 * @param path links to its directory are followed
 * @param wholeTree whether it is also for everything below
 * @param change what becomes different; the mode of a link does not
 * @param source who wants it, for messages
 */
public record Amendment(RootfsPath path, boolean wholeTree, MetadataChange change, String source) {}
