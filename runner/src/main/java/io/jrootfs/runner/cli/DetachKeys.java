package io.jrootfs.runner.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import picocli.CommandLine.Model.OptionSpec;

/** The keys that leave a container on a terminal, as docker and podman write them. */
final class DetachKeys {
  private static final String OPTION = "--detach-keys";
  private static final String DEFAULT = "ctrl-p,ctrl-q";
  private static final String CONTROL = "ctrl-";
  private static final int DELETE = 0x7f;

  /** As many as the launcher keeps in mind ({@code MAX_KEYS}, launcher.h). */
  private static final int MAX = 32;

  private static final Splitter COMMA = Splitter.on(',');

  private DetachKeys() {}

  static OptionSpec.Builder option() {
    return Options.text(
        "KEYS",
        "Leave it alone on a terminal by these (default: " + DEFAULT + "; \"\" for none).",
        OPTION);
  }

  /**
   * Their codes.
   *
   * @throws UsageException if a key is none of those that can be
   */
  static ImmutableList<Integer> of(Options options) throws UsageException {
    String text = options.value(OPTION).orElse(DEFAULT);
    if (text.isEmpty()) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<Integer> keys = ImmutableList.builder();
    for (String key : COMMA.split(text)) {
      keys.add(code(text, key));
    }
    ImmutableList<Integer> all = keys.build();
    if (all.size() > MAX) {
      throw new UsageException("%s '%s': has more than %d keys".formatted(OPTION, text, MAX));
    }
    return all;
  }

  private static int code(String text, String key) throws UsageException {
    char last = key.isEmpty() ? 0 : key.charAt(key.length() - 1);
    if (key.length() == 1 && last >= ' ' && last < DELETE) {
      return last;
    }
    if (key.equals("DEL")) {
      return DELETE;
    }
    boolean isControl = (last >= 'a' && last <= 'z') || "@[\\]^_".indexOf(last) >= 0;
    if (key.length() == CONTROL.length() + 1 && key.startsWith(CONTROL) && isControl) {
      return last & 0x1f;
    }
    throw new UsageException(
        ("%s '%s': '%s' is no key; there are single characters, DEL, and ctrl- with one of a to z,"
                + " @, [, \\, ], ^ and _, as in %s")
            .formatted(OPTION, text, key, DEFAULT));
  }
}
