package io.jrootfs.builder.sysroot;

/**
 * What makes two names the same file: the loader and tar both compare by it (stat(2)).
 *
 * @param device {@code st_dev}
 * @param inode {@code st_ino}
 */
public record FileIdentity(long device, long inode) {}
