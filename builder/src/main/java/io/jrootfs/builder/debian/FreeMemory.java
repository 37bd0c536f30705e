package io.jrootfs.builder.debian;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.primitives.Longs;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory may hold files while a system is made. */
final class FreeMemory {
  /** What is left over is for the tool itself, for us, and for others who do the same. */
  private static final int SHARE = 4;

  /** With less than that, most systems would have to be made twice: bytes. */
  private static final long LEAST = 1L << 30;

  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable: +([0-9]+) kB");

  private FreeMemory() {}

  /**
   * A part of what is free now (MemAvailable, proc_meminfo(5)) and of what a control group leaves
   * us; 0 if that is too little to begin with, or the kernel does not say.
   *
   * @return bytes
   * @throws IOException if the kernel's word cannot be read
   */
  static long allowance() throws IOException {
    // The JDK knows the limits of control groups, of both versions.
    long allowed =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return allowance(Files.readAllLines(Path.of("/proc/meminfo")), allowed);
  }

  @VisibleForTesting
  static long allowance(List<String> meminfo, long allowed) {
    for (String line : meminfo) {
      Matcher matcher = AVAILABLE.matcher(line);
      Long kibibytes = matcher.matches() ? Longs.tryParse(matcher.group(1)) : null;
      if (kibibytes != null) {
        long share = Math.min(kibibytes * 1024, allowed) / SHARE;
        return share < LEAST ? 0 : share;
      }
    }
    return 0;
  }
}
