package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.runner.leak.LeakCheck;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which addresses the bridge gets, by /proc/net/route as proc(5) has it. */
@ExtendWith(LeakCheck.class)
class BridgeLeasesTest {
  private static final String HEADING =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

  private static String route(String destination, String mask) {
    return "eth0\t" + destination + "\t00000000\t0001\t0\t0\t0\t" + mask + "\t0\t0\t0\n";
  }

  @Test
  void defaultRouteAndOtherNetworksLeaveTheFirstPool() throws Exception {
    assertThat(
            BridgeLeases.freePool(
                HEADING + route("00000000", "00000000") + route("0002A8C0", "00FFFFFF")))
        .isEqualTo("10.213");
  }

  @Test
  void poolThatTheHostHasARouteIntoIsLeftToIt() throws Exception {
    assertThat(BridgeLeases.freePool(HEADING + route("0001D50A", "00FFFFFF"))).isEqualTo("10.214");
    assertThat(BridgeLeases.freePool(HEADING + route("0000000A", "000000FF"))).isEqualTo("172.29");
  }

  @Test
  void hostThatHasThemAllIsTold() {
    assertThatThrownBy(
            () ->
                BridgeLeases.freePool(
                    HEADING + route("0000000A", "000000FF") + route("000010AC", "0000F0FF")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("every network that the bridge could have");
  }
}
