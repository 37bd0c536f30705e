package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The default profile in docker's JSON, for tools that are not ours. */
public final class ProfileJson {
  private ProfileJson() {}

  /** What {@link DefaultProfile} has. */
  public static String ofDefaultProfile() {
    return of(DefaultProfile.profile());
  }

  static String of(SeccompProfile profile) {
    return "{"
        + action("defaultAction", "defaultErrnoRet", profile.defaultAction())
        + ",\n\"archMap\": ["
        + Arrays.stream(Machine.values())
            .map(machine -> archMap(machine, profile.abis()))
            .collect(Collectors.joining(", "))
        + "],\n\"syscalls\": [\n"
        + profile.rules().stream().map(ProfileJson::rule).collect(Collectors.joining(",\n"))
        + "]}\n";
  }

  private static String archMap(Machine machine, ImmutableSet<Abi> abis) {
    List<String> others = new ArrayList<>();
    for (Abi abi : machine.abis()) {
      if (abi != machine.nativeAbi() && abis.contains(abi)) {
        others.add(abi.architecture());
      }
    }
    return "{\"architecture\": \"%s\", \"subArchitectures\": %s}"
        .formatted(machine.nativeAbi().architecture(), list(others));
  }

  private static String rule(SyscallRule rule) {
    return "{\"names\": %s, %s, \"args\": [%s], \"includes\": %s, \"excludes\": %s}"
        .formatted(
            list(rule.names()),
            action("action", "errnoRet", rule.action()),
            rule.arguments().stream().map(ProfileJson::test).collect(Collectors.joining(", ")),
            condition(rule.includes()),
            condition(rule.excludes()));
  }

  private static String action(String name, String errnoName, Action action) {
    return "\"%s\": \"SCMP_ACT_%s\"".formatted(name, action.kind())
        + (action.kind().hasData() ? ", \"%s\": %d".formatted(errnoName, action.data()) : "");
  }

  private static String test(ArgumentTest test) {
    return "{\"index\": %d, \"value\": %s, \"valueTwo\": %s, \"op\": \"SCMP_CMP_%s\"}"
        .formatted(
            test.index(),
            Long.toUnsignedString(test.value()),
            Long.toUnsignedString(test.valueTwo()),
            test.operator());
  }

  private static String condition(RuleCondition condition) {
    List<String> properties = new ArrayList<>();
    if (!condition.capabilities().isEmpty()) {
      properties.add("\"caps\": " + list(condition.capabilities()));
    }
    if (!condition.architectures().isEmpty()) {
      properties.add("\"arches\": " + list(condition.architectures()));
    }
    condition
        .minKernel()
        .ifPresent(
            kernel ->
                properties.add(
                    "\"minKernel\": \"%d.%d\"".formatted(kernel.major(), kernel.minor())));
    return "{" + String.join(", ", properties) + "}";
  }

  private static String list(Collection<String> words) {
    return ImmutableList.copyOf(words).stream()
        .map(word -> "\"" + word + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
