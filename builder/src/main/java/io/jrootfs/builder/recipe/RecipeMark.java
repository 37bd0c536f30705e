package io.jrootfs.builder.recipe;

/**
 * A place in a recipe.
 *
 * @param file as it was named, or beside the recipe that includes it
 * @param line from 1
 * @param column from 1
 * @param text the whole line
 */
record RecipeMark(String file, int line, int column, String text) {
  private static final int MAX_TEXT = 120;

  /** {@code FILE:LINE:COLUMN}, as compilers do and editors understand. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }

  /** The line with a caret below the column. */
  String excerpt() {
    int from = Math.max(0, Math.min(column - 1, text.length()) - MAX_TEXT / 2);
    String shown = text.substring(from, Math.min(text.length(), from + MAX_TEXT));
    StringBuilder clean = new StringBuilder();
    shown.chars().forEach(c -> clean.append(Character.isISOControl(c) ? ' ' : (char) c));
    return "  " + clean + "\n  " + " ".repeat(Math.max(0, column - 1 - from)) + "^";
  }
}
