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

  /** A row of a table. */
  Html row(String... cells) {
    text.append("<tr>");
    for (String cell : cells) {
      text.append("<td>");
      text(cell);
      text.append("</td>");
    }
    text.append("</tr>\n");
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
