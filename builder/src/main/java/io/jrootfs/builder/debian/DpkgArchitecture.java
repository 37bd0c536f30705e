package io.jrootfs.builder.debian;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.dpkg.ControlFile;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What machine a system is for, as its package database says. */
final class DpkgArchitecture {
  private static final RootfsPath STATUS = RootfsPath.of("/var/lib/dpkg/status");

  private DpkgArchitecture() {}

  /**
   * The architecture of the package dpkg, which no system lacks.
   *
   * @throws IOException if the database is not there or does not say
   */
  static Platform platform(Rootfs system) throws IOException {
    RootfsEntry status = system.get(STATUS).orElse(null);
    if (!(status instanceof RootfsEntry.RegularFile file)) {
      throw new IOException("the system that was made has no " + STATUS);
    }
    List<String> found = new ArrayList<>();
    ControlFile.read(
        file.content(),
        ImmutableSet.of("Package", "Architecture"),
        fields -> {
          String architecture = fields.getOrDefault("Architecture", "");
          if ("dpkg".equals(fields.get("Package")) && !architecture.isEmpty()) {
            found.add(architecture);
          }
        });
    if (!found.isEmpty()) {
      return platform(found.get(0));
    }
    throw new IOException(STATUS + " of the system that was made tells no architecture");
  }

  /** Debian's word in Go's words; those not listed are spelled the same. */
  @VisibleForTesting
  static Platform platform(String debian) {
    return switch (debian) {
      case "i386" -> new Platform("linux", "386", "");
      case "armel" -> new Platform("linux", "arm", "v5");
      case "armhf" -> new Platform("linux", "arm", "v7");
      case "mipsel" -> new Platform("linux", "mipsle", "");
      case "mips64el" -> new Platform("linux", "mips64le", "");
      case "ppc64el" -> new Platform("linux", "ppc64le", "");
      default -> new Platform("linux", debian, "");
    };
  }

  /** The word of most of Debian's systems for that machine. */
  static String debian(ElfMachine machine) {
    return switch (machine) {
      case I386 -> "i386";
      case X32 -> "x32";
      case ARM -> "armhf";
      case PPC64LE -> "ppc64el";
      default -> machine.architecture();
    };
  }

  /** Debian's word for a platform. */
  static String debian(Platform platform) {
    if (platform.architecture().equals("arm") && platform.variant().equals("v5")) {
      return "armel";
    }
    return switch (platform.architecture()) {
      case "mipsle" -> "mipsel";
      case "mips64le" -> "mips64el";
      default ->
          ElfMachine.ofArchitecture(platform.architecture())
              .map(DpkgArchitecture::debian)
              .orElse(platform.architecture());
    };
  }

  /** What machine that is; empty for one that nobody can take programs for. */
  static Optional<ElfMachine> machine(String debian) {
    return ElfMachine.ofArchitecture(platform(debian).architecture());
  }
}
