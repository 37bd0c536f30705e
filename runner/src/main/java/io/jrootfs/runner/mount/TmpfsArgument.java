package io.jrootfs.runner.mount;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code --tmpfs} says: {@code DST[:OPTION,...]}, with mount(8)'s words for the options.
 *
 * <p>Without options: no set-user-ID, no devices, no programs, mode 1777, as podman and docker have
 * it.
 */
public final class TmpfsArgument {
  private static final String KIND = "tmpfs";
  private static final Splitter COMMA = Splitter.on(',');

  /** tmpfs(5): bytes, with a suffix or a percentage of memory. */
  private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}[kKmMgG%]?");

  private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}[kKmMgG]?");

  private TmpfsArgument() {}

  /**
   * Reads the text as a mount.
   *
   * @throws MountSyntaxException if the path is not absolute or an option is unknown or malformed
   */
  public static Mount.Filesystem parse(String argument) throws MountSyntaxException {
    int colon = argument.indexOf(':');
    String path = colon < 0 ? argument : argument.substring(0, colon);
    String destination = ContainerPath.mountable(KIND, argument, path);
    Set<MountFlag> flags = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
    Map<String, String> options = new TreeMap<>();
    options.put("mode", "1777");
    for (String option :
        colon < 0 ? List.<String>of() : COMMA.splitToList(argument.substring(colon + 1))) {
      if (!setFlag(flags, option)) {
        setOption(argument, options, option);
      }
    }
    return new Mount.Filesystem(
        "tmpfs",
        options.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(ImmutableList.toImmutableList()),
        ImmutableSet.copyOf(flags),
        destination,
        false);
  }

  private static boolean setFlag(Set<MountFlag> flags, String option) {
    switch (option) {
      case "ro" -> flags.add(MountFlag.READ_ONLY);
      case "rw" -> flags.remove(MountFlag.READ_ONLY);
      case "nosuid" -> flags.add(MountFlag.NOSUID);
      case "suid" -> flags.remove(MountFlag.NOSUID);
      case "nodev" -> flags.add(MountFlag.NODEV);
      case "dev" -> flags.remove(MountFlag.NODEV);
      case "noexec" -> flags.add(MountFlag.NOEXEC);
      case "exec" -> flags.remove(MountFlag.NOEXEC);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void setOption(String argument, Map<String, String> options, String option)
      throws MountSyntaxException {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    Pattern pattern =
        switch (name) {
          case "size" -> SIZE;
          case "mode" -> MODE;
          case "nr_inodes" -> COUNT;
          default ->
              throw new MountSyntaxException(
                  KIND,
                  argument,
                  "unknown option '"
                      + option
                      + "'; there are ro, rw, exec, noexec, suid, nosuid, dev, nodev, size=, mode="
                      + " and nr_inodes=");
        };
    if (!pattern.matcher(value).matches()) {
      throw new MountSyntaxException(
          KIND, argument, "'" + value + "' is no " + name + "; an example is " + example(name));
    }
    options.put(name, value);
  }

  private static String example(String name) {
    return switch (name) {
      case "size" -> "size=64m";
      case "mode" -> "mode=1777";
      default -> "nr_inodes=10k";
    };
  }
}
