package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/** A kind of machine that filters can be made for. */
public enum Machine {
  X86_64("amd64", ImmutableList.of(Abi.X86_64, Abi.X86, Abi.X32)),
  ARM64("arm64", ImmutableList.of(Abi.AARCH64, Abi.ARM));

  private final String profileName;
  private final ImmutableList<Abi> abis;

  Machine(String profileName, ImmutableList<Abi> abis) {
    this.profileName = profileName;
    this.abis = abis;
  }

  /** The machine with a value of the Java system property {@code os.arch}. */
  public static Optional<Machine> ofOsArch(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> Optional.of(X86_64);
      case "aarch64", "arm64" -> Optional.of(ARM64);
      default -> Optional.empty();
    };
  }

  /** The name in the {@code arches} of a profile's rules, which is Go's. */
  public String profileName() {
    return profileName;
  }

  /** Its native interface. */
  public Abi nativeAbi() {
    return abis.get(0);
  }

  /** All its interfaces, the native one first. */
  public ImmutableList<Abi> abis() {
    return abis;
  }
}
