package io.jrootfs.builder.rootfs;

/**
 * Users and groups beyond those that every root has, as lines of their files.
 *
 * @param passwd of {@code /etc/passwd} (passwd(5))
 * @param group of {@code /etc/group} (group(5))
 * @param shadow of {@code /etc/shadow} (shadow(5))
 */
public record AccountLines(String passwd, String group, String shadow) {}
