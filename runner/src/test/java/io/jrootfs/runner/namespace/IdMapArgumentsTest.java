package io.jrootfs.runner.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdMapArgumentsTest {
  private static IdMapArguments parse(String uids) throws NamespaceSyntaxException {
    return IdMapArguments.parse(
        ImmutableList.copyOf(Splitter.on(' ').split(uids)), ImmutableList.of());
  }

  @Test
  void oneOptionStandsForBoth() throws NamespaceSyntaxException {
    ImmutableList<IdMapping> map = ImmutableList.of(new IdMapping(0, 100_000, 10));
    ImmutableList<String> text = ImmutableList.of("0:100000:10");
    IdMapArguments both = new IdMapArguments(map, map);
    assertThat(IdMapArguments.parse(text, ImmutableList.of())).isEqualTo(both);
    assertThat(IdMapArguments.parse(ImmutableList.of(), text)).isEqualTo(both);
    assertThat(IdMapArguments.parse(text, ImmutableList.of("0:7:1")).gids())
        .containsExactly(new IdMapping(0, 7, 1));
    assertThat(IdMapArguments.parse(ImmutableList.of(), ImmutableList.of()).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                 | a map is CONTAINER:HOST:SIZE, such as 0:100000:65536",
        "0                  | a map is CONTAINER:HOST:SIZE",
        "0:1                | a map is CONTAINER:HOST:SIZE",
        "0:1:2:3            | a map is CONTAINER:HOST:SIZE",
        "0:x:1              | 'x' is no number from 0 to 4294967294",
        "0::1               | '' is no number",
        "+0:1:1             | '+0' is no number",
        "-1:0:1             | '-1' is no number",
        "0:@1000:1          | '@1000' is no number",
        "0:4294967295:1     | '4294967295' is no number",
        "0:0:99999999999    | '99999999999' is no number",
        "0:1:0              | the size must be at least 1",
        "0:4294967294:2     | it goes beyond the last id, 4294967294",
        "1:1:1              | no one is the container's root",
        "0:1:10 9:100:1     | gives an id that '0:1:10' gives already",
        "0:100:10 10:109:1  | gives an id that '0:100:10' gives already",
      })
  void whatIsNoMapIsRefused(String text, String problem) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(NamespaceSyntaxException.class)
        .hasMessageStartingWith("--uidmap '")
        .hasMessageContaining(problem);
  }

  @Test
  void theKernelsLimitOfLinesIsOurs() throws NamespaceSyntaxException {
    ImmutableList<String> lines =
        IntStream.range(0, 341)
            .mapToObj(i -> i + ":" + 2 * i + ":1")
            .collect(ImmutableList.toImmutableList());
    assertThat(IdMapArguments.parse(lines.subList(0, 340), ImmutableList.of()).uids()).hasSize(340);
    assertThatThrownBy(() -> IdMapArguments.parse(ImmutableList.of(), lines))
        .isInstanceOf(NamespaceSyntaxException.class)
        .hasMessage("--gidmap '340:680:1': the kernel takes 340 lines at most");
  }

  @Property
  void aMapIsWrittenAsItIsRead(
      @ForAll @LongRange(min = 0, max = 0xffff_0000L) long host,
      @ForAll @LongRange(min = 1, max = 0xffff) long size)
      throws NamespaceSyntaxException {
    String text = "0:" + host + ":" + size;
    assertThat(IdMapArguments.argument(parse(text).uids().get(0))).isEqualTo(text);
  }
}
