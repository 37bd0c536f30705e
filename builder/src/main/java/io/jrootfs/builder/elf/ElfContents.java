package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableSet;

/**
 * What {@link ElfReader} reads of a file that it opens once.
 *
 * @param file what decides how it is loaded
 * @param versions the symbol versions it needs and has
 * @param imports those symbols it wants from others that somebody asked for
 */
public record ElfContents(
    ElfFile file, ElfPart<ElfVersions> versions, ElfPart<ImmutableSet<String>> imports) {}
