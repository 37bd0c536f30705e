package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.stream.Collectors;

/** One of a profile's {@code syscalls}, while its properties come in. */
final class RuleProperties {
  private final JsonCursor json;
  private final ActionProperties action;
  private final ImmutableList.Builder<String> names = ImmutableList.builder();
  private final ImmutableList.Builder<ArgumentTest> arguments = ImmutableList.builder();
  private boolean hasName;
  private RuleCondition includes = RuleCondition.NONE;
  private RuleCondition excludes = RuleCondition.NONE;

  RuleProperties(JsonCursor json) {
    this.json = json;
    this.action = new ActionProperties(json, "action", "errnoRet", "errno");
  }

  SyscallRule read() throws ProfileException {
    json.object(this::property);
    ImmutableList<String> calls = names.build();
    if (calls.isEmpty() || (hasName && calls.size() > 1)) {
      throw json.failure("needs either names or a name");
    }
    return new SyscallRule(calls, action.action(), arguments.build(), includes, excludes);
  }

  private boolean property(String name) throws ProfileException {
    switch (name) {
      case "names" -> json.array(this::name);
      case "name" -> {
        name();
        hasName = true;
      }
      case "args" -> json.array(() -> arguments.add(new ArgumentProperties(json).read()));
      case "includes" -> includes = new ConditionProperties(json).read();
      case "excludes" -> excludes = new ConditionProperties(json).read();
      case "comment" -> json.text();
      default -> {
        return action.property(name);
      }
    }
    return true;
  }

  private void name() throws ProfileException {
    String name = json.text();
    if (name.isEmpty()) {
      throw json.failure("an empty name");
    }
    if (!SyscallTable.get().knows(name)) {
      json.warn("jrun knows no system call '" + name + "'; it is ignored");
    }
    names.add(name);
  }

  /** One of {@code args}. */
  private static final class ArgumentProperties {
    private static final String PREFIX = "SCMP_CMP_";

    private final JsonCursor json;
    private int index = -1;
    private long value;
    private long valueTwo;
    private boolean hasValue;
    private String operator = "";

    ArgumentProperties(JsonCursor json) {
      this.json = json;
    }

    ArgumentTest read() throws ProfileException {
      json.object(this::property);
      if (index < 0 || !hasValue || operator.isEmpty()) {
        throw json.failure("needs index, value and op");
      }
      return new ArgumentTest(index, operator(), value, valueTwo);
    }

    private boolean property(String name) throws ProfileException {
      switch (name) {
        case "index" -> index = json.integer(ArgumentTest.MAX_INDEX);
        case "value" -> {
          value = json.unsigned();
          hasValue = true;
        }
        case "valueTwo" -> valueTwo = json.unsigned();
        case "op" -> {
          operator = json.text();
          operator();
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private ArgumentTest.Operator operator() throws ProfileException {
      for (ArgumentTest.Operator known : ArgumentTest.Operator.values()) {
        if (operator.equals(PREFIX + known)) {
          return known;
        }
      }
      throw json.failure(
          "'"
              + operator
              + "' is not a comparison; there are "
              + Arrays.stream(ArgumentTest.Operator.values())
                  .map(known -> PREFIX + known)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** {@code includes} or {@code excludes}. */
  private static final class ConditionProperties {
    private final JsonCursor json;
    private RuleCondition condition = RuleCondition.NONE;

    ConditionProperties(JsonCursor json) {
      this.json = json;
    }

    RuleCondition read() throws ProfileException {
      json.object(this::property);
      return condition;
    }

    private boolean property(String name) throws ProfileException {
      switch (name) {
        case "caps" -> condition = condition.withCapabilities(ImmutableSet.copyOf(json.texts()));
        case "arches" -> condition = condition.withArchitectures(ImmutableSet.copyOf(json.texts()));
        case "minKernel" -> condition = condition.withMinKernel(kernel());
        default -> {
          return false;
        }
      }
      return true;
    }

    private KernelVersion kernel() throws ProfileException {
      String text = json.text();
      return KernelVersion.ofRelease(text)
          .filter(version -> text.equals(version.major() + "." + version.minor()))
          .orElseThrow(() -> json.failure("'" + text + "' is not a version such as 4.8"));
    }
  }
}
