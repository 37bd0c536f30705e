package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlRulesTest {
  private final Specs specs = new Specs();

  private ImmutableList<Sysctl> sysctls(String... texts) throws SpecException {
    specs.sysctls = ImmutableList.copyOf(texts);
    return specs.derive().linux().sysctls();
  }

  @ParameterizedTest
  @CsvSource({
    "net.ipv4.ip_forward=1, net/ipv4/ip_forward, 1, NETWORK",
    "net/ipv4/ip_forward=1, net/ipv4/ip_forward, 1, NETWORK",
    "net.ipv4.conf.eth0/1.forwarding=1, net/ipv4/conf/eth0.1/forwarding, 1, NETWORK",
    "net/ipv4/conf/eth0.1/forwarding=1, net/ipv4/conf/eth0.1/forwarding, 1, NETWORK",
    "net.core.somaxconn=a=b, net/core/somaxconn, a=b, NETWORK",
    "net.ipv4.ping_group_range=0 5, net/ipv4/ping_group_range, 0 5, NETWORK",
    "kernel.sem=1 2 3 4, kernel/sem, 1 2 3 4, IPC",
    "kernel.shm_rmid_forced=1, kernel/shm_rmid_forced, 1, IPC",
    "kernel.msgmax=1, kernel/msgmax, 1, IPC",
    "fs.mqueue.msg_max=5, fs/mqueue/msg_max, 5, IPC"
  })
  void parametersOfOwnNamespacesAreTaken(
      String text, String name, String value, Namespace namespace) throws SpecException {
    assertThat(sysctls(text)).containsExactly(new Sysctl(name, value, namespace));
  }

  @Test
  void lastValueOfAParameterCounts() throws SpecException {
    assertThat(sysctls("net.a=1", "kernel.sem=2", "net/a=3"))
        .containsExactly(
            new Sysctl("net/a", "3", Namespace.NETWORK),
            new Sysctl("kernel/sem", "2", Namespace.IPC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.pid_max",
        "kernel.core_pattern",
        "kernel.sysrq",
        "kernel.semx",
        "kernel.shmmax.x",
        "kernel.ns_last_pid",
        "vm.overcommit_memory",
        "fs.file-max",
        "fs.mqueue",
        "fs.mqueuex.a",
        "net",
        "netx.a",
        "user.max_user_namespaces",
        "dev.tty.legacy_tiocsti"
      })
  void parametersOfTheMachineAreRefused(String name) {
    assertThatThrownBy(() -> sysctls(name + "=1"))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("sysctl '" + name + "=1': is the whole machine's; ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1",
        ".=1",
        "/=1",
        "..=1",
        "net.=1",
        "net..a=1",
        "/net/a=1",
        "net/../vm/a=1",
        "net/./a=1",
        "net./../vm/a=1",
        "net.ipv4.../a=1",
        "../../etc/passwd=1",
        "net/a/=1",
        "net.a b=1",
        "net.\u00e4=1",
        "net.a\n=1"
      })
  void pathsThatLeadElsewhereAreNoNames(String text) {
    assertThatThrownBy(() -> sysctls(text))
        .isInstanceOf(SpecException.class)
        .hasMessageEndingWith("' is no sysctl's name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "net.a                | a sysctl is NAME=VALUE",
        "\"\"                 | a sysctl is NAME=VALUE",
        "net.a=               | has no value",
        "kernel.hostname=a    | has an option of its own; use --hostname",
        "kernel/domainname=a  | has an option of its own; use --domainname"
      })
  void otherTextsAreRefused(String text, String start) {
    assertThatThrownBy(() -> sysctls(text))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("sysctl '" + text + "': " + start);
  }

  @Test
  void nulIsRefused() {
    assertThatThrownBy(() -> sysctls("net.a=1\0")).isInstanceOf(SpecException.class);
  }

  @ParameterizedTest
  @CsvSource({"NETWORK, net.ipv4.ip_forward=1", "IPC, kernel.sem=1", "IPC, fs.mqueue.msg_max=1"})
  void parametersOfTheHostsNamespaceAreRefused(Namespace namespace, String text) {
    specs.modes.put(namespace, NamespaceMode.HOST);
    assertThatThrownBy(() -> sysctls(text))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("sysctl '" + text + "': belongs to the " + namespace.procName());
  }
}
