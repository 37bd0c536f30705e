package io.jrootfs.runner.spec;

import io.jrootfs.builder.image.Signal;

/**
 * How long a container runs, and how it is ended.
 *
 * @param stopSignal what asks the first process to end
 * @param stopTimeout seconds that it has for that, before it is killed
 * @param timeout seconds after which it is stopped; 0: never
 */
public record Lifetime(Signal stopSignal, long stopTimeout, long timeout) {}
