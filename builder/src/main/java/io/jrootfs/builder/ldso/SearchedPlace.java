package io.jrootfs.builder.ldso;

/**
 * One place a search looked at in vain.
 *
 * @param rule the rule that made the loader look there
 * @param place a directory, or {@code /etc/ld.so.cache}
 */
public record SearchedPlace(FoundBy rule, String place) {}
