package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.NetlinkRequest;
import java.util.List;

/** The network steps in the form that the launcher reads; {@link PlanEncoder} has the table. */
final class NetworkStepEncoder implements NetworkStep.Cases<EncodedStep> {
  /** SOCK_STREAM and SOCK_DGRAM. */
  private static final long STREAM = 1;

  private static final long DATAGRAM = 2;

  @Override
  public EncodedStep reservePort(NetworkStep.ReservePort step) {
    return EncodedStep.of(
        86,
        ImmutableList.of(
            step.port().tcp() ? STREAM : DATAGRAM,
            (long) step.port().hostPort(),
            step.held() ? 1L : 0L),
        step.address());
  }

  @Override
  public EncodedStep takeLease(NetworkStep.TakeLease step) {
    return EncodedStep.of(
        87, step.lock().toString(), step.network().toString(), step.name(), step.holder());
  }

  @Override
  public EncodedStep changeSetting(NetworkStep.ChangeSetting step) {
    return new EncodedStep(
        88,
        ImmutableList.of(),
        ImmutableList.of(step.path(), step.value(), step.kept()),
        ImmutableList.of(
            step.followers().keySet().asList(), ImmutableList.copyOf(step.followers().values())));
  }

  @Override
  public EncodedStep sendNetlink(NetworkStep.SendNetlink step) {
    return EncodedStep.of(89, numbers(step.request()));
  }

  @Override
  public EncodedStep configureNetwork(NetworkStep.ConfigureNetwork step) {
    return EncodedStep.of(90, numbers(step.request()));
  }

  @Override
  public EncodedStep runPasta(NetworkStep.RunPasta step) {
    return new EncodedStep(
        82, ImmutableList.of(), ImmutableList.of(), ImmutableList.of(step.command()));
  }

  @Override
  public EncodedStep tellNames(NetworkStep.TellNames step) {
    return EncodedStep.of(91, step.network().toString());
  }

  private static ImmutableList<Long> numbers(NetlinkRequest request) {
    ImmutableList.Builder<Long> numbers = ImmutableList.builder();
    numbers.add((long) request.protocol(), (long) request.passedOver());
    numbers.add((long) request.processPlace(), (long) request.bytes().size());
    List<Byte> bytes = request.bytes();
    for (int at = 0; at < bytes.size(); at += Long.BYTES) {
      long number = 0;
      for (int i = Math.min(Long.BYTES, bytes.size() - at) - 1; i >= 0; i--) {
        number = (number << 8) | (bytes.get(at + i) & 0xff);
      }
      numbers.add(number);
    }
    return numbers.build();
  }
}
