package io.jrootfs.runner.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import com.google.common.primitives.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes that the kernel reads, against what its headers say of them. */
class NetlinkRequestTest {
  private static ByteBuffer bytes(NetlinkRequest request) {
    return ByteBuffer.wrap(Bytes.toArray(request.bytes())).order(ByteOrder.nativeOrder());
  }

  @Test
  void deletionOfALinkIsOneMessageWithItsName() {
    ByteBuffer bytes = bytes(Links.deletion("jrun0"));
    assertThat(bytes.getInt()).as("length").isEqualTo(16 + 16 + 12).isEqualTo(bytes.limit());
    assertThat(bytes.getShort()).as("RTM_DELLINK").isEqualTo((short) 17);
    assertThat(bytes.getShort()).as("NLM_F_REQUEST | NLM_F_ACK").isEqualTo((short) 5);
    bytes.position(32);
    assertThat(bytes.getShort()).as("length of name").isEqualTo((short) 10);
    assertThat(bytes.getShort()).as("IFLA_IFNAME").isEqualTo((short) 3);
    byte[] name = new byte[8];
    bytes.get(name);
    assertThat(name).containsExactly('j', 'r', 'u', 'n', '0', 0, 0, 0);
  }

  @Test
  void addressHasItsBroadcastAddressAndVersionSixIsNotTriedFirst() {
    ByteBuffer four = bytes(Links.address("eth0", 100, InetAddresses.forString("10.1.2.3"), 16));
    assertThat(four.get(16)).as("AF_INET").isEqualTo((byte) 2);
    assertThat(four.get(17)).as("prefix").isEqualTo((byte) 16);
    assertThat(four.getInt(20)).as("link").isEqualTo(100);
    byte[] last = new byte[4];
    four.position(four.limit() - 4).get(last);
    assertThat(last).containsExactly(10, 1, 255, 255);
    ByteBuffer six = bytes(Links.address("eth0", 100, InetAddresses.forString("fd00::1"), 64));
    assertThat(six.get(16)).as("AF_INET6").isEqualTo((byte) 10);
    assertThat(six.get(18)).as("IFA_F_NODAD").isEqualTo((byte) 2);
  }

  @Test
  void placeOfTheProcessIsThatOfItsAttribute() {
    NetlinkRequest pair = new BridgeNetwork("10.213", true).connection(2);
    ByteBuffer bytes = bytes(pair);
    assertThat(bytes.getShort(pair.processPlace() - 4)).as("length").isEqualTo((short) 8);
    assertThat(bytes.getShort(pair.processPlace() - 2)).as("IFLA_NET_NS_PID").isEqualTo((short) 19);
    assertThat(pair.processPlace() + 4).isEqualTo(bytes.limit());
  }

  @Test
  void tablesTakeThePlaceOfOthersInOneBatchWhoseLastMessageWantsAnAnswer() throws Exception {
    ByteBuffer bytes =
        bytes(
            new BridgeNetwork("10.213", false)
                .publication(2, PublishedPort.parse("127.0.0.1:8080:80"))
                .orElseThrow());
    ImmutableList.Builder<String> types = ImmutableList.builder();
    for (int at = 0; at < bytes.limit(); at += bytes.getInt(at)) {
      types.add("%x/%x".formatted(bytes.getShort(at + 4), bytes.getShort(at + 6)));
    }
    assertThat(types.build())
        .containsExactly(
            "10/1", "a00/401", "a02/1", "a00/601", "a03/401", "a03/401", "a06/c01", "a06/c05",
            "11/1");
  }

  @Test
  void withoutPortsThereIsNoTable() {
    assertThat(new BridgeNetwork("10.213", true).publication(2, ImmutableList.of()))
        .isEqualTo(Optional.empty());
  }
}
