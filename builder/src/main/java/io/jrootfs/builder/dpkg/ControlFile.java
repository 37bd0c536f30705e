package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Paragraphs of fields, deb822(5), which apk's database has too. An index of sixty thousand
 * packages is never held whole.
 */
public final class ControlFile {
  private ControlFile() {}

  /**
   * Reads a file.
   *
   * @param wanted the fields that matter, each of one line, spelled as they are in the file
   * @param paragraphs gets those that each paragraph has, if it has any
   * @throws IOException if it cannot be read
   */
  public static void read(
      FileContent content,
      ImmutableSet<String> wanted,
      Consumer<ImmutableMap<String, String>> paragraphs)
      throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(content.open(), StandardCharsets.UTF_8))) {
      Map<String, String> fields = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        if (line.isBlank()) {
          tell(fields, paragraphs);
        } else if (colon > 0 && wanted.contains(line.substring(0, colon))) {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      tell(fields, paragraphs);
    }
  }

  private static void tell(
      Map<String, String> fields, Consumer<ImmutableMap<String, String>> paragraphs) {
    if (!fields.isEmpty()) {
      paragraphs.accept(ImmutableMap.copyOf(fields));
      fields.clear();
    }
  }
}
