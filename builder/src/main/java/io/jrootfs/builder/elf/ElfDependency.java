package io.jrootfs.builder.elf;

/**
 * One name in the dynamic section that makes the loader load something.
 *
 * @param tag why
 * @param name the text as it stands in the file, dynamic string tokens unexpanded
 */
public record ElfDependency(Tag tag, String name) {
  /** The dynamic tags that name another object (ELF gABI, dynamic section). */
  public enum Tag {
    DT_NEEDED,
    /** The named object's symbols stand in for this one's; it must exist. */
    DT_FILTER,
    /** Like DT_FILTER, but may be absent. */
    DT_AUXILIARY
  }
}
