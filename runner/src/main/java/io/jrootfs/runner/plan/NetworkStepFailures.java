package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EACCES;
import static io.jrootfs.runner.plan.Errno.EADDRINUSE;
import static io.jrootfs.runner.plan.Errno.EADDRNOTAVAIL;
import static io.jrootfs.runner.plan.Errno.EEXIST;
import static io.jrootfs.runner.plan.Errno.ENOENT;
import static io.jrootfs.runner.plan.Errno.EOPNOTSUPP;
import static io.jrootfs.runner.plan.Errno.EPERM;
import static io.jrootfs.runner.plan.FailureTexts.on;
import static io.jrootfs.runner.plan.FailureTexts.texts;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.NetlinkRequest;

/** What is said when a network step fails. */
final class NetworkStepFailures implements NetworkStep.Cases<FailureTexts> {
  @Override
  public FailureTexts reservePort(NetworkStep.ReservePort step) {
    String port = step.port().hostPort() + "/" + step.port().protocol() + " of " + step.address();
    String what = "cannot publish port " + port;
    return texts(
        what,
        on(
            0,
            EADDRINUSE,
            what
                + ": it is in use by "
                + step.holder()
                    .map(name -> "container '" + name + "'")
                    .orElse("a program or another container")
                + "; choose another host port"),
        on(
            0,
            EACCES,
            what
                + ": only root may take ports this low; choose one from"
                + " net.ipv4.ip_unprivileged_port_start on, mostly 1024"),
        on(0, EADDRNOTAVAIL, what + ": this machine has no such address"));
  }

  @Override
  public FailureTexts takeLease(NetworkStep.TakeLease step) {
    return texts(
        ImmutableList.of(
            "cannot lock the network's records with " + step.lock(),
            "cannot hold the container's place in " + step.network()));
  }

  @Override
  public FailureTexts changeSetting(NetworkStep.ChangeSetting step) {
    return texts("cannot write " + step.value() + " to " + step.path());
  }

  @Override
  public FailureTexts sendNetlink(NetworkStep.SendNetlink step) {
    return failures(step.request());
  }

  @Override
  public FailureTexts configureNetwork(NetworkStep.ConfigureNetwork step) {
    return failures(step.request());
  }

  private static FailureTexts failures(NetlinkRequest request) {
    String what = "cannot do what '" + request.words().get(0) + "' would";
    String kernel =
        request.protocol() == NetlinkRequest.NETFILTER
            ? "nftables (CONFIG_NF_TABLES_INET, CONFIG_NFT_NAT, CONFIG_NFT_MASQ, CONFIG_NFT_FIB_INET)"
            : "bridges and veth (CONFIG_BRIDGE, CONFIG_VETH)";
    String missing = what + ": this kernel has no " + kernel;
    return texts(
        what,
        on(0, EPERM, what + ": not permitted; --network bridge takes CAP_NET_ADMIN"),
        on(0, EACCES, what + ": not permitted; --network bridge takes CAP_NET_ADMIN"),
        on(0, EOPNOTSUPP, missing),
        on(0, ENOENT, missing),
        on(0, EEXIST, what + ": it is there already, and not jrun's"));
  }

  @Override
  public FailureTexts runPasta(NetworkStep.RunPasta step) {
    return texts(
        ImmutableList.of(
            "cannot open the container's network namespace",
            "the program "
                + step.command().get(0)
                + " cannot connect the container with the host's network"));
  }

  @Override
  public FailureTexts tellNames(NetworkStep.TellNames step) {
    return texts("cannot write the hosts files in " + step.network());
  }
}
