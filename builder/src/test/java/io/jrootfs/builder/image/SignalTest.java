package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
  /** bash's kill -l, which takes its names from the C library. */
  @Test
  void numbersAreThoseOfTheSystem() throws Exception {
    StringBuilder script = new StringBuilder();
    for (int number = 1; number <= 31; number++) {
      script.append("kill -l ").append(number).append(';');
    }
    Process bash = new ProcessBuilder("bash", "-c", script.toString()).start();
    List<String> names =
        new String(bash.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .toList();
    assertThat(names).hasSize(31);
    for (int number = 1; number <= 31; number++) {
      String name = names.get(number - 1);
      assertThat(Signal.parse(name)).as(name).contains(new Signal(number));
      assertThat(new Signal(number).word()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, 15",
    "SIGTERM, 15",
    "term, 15",
    "sigterm, 15",
    "SigTerm, 15",
    "15, 15",
    "015, 15",
    "1, 1",
    "64, 64",
    "33, 33",
    "IOT, 6",
    "SIGCLD, 17",
    "poll, 29",
    "RTMIN, 34",
    "SIGRTMIN+3, 37",
    "RTMIN+30, 64",
    "RTMAX, 64",
    "rtmax-14, 50",
    "RTMAX-30, 34"
  })
  void namesAndNumbersAreRead(String text, int number) {
    assertThat(Signal.parse(text)).contains(new Signal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "65",
        "100",
        "999",
        "1000",
        "99999999999",
        "-1",
        "+1",
        " 15",
        "15 ",
        "1.5",
        "0xf",
        "\u0661",
        "SIG",
        "SIGSIGTERM",
        "SIG15",
        "TERMM",
        "TER",
        "RTMIN+31",
        "RTMIN-1",
        "RTMAX+1",
        "RTMAX-31",
        "RTMIN+",
        "RTMIN+x",
        "RTMIN+100",
        "TERM\n",
        "TERM,KILL"
      })
  void whatIsNoSignalIsNone(String text) {
    assertThat(Signal.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65})
  void thereIsNoSignalOfAnotherNumber(int number) {
    assertThatThrownBy(() -> new Signal(number)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everySignalIsReadAsItIsWritten() {
    for (int number = 1; number <= 64; number++) {
      Signal signal = new Signal(number);
      assertThat(Signal.parse(signal.word())).contains(signal);
      assertThat(signal.toString()).startsWith(number == 32 || number == 33 ? "signal " : "SIG");
    }
  }
}
