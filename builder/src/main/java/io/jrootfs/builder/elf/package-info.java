/** Bytes to an {@link io.jrootfs.builder.elf.ElfFile}; never searches for files. */
@NullMarked
package io.jrootfs.builder.elf;

import org.jspecify.annotations.NullMarked;
