package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.DebootstrapMessage.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from the lines on descriptor 3: {@code E: CODE}, any number of {@code EA:
 * ARGUMENT}, {@code EF: FORMAT} (error(), warning(), info() and progress() in debootstrap's file
 * "functions"). The progress of a download is a first line only.
 */
final class DebootstrapParser {
  private final Consumer<DebootstrapMessage> messages;
  private final List<String> arguments = new ArrayList<>();
  private @Nullable Severity severity;
  private String code = "";

  DebootstrapParser(Consumer<DebootstrapMessage> messages) {
    this.messages = messages;
  }

  /** Takes the next line; one that is none of the three, such as a format's second, is ignored. */
  void accept(String line) {
    for (Severity begun : Severity.values()) {
      if (line.startsWith(begun.letter() + ": ")) {
        begin(begun, line.substring(3).strip());
        return;
      }
    }
    if (severity == null) {
      return;
    }
    String argument = severity.letter() + "A:";
    String format = severity.letter() + "F:";
    if (line.startsWith(argument)) {
      arguments.add(line.substring(argument.length()).strip());
    } else if (line.startsWith(format)) {
      emit(line.substring(format.length()).strip());
    }
  }

  private void begin(Severity begun, String newCode) {
    end();
    severity = begun;
    code = newCode;
    if (begun == Severity.PROGRESS && newCode.chars().noneMatch(Character::isLetter)) {
      emit("");
    }
  }

  /** The last message may lack its format if debootstrap was killed over it. */
  void end() {
    if (severity != null) {
      emit("");
    }
  }

  private void emit(String format) {
    Severity ended = severity;
    severity = null;
    if (ended != null) {
      messages.accept(new DebootstrapMessage(ended, code, ImmutableList.copyOf(arguments), format));
    }
    arguments.clear();
  }
}
