package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher sees of firewalls that nft and iptables make, each in a network of its own. */
@ExtendWith(LeakCheck.class)
class ForwardDropsTest {
  /** A chain that lets some pass, as every firewall does, and what else is in it. */
  private static final String BEGIN =
      """
      rules() { nft "add table $1 fw; add chain $1 fw f { type filter hook forward priority 5; }
        add rule $1 fw f ct state established,related accept; $2"; }
      """;

  @TempDir Path work;

  private String drops(String firewall) throws Exception {
    Result result =
        Installation.execute(
            work,
            ImmutableMap.of("jrun", System.getProperty("jrun.launcher")),
            ImmutableList.of(
                "unshare",
                "--net",
                "sh",
                "-euc",
                BEGIN + firewall + "\n\"$jrun\" --find-drops jrun0"));
    assertThat(result.err()).isEmpty();
    return Installation.check(result).out().replace('\t', ' ');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rules inet 'add rule inet fw f drop' | inet fw f",
        "rules ip 'add rule ip fw f counter drop' | ip fw f",
        "rules ip6 'add rule ip6 fw f counter log drop' | ip6 fw f",
        "rules inet 'add rule inet fw f reject with icmpx admin-prohibited' | inet fw f",
        "rules inet 'chain inet fw f { policy drop; }' | inet fw f",
        "rules inet 'add rule inet fw f drop; add rule inet fw f accept' | inet fw f",
        "rules inet 'add chain inet fw z; add rule inet fw z accept; add rule inet fw f counter reject'"
            + " | inet fw f",
        "iptables-nft -A FORWARD -s 10.0.0.0/8 -j ACCEPT; iptables-nft -A FORWARD -j DROP"
            + " | ip filter FORWARD",
        "ip6tables-nft -A FORWARD -j REJECT | ip6 filter FORWARD",
        "iptables-legacy -A FORWARD -s 10.0.0.0/8 -j ACCEPT; iptables-legacy -A FORWARD -j DROP"
            + " | iptables-legacy filter FORWARD",
        "ip6tables-legacy -A FORWARD -j REJECT | ip6tables-legacy filter FORWARD",
        "ip6tables-legacy -P FORWARD DROP | ip6tables-legacy filter FORWARD",
        "iptables-nft -A FORWARD -m comment --comment rest -j DROP | ip filter FORWARD",
        "iptables-legacy -A FORWARD -m comment --comment rest -j DROP"
            + " | iptables-legacy filter FORWARD",
        "rules inet 'add chain inet fw z; add rule inet fw z drop; add rule inet fw f jump z'"
            + " | inet fw f",
        "rules inet 'add chain inet fw z; add rule inet fw z ip saddr 192.0.2.1 accept; add rule inet"
            + " fw z counter reject; add rule inet fw f counter goto z; add rule inet fw f accept'"
            + " | inet fw f",
        "rules inet 'add chain inet fw z; add rule inet fw z return; add rule inet fw z accept; add"
            + " rule inet fw f jump z; add rule inet fw f drop' | inet fw f",
        "iptables-nft -N Z; iptables-nft -A Z -j REJECT; iptables-nft -A FORWARD -j Z"
            + " | ip filter FORWARD",
        "iptables-nft -N Z; iptables-nft -A Z -j DROP; iptables-nft -A FORWARD -g Z"
            + " | ip filter FORWARD",
        "iptables-legacy -N A; iptables-legacy -N Z; iptables-legacy -A Z -s 192.0.2.1 -j ACCEPT;"
            + " iptables-legacy -A Z -j DROP; iptables-legacy -A A -g Z; iptables-legacy -A A -j"
            + " ACCEPT; iptables-legacy -A FORWARD -j A | iptables-legacy filter FORWARD",
        "ip6tables-legacy -N Z; ip6tables-legacy -A FORWARD; ip6tables-legacy -A FORWARD -j Z;"
            + " ip6tables-legacy -A Z -j RETURN; ip6tables-legacy -A Z -j ACCEPT;"
            + " ip6tables-legacy -A FORWARD -j REJECT | ip6tables-legacy filter FORWARD",
      })
  void chainThatDropsWhatNoConditionFitsIsFound(String firewall, String chain) throws Exception {
    assertThat(drops(firewall)).isEqualTo(chain + "\n");
  }

  /** Rules that ask for something, and those that never see what is forwarded. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules inet ''",
        "rules inet 'add rule inet fw f ip saddr 192.0.2.1 drop'",
        "rules inet 'add rule inet fw f ct state invalid drop'",
        "rules inet 'add rule inet fw f limit rate 1/second drop'",
        "rules inet 'add rule inet fw f meta l4proto tcp reject with tcp reset'",
        "rules inet 'add set inet fw s { type ipv4_addr; }; add rule inet fw f ip daddr @s drop'",
        "rules inet 'add rule inet fw f iifname != eth0 drop'",
        "rules inet 'add rule inet fw f counter accept; add rule inet fw f drop'",
        "rules inet 'chain inet fw f { policy drop; }; add rule inet fw f accept'",
        "rules inet 'insert rule inet fw f iifname jrun0 accept; add rule inet fw f drop'",
        "rules inet 'add chain inet fw z; add rule inet fw z drop; add rule inet fw f ct state new jump z'",
        "rules inet 'add chain inet fw z { type filter hook input priority 5; policy drop; }; add rule"
            + " inet fw z drop'",
        "nft 'add table bridge fw; add chain bridge fw f { type filter hook forward priority 5; policy"
            + " drop; }'",
        "iptables-nft -A FORWARD -s 192.0.2.1 -j REJECT",
        "iptables-legacy -A FORWARD -s 192.0.2.1 -j DROP; iptables-legacy -A INPUT -j DROP",
        "iptables-legacy -A FORWARD -m conntrack --ctstate INVALID -j DROP",
        "ip6tables-legacy -A FORWARD -i eth0 -j REJECT",
        "iptables-legacy -P FORWARD DROP; iptables-legacy -A FORWARD -j ACCEPT",
        "iptables-legacy -A FORWARD -i jrun0 -j ACCEPT; iptables-legacy -A FORWARD -j DROP",
        "rules inet 'add chain inet fw z; add rule inet fw z accept; add rule inet fw f jump z; add"
            + " rule inet fw f drop'",
        "rules inet 'add chain inet fw z; add rule inet fw f goto z; add rule inet fw f drop'",
        "rules inet 'add rule inet fw f meta mark set 1'",
        "rules inet 'add rule inet fw f return; add rule inet fw f drop'",
        "rules inet 'add chain inet fw z; add rule inet fw z drop; add rule inet fw f ip saddr"
            + " 192.0.2.1 goto z'",
        "iptables-legacy -N Z; iptables-legacy -A Z -j DROP; iptables-legacy -A FORWARD -s 192.0.2.1"
            + " -j Z; iptables-legacy -A FORWARD -i eth0 -g Z",
        "iptables-legacy -N Z; iptables-legacy -A FORWARD -g Z; iptables-legacy -A FORWARD -j DROP",
        "ip6tables-legacy -N Z; ip6tables-legacy -A Z -j ACCEPT; ip6tables-legacy -A FORWARD -j Z;"
            + " ip6tables-legacy -A FORWARD -j DROP",
      })
  void ruleThatAsksForSomethingIsNoAlarm(String firewall) throws Exception {
    assertThat(drops(firewall)).isEmpty();
  }

  /** As firewalld 2.3 makes it for a host whose links are all in its zone "public". */
  private static final String FIREWALLD =
      """
      nft -f - <<'END'
      table inet firewalld {
        chain filter_FORWARD {
          type filter hook forward priority filter + 10; policy accept;
          ct state { established, related } accept
          ct status dnat accept
          iifname "lo" accept
          ct state invalid drop
          jump filter_FORWARD_ZONES
          LAST
        }
        chain filter_FORWARD_ZONES { ZONES goto filter_FWD_public; }
        chain filter_FWD_public {
          jump filter_FWD_public_pre
          jump filter_FWD_public_allow
          reject with icmpx admin-prohibited
        }
        chain filter_FWD_public_pre { }
        chain filter_FWD_public_allow { oifname "eth0" accept; }
        chain filter_FWD_trusted { accept; }
      }
      END
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | reject with icmpx admin-prohibited | inet firewalld filter_FORWARD",
        "`` | `` | inet firewalld filter_FORWARD",
        "iifname \"jrun0\" goto filter_FWD_trusted; | reject | ``",
      })
  void zoneOfFirewalldThatRejectsIsFoundUnlessTheLinkIsInAnother(
      String zones, String last, String found) throws Exception {
    assertThat(drops(FIREWALLD.replace("ZONES goto", zones + " goto").replace("LAST", last)))
        .isEqualTo(found.isEmpty() ? "" : found + "\n");
  }

  /** Of 2^15 ways through them only some are gone; what was not looked at is not warned of. */
  @Test
  void chainsThatBranchEverywhereAreNotAllFollowed() throws Exception {
    StringBuilder rules = new StringBuilder("add chain inet fw z15");
    for (int i = 14; i > 0; i--) {
      String jump = "; add rule inet fw z%d jump z%d".formatted(i, i + 1);
      rules.append("; add chain inet fw z").append(i).append(jump).append(jump);
    }
    rules.append("; add rule inet fw f jump z1; add rule inet fw f drop");
    assertThat(drops("rules inet '" + rules + "'")).isEmpty();
  }

  @Test
  void forFirewalldItsOwnCommandIsAdvised() {
    assertThat(ForwardDrops.of("inet\tfirewalld\tfilter_FORWARD\n").warning())
        .hasValue(
            "the host's firewall drops what it forwards and no rule accepts (chain filter_FORWARD of"
                + " inet table firewalld), and no rule there names jrun0: the container and other"
                + " machines may not reach each other; to let them, run 'firewall-cmd --zone=trusted"
                + " --add-interface=jrun0', once more with --permanent to keep it; in that zone"
                + " containers reach this machine's own services, too");
  }
}
