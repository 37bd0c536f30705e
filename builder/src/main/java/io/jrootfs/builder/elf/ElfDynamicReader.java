package io.jrootfs.builder.elf;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.Optional;

/** From the dynamic section to {@link ElfDynamic}. */
final class ElfDynamicReader {
  private static final long DT_NEEDED = 1;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_DEPAUDIT = 0x6ffffefb;
  private static final long DT_AUDIT = 0x6ffffefc;
  private static final long DT_FLAGS_1 = 0x6ffffffb;
  private static final long DT_AUXILIARY = 0x7ffffffd;
  private static final long DT_FILTER = 0x7fffffff;

  private static final Splitter LIST = Splitter.on(':').omitEmptyStrings();

  private final DynamicTable table;

  ElfDynamicReader(DynamicTable table) {
    this.table = table;
  }

  ElfDynamic read() throws IOException, MalformedElfException {
    return new ElfDynamic(
        dependencies(),
        table.name("DT_SONAME", table.last(DT_SONAME)),
        table.name("DT_RPATH", table.last(DT_RPATH)),
        table.name("DT_RUNPATH", table.last(DT_RUNPATH)),
        auditors(),
        table.last(DT_FLAGS_1).orElse(0L));
  }

  private ImmutableList<ElfDependency> dependencies() throws IOException, MalformedElfException {
    ImmutableList.Builder<ElfDependency> dependencies = ImmutableList.builder();
    for (int entry = 0; entry < table.size(); entry++) {
      long tag = table.tag(entry);
      if (tag == DT_NEEDED) {
        dependencies.add(dependency(ElfDependency.Tag.DT_NEEDED, entry));
      } else if (tag == DT_FILTER) {
        dependencies.add(dependency(ElfDependency.Tag.DT_FILTER, entry));
      } else if (tag == DT_AUXILIARY) {
        dependencies.add(dependency(ElfDependency.Tag.DT_AUXILIARY, entry));
      }
    }
    return dependencies.build();
  }

  private ElfDependency dependency(ElfDependency.Tag tag, int entry)
      throws IOException, MalformedElfException {
    return new ElfDependency(tag, table.name(tag.name(), table.value(entry)));
  }

  private ImmutableList<String> auditors() throws IOException, MalformedElfException {
    Optional<String> own = table.name("DT_AUDIT", table.last(DT_AUDIT));
    Optional<String> others = table.name("DT_DEPAUDIT", table.last(DT_DEPAUDIT));
    return own.isEmpty() && others.isEmpty()
        ? ImmutableList.of()
        : ImmutableList.<String>builder()
            .addAll(LIST.split(own.orElse("")))
            .addAll(LIST.split(others.orElse("")))
            .build();
  }
}
