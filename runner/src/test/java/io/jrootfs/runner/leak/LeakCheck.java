package io.jrootfs.runner.leak;

import com.google.common.collect.ImmutableSortedSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a class of tests that has it, by {@code @ExtendWith}, and leaves something behind: mounts,
 * processes, cgroups, links, tables of the firewall, records or open files. It runs around all of
 * the class' own set-up, and before its temporary directories go. Tests of what is killed do not
 * have it: the record of a container whose launcher was killed stays until the next command on
 * containers.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  /** Seconds that what ends by itself has for it. */
  static final String PATIENCE = "jrun.leak.patience";

  private static final int PATIENCE_SECONDS = 30;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    // A nested class is a part of the one around it.
    if (isWhole(context)) {
      store(context).put(Leftovers.class, Leftovers.present());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (!isWhole(context)) {
      return;
    }
    Leftovers before = store(context).get(Leftovers.class, Leftovers.class);
    int patience =
        context.getConfigurationParameter(PATIENCE, Integer::valueOf).orElse(PATIENCE_SECONDS);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
    ImmutableSortedSet<String> left = Leftovers.present().since(before);
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      left = Leftovers.present().since(before);
    }
    if (!left.isEmpty()) {
      throw new AssertionError(sentence(context.getRequiredTestClass(), patience, left));
    }
  }

  static String sentence(Class<?> tests, int patience, ImmutableSortedSet<String> left) {
    return "%s leaves behind, %d s after its end: %s"
        .formatted(tests.getSimpleName(), patience, String.join("; ", left));
  }

  private static boolean isWhole(ExtensionContext context) {
    return context.getParent().filter(parent -> parent.getTestClass().isPresent()).isEmpty();
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(LeakCheck.class, context.getUniqueId()));
  }
}
