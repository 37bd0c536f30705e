package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.RootfsEntry;

/**
 * One entry of an archive.
 *
 * @param offset of its header, in bytes from the start of the file the archive lies in
 * @param name as the archive spells it
 * @param entry what it says; the content of a regular file is a slice of the same file. The entry
 *     may be a whiteout, and the target of a hard link may be in another archive or nowhere
 * @param acls access control lists in text, by the extended attributes that they become once the
 *     accounts of the whole tree are known; the attributes of the entry have none of them
 * @param unkept the keywords of what the archive says of the file and a rootfs has no place for
 */
public record TarMember(
    long offset,
    String name,
    RootfsEntry entry,
    ImmutableSortedMap<String, PosixAcl> acls,
    ImmutableSet<String> unkept) {}
