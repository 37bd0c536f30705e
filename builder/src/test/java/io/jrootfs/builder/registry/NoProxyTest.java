package io.jrootfs.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers NO_PROXY means, as the programs written in Go take it. */
class NoProxyTest {
  @ParameterizedTest
  @CsvSource({
    "'', example.org, 443, false",
    "*, example.org, 443, true",
    "example.org, example.org, 443, true",
    "EXAMPLE.org, example.ORG, 443, true",
    "example.org, sub.example.org, 443, true",
    "example.org, anexample.org, 443, false",
    "example.org, example.org.net, 443, false",
    ".example.org, example.org, 443, false",
    ".example.org, sub.example.org, 443, true",
    "*.example.org, sub.example.org, 443, true",
    "example.org:5000, example.org, 5000, true",
    "example.org:5000, example.org, 443, false",
    "'other.net, example.org', example.org, 443, true",
    "10.1.2.3, 10.1.2.3, 443, true",
    "10.1.2.3, 10.1.2.30, 443, false",
    "10.0.0.0/8, 10.255.0.1, 443, true",
    "10.0.0.0/8, 11.0.0.1, 443, false",
    "10.0.0.0/9, 10.128.0.1, 443, false",
    "10.0.0.0/0, 11.0.0.1, 443, true",
    "10.0.0.0/33, 10.0.0.0, 443, false",
    "10.0.0.0/x, 10.0.0.0, 443, false",
    "10.0.0.0/8, example.org, 443, false",
    "fd00::/8, fd12::1, 443, true",
    "fd00::/8, 10.0.0.1, 443, false",
    "[fd00::1]:5000, fd00::1, 5000, true",
    "'a:b:c:,:::,//', example.org, 443, false",
  })
  void includes(String value, String host, int port, boolean included) {
    assertThat(NoProxy.parse(value).includes(host, port)).isEqualTo(included);
  }
}
