package io.jrootfs.builder.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The words of an option that takes one of a few; also what completes them in a shell. */
abstract class EnumConverter<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final E[] constants;
  private final Function<E, String> word;

  EnumConverter(E[] constants, Function<E, String> word) {
    this.constants = constants;
    this.word = word;
  }

  @Override
  public E convert(String value) {
    Optional<E> match =
        Arrays.stream(constants).filter(constant -> word.apply(constant).equals(value)).findFirst();
    return match.orElseThrow(
        () ->
            new TypeConversionException(
                "'"
                    + value
                    + "' is none of "
                    + Arrays.stream(constants).map(word).collect(Collectors.joining(", "))));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(constants).map(word).iterator();
  }
}
