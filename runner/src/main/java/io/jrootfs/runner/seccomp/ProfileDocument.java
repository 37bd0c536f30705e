package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;

/** A profile's outermost object, while its properties come in. */
final class ProfileDocument {
  private static final String ARCHITECTURE_PREFIX = "SCMP_ARCH_";

  /** What the specification and libseccomp know besides the interfaces of our machines. */
  private static final ImmutableSet<String> OTHER_ARCHITECTURES =
      ImmutableSet.of(
          "LOONGARCH64",
          "M68K",
          "MIPS",
          "MIPS64",
          "MIPS64N32",
          "MIPSEL",
          "MIPSEL64",
          "MIPSEL64N32",
          "PARISC",
          "PARISC64",
          "PPC",
          "PPC64",
          "PPC64LE",
          "RISCV64",
          "S390",
          "S390X",
          "SH",
          "SHEB");

  private static final ImmutableMap<String, Integer> FLAGS =
      ImmutableMap.of(
          // All threads at once: there is but one when the filter is set.
          "SECCOMP_FILTER_FLAG_TSYNC", 0,
          "SECCOMP_FILTER_FLAG_LOG", SeccompProfile.FLAG_LOG,
          "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SeccompProfile.FLAG_SPEC_ALLOW);

  private final JsonCursor json;
  private final ActionProperties defaultAction;
  private final ImmutableSet.Builder<Abi> abis = ImmutableSet.builder();
  private final ImmutableList.Builder<SyscallRule> rules = ImmutableList.builder();
  private boolean hasArchitectures;
  private boolean hasArchMap;
  private int flags;

  ProfileDocument(JsonCursor json) {
    this.json = json;
    this.defaultAction =
        new ActionProperties(json, "defaultAction", "defaultErrnoRet", "defaultErrno");
  }

  boolean property(String name) throws ProfileException {
    switch (name) {
      case "architectures" -> {
        json.array(() -> architecture(json, abis));
        hasArchitectures = true;
      }
      case "archMap" -> {
        json.array(() -> new ArchMapEntry(json, abis).read());
        hasArchMap = true;
      }
      case "flags" -> json.array(this::flag);
      case "syscalls" -> json.array(() -> rules.add(new RuleProperties(json).read()));
      case "listenerPath", "listenerMetadata" ->
          throw json.failure("jrun has no listener for SCMP_ACT_NOTIFY; remove it");
      default -> {
        return defaultAction.property(name);
      }
    }
    return true;
  }

  private void flag() throws ProfileException {
    String name = json.text();
    Integer bit = FLAGS.get(name);
    if (bit == null) {
      throw json.failure(
          "'"
              + name
              + "' is not a flag that jrun has; it has "
              + String.join(", ", FLAGS.keySet()));
    }
    flags |= bit;
  }

  SeccompProfile profile() throws ProfileException {
    if (hasArchitectures && hasArchMap) {
      throw json.failure("has both architectures and archMap; remove one");
    }
    return new SeccompProfile(defaultAction.action(), abis.build(), flags, rules.build());
  }

  private static void architecture(JsonCursor json, ImmutableSet.Builder<Abi> abis)
      throws ProfileException {
    String name = json.text();
    for (Abi abi : Abi.values()) {
      if (abi.architecture().equals(name)) {
        abis.add(abi);
        return;
      }
    }
    if (!name.startsWith(ARCHITECTURE_PREFIX)
        || !OTHER_ARCHITECTURES.contains(name.substring(ARCHITECTURE_PREFIX.length()))) {
      throw json.failure("'" + name + "' is not an architecture such as SCMP_ARCH_X86_64");
    }
  }

  /** One of {@code archMap}: it counts on machines whose own interface it names. */
  private static final class ArchMapEntry {
    private final JsonCursor json;
    private final ImmutableSet.Builder<Abi> abis;
    private final ImmutableSet.Builder<Abi> main = ImmutableSet.builder();
    private final ImmutableSet.Builder<Abi> others = ImmutableSet.builder();

    ArchMapEntry(JsonCursor json, ImmutableSet.Builder<Abi> abis) {
      this.json = json;
      this.abis = abis;
    }

    void read() throws ProfileException {
      json.object(
          name -> {
            switch (name) {
              case "architecture" -> architecture(json, main);
              case "subArchitectures" -> json.array(() -> architecture(json, others));
              default -> {
                return false;
              }
            }
            return true;
          });
      ImmutableSet<Abi> named = main.build();
      if (Arrays.stream(Machine.values()).anyMatch(m -> named.contains(m.nativeAbi()))) {
        abis.addAll(named).addAll(others.build());
      }
    }
  }
}
