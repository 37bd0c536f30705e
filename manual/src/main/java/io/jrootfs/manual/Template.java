package io.jrootfs.manual;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Text of ours with places, such as {@code @program@}, for what is written from options. */
final class Template {
  private Template() {}

  /**
   * @param name of the resource beside this class
   * @param places what is put where, in this order; values may have places of later ones
   */
  static String fill(String name, ImmutableMap<String, String> places) {
    String text;
    try {
      text =
          Resources.toString(Resources.getResource(Template.class, name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      // It is in our own jar.
      throw new UncheckedIOException(e);
    }
    for (Map.Entry<String, String> place : places.entrySet()) {
      text = text.replace("@" + place.getKey() + "@", place.getValue());
    }
    return text;
  }
}
