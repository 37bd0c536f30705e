package io.jrootfs.manual;

/** What there is room for beside a name that a shell offers. */
final class FirstSentence {
  private FirstSentence() {}

  /** Up to the first full stop, and without it. */
  static String of(String description) {
    String sentence = description.split("(?<!\\.)\\.( |$)", 2)[0];
    return sentence.isEmpty() ? description : sentence;
  }
}
