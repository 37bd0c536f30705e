package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;

/** The network steps in the words of a shell. */
final class NetworkStepExplainer implements NetworkStep.Cases<ImmutableList<String>> {
  @Override
  public ImmutableList<String> reservePort(NetworkStep.ReservePort step) {
    return ImmutableList.of(
        (step.held() ? "# nobody else gets port " : "# nobody else has port ")
            + step.port().hostPort()
            + "/"
            + step.port().protocol()
            + " of "
            + step.address());
  }

  @Override
  public ImmutableList<String> takeLease(NetworkStep.TakeLease step) {
    return ImmutableList.of(
        "# from outside, as long as " + quoted(step.lock().toString()) + " is locked:",
        "# its place is "
            + quoted(step.network().resolve(step.name()).toString())
            + "; at the end its link and table are deleted, with the last one all below");
  }

  @Override
  public ImmutableList<String> changeSetting(NetworkStep.ChangeSetting step) {
    return ImmutableList.of("echo " + quoted(step.value()) + " >" + quoted(step.path()));
  }

  @Override
  public ImmutableList<String> sendNetlink(NetworkStep.SendNetlink step) {
    return step.request().words();
  }

  @Override
  public ImmutableList<String> configureNetwork(NetworkStep.ConfigureNetwork step) {
    return step.request().words();
  }

  @Override
  public ImmutableList<String> runPasta(NetworkStep.RunPasta step) {
    return ImmutableList.of("</proc/$pid/ns/net " + Shell.command(step.command()) + " &");
  }

  @Override
  public ImmutableList<String> tellNames(NetworkStep.TellNames step) {
    String network = quoted(step.network().toString());
    return ImmutableList.of(
        "for place in "
            + network
            + "/*/; do cat \"$place/head\" "
            + network
            + "/*/names >\"$place/hosts\"; done");
  }
}
