package io.jrootfs.runner.mount;

import com.google.common.collect.ImmutableList;

/**
 * The fields of one line of comma-separated values (RFC 4180), the form of {@code --mount}: a field
 * in double quotes may hold commas, and a double quote in it is doubled.
 */
final class QuotedFields {
  private final String line;
  private int at;

  private QuotedFields(String line) {
    this.line = line;
  }

  /**
   * @throws IllegalArgumentException with what is wrong if quotes are not in pairs around fields
   */
  static ImmutableList<String> split(String line) {
    QuotedFields fields = new QuotedFields(line);
    ImmutableList.Builder<String> split = ImmutableList.builder();
    do {
      split.add(fields.next());
    } while (fields.at++ < line.length());
    return split.build();
  }

  /** Leaves {@link #at} on the comma behind the field, or at the end. */
  private String next() {
    return at < line.length() && line.charAt(at) == '"' ? quoted() : plain();
  }

  private String plain() {
    int start = at;
    int comma = line.indexOf(',', start);
    at = comma < 0 ? line.length() : comma;
    String field = line.substring(start, at);
    if (field.indexOf('"') >= 0) {
      throw new IllegalArgumentException(
          "quotes go around the whole of a field, as in '\"source=/a,b\"'");
    }
    return field;
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    for (at++; at < line.length(); at++) {
      if (line.charAt(at) != '"') {
        field.append(line.charAt(at));
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        field.append('"');
        at++;
      } else {
        at++;
        if (at < line.length() && line.charAt(at) != ',') {
          throw new IllegalArgumentException("a comma must follow the closing quote of a field");
        }
        return field.toString();
      }
    }
    throw new IllegalArgumentException("a quoted field has no closing quote");
  }
}
