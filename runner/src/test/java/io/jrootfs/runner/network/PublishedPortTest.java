package io.jrootfs.runner.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users write behind {@code -p}. */
class PublishedPortTest {
  @ParameterizedTest
  @CsvSource({
    "80, 0.0.0.0:0->80/tcp",
    "8080:80, 0.0.0.0:8080->80/tcp",
    "8080:80/udp, 0.0.0.0:8080->80/udp",
    "127.0.0.1:8080:80/tcp, 127.0.0.1:8080->80/tcp",
    "127.0.0.1::80, 127.0.0.1:0->80/tcp",
    "[2001:db8::1]:8080:80, [2001:db8::1]:8080->80/tcp",
  })
  void portIsReadAsDockerDoes(String written, String shown) throws Exception {
    assertThat(PublishedPort.parse(written)).extracting(PublishedPort::text).containsExactly(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "8080:80, 8080:81, true",
    "8080:80, 8081:80, false",
    "8080:80, 8080:80/udp, false",
    "127.0.0.1:8080:80, 8080:80, true",
    "[::]:8080:80, 192.0.2.1:8080:80, true",
    "127.0.0.1:8080:80, 127.0.0.1:8080:81, true",
    "127.0.0.1:8080:80, 127.0.0.2:8080:80, false",
  })
  void portOfTheHostIsOneContainersAtEachAddress(String one, String other, boolean excluded)
      throws Exception {
    PublishedPort first = PublishedPort.parse(one).get(0);
    PublishedPort second = PublishedPort.ofText(PublishedPort.parse(other).get(0).text());
    assertThat(first.excludes(second)).isEqualTo(excluded);
    assertThat(second.excludes(first)).isEqualTo(excluded);
  }

  @Test
  void rangesGoTogether() throws Exception {
    assertThat(PublishedPort.parse("8000-8002:80-82/udp"))
        .extracting(PublishedPort::text)
        .isEqualTo(
            ImmutableList.of(
                "0.0.0.0:8000->80/udp", "0.0.0.0:8001->81/udp", "0.0.0.0:8002->82/udp"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', must be [[IP:]",
    "http, must be [[IP:]",
    "8080:80/sctp, must be [[IP:]",
    "8080:0, has a port that is not from 1 to 65535",
    "8080:65536, has a port that is not from 1 to 65535",
    "8080-8082:80-81, has ranges of different size",
    "90-80:90-80, must have a range",
    "example.org:8080:80, 'example.org' is no address",
    "fe80::1:80:80, must be [[IP:]",
  })
  void anythingElseIsOneSentence(String written, String problem) {
    assertThatThrownBy(() -> PublishedPort.parse(written))
        .isInstanceOf(NetworkSyntaxException.class)
        .hasMessageStartingWith("--publish '" + written + "': " + problem);
  }
}
