package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The words of an option that takes one of a few; also what completes them in a shell. */
class EnumConverter<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final E[] constants;

  EnumConverter(E[] constants) {
    this.constants = constants;
  }

  /** What the user says for it. */
  String word(E constant) {
    return Ascii.toLowerCase(constant.name());
  }

  /** That option, for which these words are values. */
  OptionSpec.Builder takenBy(OptionSpec.Builder option) {
    return option.converters(this).completionCandidates(this);
  }

  @Override
  public E convert(String value) {
    for (E constant : constants) {
      if (word(constant).equals(value)) {
        return constant;
      }
    }
    throw new TypeConversionException(
        "'"
            + value
            + "' is none of "
            + Arrays.stream(constants).map(this::word).collect(Collectors.joining(", ")));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(constants).map(this::word).iterator();
  }
}
