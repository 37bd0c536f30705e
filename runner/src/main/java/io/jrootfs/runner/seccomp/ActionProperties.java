package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The properties that make an action, while they come in. */
final class ActionProperties {
  private static final String PREFIX = "SCMP_ACT_";

  /** Those that profiles of containers/common name. Everything else goes by number. */
  private static final ImmutableMap<String, Integer> ERRNO_NAMES =
      ImmutableMap.of(
          "EPERM", 1,
          "ENOENT", 2,
          "EACCES", 13,
          "EINVAL", 22,
          "ENOSYS", 38,
          "EAFNOSUPPORT", 97);

  private final JsonCursor json;
  private final String actionName;
  private final String numberName;
  private final String errnoName;
  private String action = "";
  private int errno = Action.EPERM;
  private boolean hasErrno;

  /**
   * @param actionName the property that holds the action
   * @param numberName the one that may hold its error number
   * @param errnoName the one that may hold the number's name
   */
  ActionProperties(JsonCursor json, String actionName, String numberName, String errnoName) {
    this.json = json;
    this.actionName = actionName;
    this.numberName = numberName;
    this.errnoName = errnoName;
  }

  boolean property(String name) throws ProfileException {
    if (name.equals(actionName)) {
      action = json.text();
      kind();
      return true;
    }
    if (name.equals(numberName)) {
      errno(json.integer(Action.MAX_ERRNO));
      return true;
    }
    if (name.equals(errnoName)) {
      Integer number = ERRNO_NAMES.get(json.text());
      if (number == null) {
        throw json.failure("'" + json.text() + "' is unknown to jrun; use " + numberName);
      }
      errno(number);
      return true;
    }
    return false;
  }

  private void errno(int number) throws ProfileException {
    if (hasErrno && errno != number) {
      throw json.failure(numberName + " and " + errnoName + " contradict each other");
    }
    errno = number;
    hasErrno = true;
  }

  private Action.Kind kind() throws ProfileException {
    if (action.equals(PREFIX + "NOTIFY")) {
      throw json.failure("SCMP_ACT_NOTIFY needs a listener, which jrun does not have");
    }
    if (action.equals(PREFIX + "KILL")) {
      return Action.Kind.KILL_THREAD;
    }
    for (Action.Kind kind : Action.Kind.values()) {
      if (action.equals(PREFIX + kind)) {
        return kind;
      }
    }
    throw json.failure(
        "'"
            + action
            + "' is not an action; there are "
            + Arrays.stream(Action.Kind.values())
                .map(kind -> PREFIX + kind)
                .collect(Collectors.joining(", ")));
  }

  Action action() throws ProfileException {
    if (action.isEmpty()) {
      throw json.failure("has no " + actionName);
    }
    Action.Kind kind = kind();
    if (hasErrno && !kind.hasData()) {
      throw json.failure(numberName + " goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE only");
    }
    return new Action(kind, kind.hasData() ? errno : 0);
  }
}
