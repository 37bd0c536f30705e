package io.jrootfs.runner.network;

import static io.jrootfs.runner.network.NetlinkWriter.APPEND;
import static io.jrootfs.runner.network.NetlinkWriter.CREATE;
import static io.jrootfs.runner.network.NetlinkWriter.EXCL;
import static io.jrootfs.runner.network.NetlinkWriter.REQUEST;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;

/**
 * A table of netfilter for both versions of IP: nft(8).
 *
 * @param name its name
 * @param chains in order
 */
record NftTable(String name, ImmutableList<Chain> chains) {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int INET = 1;

  /** Where packets come by. */
  enum Hook {
    PREROUTING(0),
    FORWARD(2),
    OUTPUT(3),
    POSTROUTING(4);

    private final int number;

    Hook(int number) {
      this.number = number;
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Rules for packets that come by a place.
   *
   * @param type filter or nat
   * @param priority among all that look at them there
   * @param rules in order, each of terms that must all hold
   */
  record Chain(
      String name,
      String type,
      Hook hook,
      int priority,
      ImmutableList<ImmutableList<NftTerm>> rules) {}

  /** What makes it, all or nothing; one that is there stays as it is. */
  NetlinkRequest creation() {
    return creation(false);
  }

  /** What makes it instead of one of this name that may be there, all or nothing. */
  NetlinkRequest replacement() {
    return creation(true);
  }

  private NetlinkRequest creation(boolean instead) {
    NetlinkWriter out = new NetlinkWriter();
    ImmutableList.Builder<String> words = ImmutableList.builder();
    batch(
        out,
        batch -> {
          if (instead) {
            message(batch, 0, CREATE, table -> table.text(1, name));
            message(batch, 2, 0, table -> table.text(1, name));
          }
          message(batch, 0, CREATE | EXCL, table -> table.text(1, name));
          words.add("nft add table inet " + name);
          for (Chain chain : chains) {
            chain(batch, chain);
            words.add(
                "nft 'add chain inet %s %s { type %s hook %s priority %d; policy accept; }'"
                    .formatted(
                        name, chain.name(), chain.type(), chain.hook().word(), chain.priority()));
          }
          for (Chain chain : chains) {
            for (ImmutableList<NftTerm> rule : chain.rules()) {
              rule(batch, chain, rule);
              words.add(
                  "nft 'add rule inet "
                      + name
                      + " "
                      + chain.name()
                      + " "
                      + rule.stream().map(NftTerm::words).collect(Collectors.joining(" "))
                      + "'");
            }
          }
        });
    return new NetlinkRequest(
        NetlinkRequest.NETFILTER,
        out.written(),
        instead ? 0 : NetlinkRequest.EEXIST,
        0,
        words.build());
  }

  /** What removes it with all that is in it. */
  NetlinkRequest deletion() {
    NetlinkWriter out = new NetlinkWriter();
    batch(out, batch -> message(batch, 2, 0, table -> table.text(1, name)));
    return new NetlinkRequest(
        NetlinkRequest.NETFILTER,
        out.written(),
        NetlinkRequest.ENOENT,
        0,
        ImmutableList.of("nft delete table inet " + name));
  }

  private void chain(NetlinkWriter batch, Chain chain) {
    message(
        batch,
        3,
        CREATE,
        out ->
            out.text(1, name)
                .text(3, chain.name())
                .nested(4, hook -> hook.be32(1, chain.hook().number).be32(2, chain.priority()))
                .be32(5, 1)
                .text(7, chain.type()));
  }

  private void rule(NetlinkWriter batch, Chain chain, ImmutableList<NftTerm> rule) {
    message(
        batch,
        6,
        CREATE | APPEND,
        out ->
            out.text(1, name)
                .text(2, chain.name())
                .nested(
                    4,
                    list ->
                        rule.forEach(
                            term ->
                                term.expressions().forEach(element -> list.nested(1, element)))));
  }

  /** Between the marks of its beginning and end, for all of netfilter's subsystem of tables. */
  private static void batch(NetlinkWriter out, NetlinkWriter.Content content) {
    out.message(0x10, REQUEST, mark -> mark.u8(0).u8(0).be16(10));
    content.writeTo(out);
    // One for all: a failure is told without being asked for, and answers need room, too.
    out.acknowledged();
    out.message(0x11, REQUEST, mark -> mark.u8(0).u8(0).be16(10));
  }

  private static void message(
      NetlinkWriter batch, int type, int flags, NetlinkWriter.Content content) {
    batch.message(
        SUBSYSTEM | type,
        REQUEST | flags,
        out -> {
          out.u8(INET).u8(0).be16(0);
          content.writeTo(out);
        });
  }
}
