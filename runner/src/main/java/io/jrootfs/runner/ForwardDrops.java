package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.BridgeNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Chains of the host's firewall that drop what is forwarded, by policy or by a rule without
 * conditions there or in a chain that they jump to, for which the launcher asks the kernel ({@code
 * src/main/c/firewall.c}). The firewall is the administrator's: it is told of, not changed.
 *
 * @param chains without a rule in their tables that names the bridge
 */
public record ForwardDrops(ImmutableList<Chain> chains) {
  private static final Splitter COLUMNS = Splitter.on('\t');

  /**
   * One of them.
   *
   * @param family of nft(8), or the program that has it: {@code iptables-legacy}
   */
  public record Chain(String family, String table, String name) {
    private String text() {
      return "chain " + name + " of " + family + " table " + table;
    }

    private boolean isFirewalld() {
      return table.equals("firewalld");
    }

    /**
     * What accepts the bridge's packets. In firewalld's table nobody else may do that since it owns
     * it (NftablesTableOwner in firewalld.conf(5)); what goes to published ports it accepts anyway.
     */
    private ImmutableList<String> commands() {
      return isFirewalld()
          ? ImmutableList.of("firewall-cmd --zone=trusted --add-interface=" + LINK)
          : ImmutableList.of(command(true), command(false));
    }

    private String command(boolean from) {
      return family.endsWith("-legacy")
          ? "%s -I %s %s %s -j ACCEPT".formatted(family, name, from ? "-i" : "-o", LINK)
          : "nft insert rule %s %s %s %s %s accept"
              .formatted(family, table, name, from ? "iifname" : "oifname", LINK);
    }
  }

  private static final String LINK = BridgeNetwork.LINK;

  private static final String ZONE =
      ", once more with --permanent to keep it; in that zone containers reach this machine's own"
          + " services, too";

  /**
   * Looks for them; none if there is no launcher to ask.
   *
   * @throws IOException if it cannot be started or does not say
   */
  public static ForwardDrops find() throws IOException {
    Optional<ProgramFiles> program = ProgramFiles.running();
    if (program.isEmpty()) {
      return new ForwardDrops(ImmutableList.of());
    }
    Process launcher =
        new ProcessBuilder(program.get().launcher().toString(), "--find-drops", LINK)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    launcher.getOutputStream().close();
    String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (launcher.waitFor() != 0) {
        throw new IOException("the launcher does not say what the host's firewall drops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the host's firewall was looked at", e);
    }
    return of(said);
  }

  static ForwardDrops of(String said) {
    ImmutableList.Builder<Chain> chains = ImmutableList.builder();
    for (String line : said.lines().toList()) {
      List<String> columns = COLUMNS.splitToList(line);
      chains.add(new Chain(columns.get(0), columns.get(1), columns.get(2)));
    }
    return new ForwardDrops(chains.build());
  }

  /** What the user should know; empty if there are none. */
  public Optional<String> warning() {
    if (chains.isEmpty()) {
      return Optional.empty();
    }
    String commands =
        chains.stream()
            .flatMap(chain -> chain.commands().stream())
            .distinct()
            .map(command -> "'" + command + "'")
            .collect(Collectors.joining(" and "));
    return Optional.of(
        "the host's firewall drops what it forwards and no rule accepts ("
            + chains.stream().map(Chain::text).collect(Collectors.joining(", "))
            + "), and no rule there names "
            + LINK
            + ": the container and other machines may not reach each other; to let them, run "
            + commands
            + (chains.stream().anyMatch(Chain::isFirewalld) ? ZONE : ""));
  }
}
