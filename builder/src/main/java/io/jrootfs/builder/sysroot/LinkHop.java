package io.jrootfs.builder.sysroot;

/**
 * One symbolic link that was followed.
 *
 * @param link where the link stands, itself free of links
 * @param target its text, verbatim
 */
public record LinkHop(SysrootPath link, String target) {}
