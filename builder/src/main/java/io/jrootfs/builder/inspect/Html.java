package io.jrootfs.builder.inspect;

/** Text as it stands in a page: well-formed for XML too, so that any parser can check it. */
final class Html {
  private final StringBuilder text = new StringBuilder();

  /** Mark-up of ours. */
  Html raw(String markup) {
    text.append(markup);
    return this;
  }

  /** Text of anybody's: no character of it is mark-up, and none is one that XML cannot hold. */
  Html text(String shown) {
    shown
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                default -> {
                  if (Character.isISOControl(c) || c == 0xfffe || c == 0xffff) {
                    text.append(String.format("\\x%02x", c));
                  } else {
                    text.appendCodePoint(c);
                  }
                }
              }
            });
    return this;
  }

  /** A number with at most two places, without what depends on a locale. */
  Html number(double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths < 0) {
      text.append('-');
    }
    text.append(Math.abs(hundredths) / 100);
    long places = Math.abs(hundredths) % 100;
    if (places != 0) {
      text.append('.').append(places / 10);
      if (places % 10 != 0) {
        text.append(places % 10);
      }
    }
    return this;
  }

  /** The headings of a table's columns. */
  Html headings(String... names) {
    return cells("th", names);
  }

  /** A row of a table. */
  Html row(String... cells) {
    return cells("td", cells);
  }

  private Html cells(String element, String... cells) {
    text.append("<tr>");
    for (String cell : cells) {
      text.append('<').append(element).append('>');
      text(cell);
      text.append("</").append(element).append('>');
    }
    text.append("</tr>\n");
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
