package io.jrootfs.builder.image;

import com.google.common.base.Splitter;
import com.google.common.base.StandardSystemProperty;
import java.util.List;

/**
 * What machine an image is for, in Go's names (image-spec config.md).
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}, {@code arm64}, {@code arm}
 * @param variant such as {@code v7} for arm; empty for none
 */
public record Platform(String os, String architecture, String variant) {
  /** Linux on the machine this runs on, without a variant. */
  public static Platform ofThisMachine() {
    String arch = StandardSystemProperty.OS_ARCH.value();
    return new Platform("linux", goArchitecture(arch == null ? "" : arch), "");
  }

  /**
   * From {@code os/architecture[/variant]}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static Platform parse(String text) {
    List<String> parts = Splitter.on('/').splitToList(text);
    if (parts.size() < 2 || parts.size() > 3 || parts.contains("")) {
      throw new IllegalArgumentException(
          "platform '" + text + "' is not OS/ARCHITECTURE[/VARIANT], such as linux/arm64");
    }
    return new Platform(parts.get(0), parts.get(1), parts.size() == 3 ? parts.get(2) : "");
  }

  /** The JDK's {@code os.arch} in Go's words; those not listed are spelled the same. */
  private static String goArchitecture(String osArch) {
    return switch (osArch) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case "x86", "i386", "i486", "i586", "i686" -> "386";
      case "arm32" -> "arm";
      case "loongarch64" -> "loong64";
      default -> osArch;
    };
  }

  /** Whether an image for this platform is one for {@code wanted}; no variant wanted means any. */
  public boolean satisfies(Platform wanted) {
    return os.equals(wanted.os)
        && architecture.equals(wanted.architecture)
        && (wanted.variant.isEmpty() || variant.equals(wanted.variant));
  }

  /** {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
