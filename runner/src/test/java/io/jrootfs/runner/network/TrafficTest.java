package io.jrootfs.runner.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final String HEADINGS =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
      """;

  @Test
  void allInterfacesButTheLoopbackCount() {
    assertThat(
            Traffic.parse(
                HEADINGS
                    + """
                          lo: 5000000 100    0    0    0     0          0         0  5000000    100    0    0    0     0       0          0
                        eth0:    1500   3    0    0    0     0          0         0      700      2    0    0    0     0       0          0
                      wlan0.7:18000000000 9    0    0    0     0          0         0       20      1    0    0    0     0       0          0
                      """))
        .isEqualTo(new Traffic(18_000_001_500L, 720));
  }

  @Test
  void loopbackAloneIsNoTraffic() {
    assertThat(Traffic.parse(HEADINGS + "    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n"))
        .isEqualTo(new Traffic(0, 0));
  }
}
