package io.jrootfs.runner.network;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Something that the kernel's network code is asked for.
 *
 * @param protocol of the socket: {@link #ROUTE} or {@link #NETFILTER}
 * @param bytes whole messages
 * @param passedOver the errno that is no failure, or 0
 * @param processPlace where the number of the container's process is to be put, or 0
 * @param words what one would type for it, each a line
 */
public record NetlinkRequest(
    int protocol,
    ImmutableList<Byte> bytes,
    int passedOver,
    int processPlace,
    ImmutableList<String> words) {
  /** NETLINK_ROUTE. */
  public static final int ROUTE = 0;

  /** NETLINK_NETFILTER. */
  public static final int NETFILTER = 12;

  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int ENOENT = 2;

  /** As a record of the launcher's file of what undoes things (lease.c). */
  public byte[] record() {
    return ByteBuffer.allocate(12 + bytes.size())
        .order(ByteOrder.nativeOrder())
        .putInt(protocol)
        .putInt(passedOver)
        .putInt(bytes.size())
        .put(Bytes.toArray(bytes))
        .array();
  }
}
