package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher sees of firewalls that nft and iptables make, each in a network of its own. */
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
      })
  void ruleThatAsksForSomethingIsNoAlarm(String firewall) throws Exception {
    assertThat(drops(firewall)).isEmpty();
  }
}
