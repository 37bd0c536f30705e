package io.jrootfs.builder.rootfs;

/**
 * A change of something that is in the rootfs already.
 *
 * @param path links to its directory are followed
 * @param change what becomes different; the mode of a link does not
 * @param source who wants it, for messages
 */
public record Amendment(RootfsPath path, MetadataChange change, String source) {}
