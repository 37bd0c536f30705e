package io.jrootfs.runner.spec;

import io.jrootfs.builder.image.Signal;
import io.jrootfs.runner.argument.KnownWords;
import java.util.Optional;

/** How long a container runs: image configuration and command line put together. */
final class LifetimeRules {
  /** As podman and docker have it. */
  private static final long DEFAULT_STOP_TIMEOUT = 10;

  private LifetimeRules() {}

  /**
   * The rules' answer.
   *
   * @param imagesSignal the image's StopSignal; empty: SIGTERM
   * @throws SpecException if a signal or a number of seconds is none
   */
  static Lifetime lifetime(LifetimeOverrides overrides, String imagesSignal) throws SpecException {
    Signal signal =
        overrides.stopSignal().isPresent()
            ? signal("stop signal", overrides.stopSignal().get())
            : imagesSignal.isEmpty()
                ? Signal.TERM
                : signal("the image's stop signal", imagesSignal);
    return new Lifetime(
        signal,
        seconds("stop timeout", overrides.stopTimeout(), DEFAULT_STOP_TIMEOUT),
        seconds("timeout", overrides.timeout(), 0));
  }

  private static Signal signal(String what, String text) throws SpecException {
    Optional<Signal> signal = Signal.parse(text);
    if (signal.isEmpty()) {
      throw new SpecException(
          what + " '" + CommandRules.printable(text) + "'",
          "is no signal; it is a number from 1 to 64 or a name; "
              + new KnownWords(Signal.names()).hint(text));
    }
    return signal.get();
  }

  private static long seconds(String what, Optional<String> text, long otherwise)
      throws SpecException {
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.get().matches("[0-9]{1,9}")) {
      throw new SpecException(
          what + " '" + CommandRules.printable(text.get()) + "'",
          "must be whole seconds, from 0 to 999999999");
    }
    return Long.parseLong(text.get());
  }
}
