package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.IdMappings;
import java.util.LinkedHashMap;
import java.util.Map;

/** What another process of a container is like: as its first one was, but for what is asked for. */
public final class ExecRules {
  private static final String HOME = "HOME";

  private final ContainerProcess first;
  private final Accounts accounts;
  private final IdMappings mappings;

  /**
   * @param first the container's process as it was started
   * @param accounts the container's, as they are now
   * @param mappings of its user namespace
   */
  public ExecRules(ContainerProcess first, Accounts accounts, IdMappings mappings) {
    this.first = first;
    this.accounts = accounts;
    this.mappings = mappings;
  }

  /**
   * The process.
   *
   * @param onTerminal whether the caller's standard input and output are terminals
   * @param caller where {@code -e NAME} copies from
   * @throws SpecException if what is asked for cannot be
   */
  public ContainerProcess derive(
      ExecOverrides overrides, boolean onTerminal, ImmutableMap<String, String> caller)
      throws SpecException {
    boolean terminal =
        switch (overrides.terminal()) {
          case AUTOMATIC -> onTerminal;
          case ALWAYS -> true;
          case NEVER -> false;
        };
    UserRules users = new UserRules(accounts, mappings, !mappings.isIdentity());
    User user =
        overrides.user().isPresent()
            ? users.resolve(overrides.user().get(), ImmutableList.of())
            : first.user();
    CommandRules.checkArgs(overrides.command());
    ImmutableList<String> env = env(overrides, terminal, users, user, caller);
    CommandRules.checkSize(overrides.command(), env);
    CapabilitySet bounding = overrides.privileged() ? CapabilitySet.ALL : first.capabilities();
    return new ContainerProcess(
        terminal,
        user,
        overrides.command(),
        env,
        CommandRules.workingDirectory(overrides.workingDirectory().orElse(first.cwd())),
        first.umask(),
        false,
        bounding,
        user.uid() == 0 ? CapabilitySet.EMPTY : first.ambientCapabilities(),
        first.noNewPrivileges(),
        first.rlimits(),
        first.raisedLimits(),
        first.oomScoreAdj());
  }

  private ImmutableList<String> env(
      ExecOverrides overrides,
      boolean terminal,
      UserRules users,
      User user,
      ImmutableMap<String, String> caller)
      throws SpecException {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String entry : first.env()) {
      int equals = entry.indexOf('=');
      variables.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    if (terminal) {
      variables.putIfAbsent("TERM", EnvironmentRules.TERM);
    }
    // One that somebody has chosen stays; the default goes with the user.
    if (users.home(first.user()).equals(variables.getOrDefault(HOME, ""))) {
      variables.put(HOME, users.home(user));
    }
    EnvironmentRules.set(variables, overrides.env(), caller);
    return EnvironmentRules.entries(variables);
  }
}
