package io.jrootfs.builder.dpkg;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The file {@code status} of dpkg's database; see deb822(5) and dpkg-query(1). */
final class DpkgStatus {
  private static final Splitter PARAGRAPHS = Splitter.on(Pattern.compile("\n[ \t\r]*\n"));

  private DpkgStatus() {}

  /** The packages whose files are there, even if they are not configured yet. */
  static ImmutableSortedSet<DpkgPackage> packages(String status) {
    ImmutableSortedSet.Builder<DpkgPackage> packages = ImmutableSortedSet.naturalOrder();
    for (String paragraph : PARAGRAPHS.split(status)) {
      Map<String, String> fields = fields(paragraph);
      String name = fields.getOrDefault("package", "");
      String version = fields.getOrDefault("version", "");
      if (!name.isEmpty()
          && !version.isEmpty()
          && DpkgPackage.hasFiles(fields.getOrDefault("status", ""))) {
        packages.add(
            new DpkgPackage(
                name,
                fields.getOrDefault("architecture", ""),
                version,
                DpkgPackage.sourceName(fields.getOrDefault("source", ""), name),
                paragraph.strip()));
      }
    }
    return packages.build();
  }

  /** Names of fields are the same in every case; lines that continue a field are left out. */
  private static Map<String, String> fields(String paragraph) {
    Map<String, String> fields = new HashMap<>();
    paragraph
        .lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                fields.put(
                    Ascii.toLowerCase(line.substring(0, colon)), line.substring(colon + 1).strip());
              }
            });
    return fields;
  }
}
