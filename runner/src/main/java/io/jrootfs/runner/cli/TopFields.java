package io.jrootfs.runner.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.ContainerProcesses;
import io.jrootfs.runner.argument.KnownWords;
import io.jrootfs.runner.cgroup.DeviceNumber;
import io.jrootfs.runner.process.SeenProcess;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.stream.Collector;

/** What can be told of a process, by podman's words and ps(1)'s AIX codes. */
final class TopFields {
  private static final String UNKNOWN = "?";

  /** USER_HZ, which is the same on all machines that we know. */
  private static final long TICKS = 100;

  private static final int PTS_MAJOR = 136;
  private static final int LAST_PTS_MAJOR = 143;

  /** Without fields of the user's choice. */
  static final ImmutableList<String> DEFAULT =
      ImmutableList.of("user", "pid", "hpid", "ppid", "pcpu", "etime", "tty", "time", "args");

  private static final ImmutableMap<String, Field> FIELDS =
      ImmutableMap.<String, Field>builder()
          .put("args", new Field("COMMAND", (all, process) -> command(process)))
          .put("comm", new Field("COMMAND", (all, process) -> process.name()))
          .put("etime", new Field("ELAPSED", (all, process) -> duration(elapsed(all, process))))
          .put("group", new Field("GROUP", (all, one) -> group(all, one.effectiveGid())))
          .put("hgroup", new Field("HGROUP", (all, one) -> hostGroup(all, one.effectiveGid())))
          .put("hpid", new Field("HPID", (all, process) -> String.valueOf(process.pid())))
          .put("huser", new Field("HUSER", (all, one) -> hostUser(all, one.effectiveUid())))
          .put("nice", new Field("NI", (all, process) -> String.valueOf(process.nice())))
          .put("pcpu", new Field("%CPU", TopFields::percent))
          .put("pgid", new Field("PGID", (all, one) -> String.valueOf(at(all, one.groups()))))
          .put("pid", new Field("PID", (all, one) -> String.valueOf(at(all, one.pids()))))
          .put("ppid", new Field("PPID", TopFields::parent))
          .put("rgroup", new Field("RGROUP", (all, one) -> group(all, one.realGid())))
          .put("rss", new Field("RSS", (all, one) -> String.valueOf(one.resident() / 1024)))
          .put("ruser", new Field("RUSER", (all, one) -> user(all, one.realUid())))
          .put("seccomp", new Field("SECCOMP", (all, process) -> seccomp(process.seccomp())))
          .put("stat", new Field("STAT", (all, process) -> process.state()))
          .put("state", new Field("STATE", (all, process) -> process.state()))
          .put("time", new Field("TIME", (all, one) -> fullDuration(one.ticks() / TICKS)))
          .put("tty", new Field("TTY", (all, process) -> terminal(process.terminal())))
          .put("user", new Field("USER", (all, one) -> user(all, one.effectiveUid())))
          .put("vsz", new Field("VSZ", (all, one) -> String.valueOf(one.size() / 1024)))
          .buildOrThrow();

  private static final ImmutableMap<String, String> CODES =
      ImmutableMap.<String, String>builder()
          .put("%C", "pcpu")
          .put("%G", "group")
          .put("%P", "ppid")
          .put("%U", "user")
          .put("%a", "args")
          .put("%c", "comm")
          .put("%g", "rgroup")
          .put("%n", "nice")
          .put("%p", "pid")
          .put("%r", "pgid")
          .put("%t", "etime")
          .put("%u", "ruser")
          .put("%x", "time")
          .put("%y", "tty")
          .put("%z", "vsz")
          .buildOrThrow();

  private TopFields() {}

  private record Field(String heading, BiFunction<ContainerProcesses, SeenProcess, String> value) {}

  /** All words. */
  static ImmutableList<String> names() {
    return FIELDS.keySet().asList();
  }

  /**
   * The words in the user's, which may be several in one.
   *
   * @throws UsageException if one is unknown
   */
  static ImmutableList<String> parse(List<String> words) throws UsageException {
    ImmutableList.Builder<String> fields = ImmutableList.builder();
    for (String word : words) {
      for (String name : Splitter.onPattern("[, ]").omitEmptyStrings().split(word)) {
        String field = CODES.getOrDefault(name, name);
        if (!FIELDS.containsKey(field)) {
          throw new UsageException(
              "there is no field '" + name + "'; " + new KnownWords(names()).hint(name));
        }
        fields.add(field);
      }
    }
    ImmutableList<String> parsed = fields.build();
    return parsed.isEmpty() ? DEFAULT : parsed;
  }

  /** A table with a row for each process. */
  static ImmutableList<String> table(ImmutableList<String> names, ContainerProcesses processes) {
    ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
    rows.add(names.stream().map(name -> field(name).heading).collect(toList()));
    for (SeenProcess process : processes.all()) {
      rows.add(
          names.stream()
              .map(name -> field(name).value.apply(processes, process))
              .collect(toList()));
    }
    return Table.lines(rows.build());
  }

  private static Collector<String, ?, ImmutableList<String>> toList() {
    return ImmutableList.toImmutableList();
  }

  private static Field field(String name) {
    Field field = FIELDS.get(name);
    if (field == null) {
      throw new IllegalArgumentException(name);
    }
    return field;
  }

  private static String command(SeenProcess process) {
    if (process.state().equals("Z")) {
      return "[" + process.name() + "] <defunct>";
    }
    return process.arguments().isEmpty()
        ? "[" + process.name() + "]"
        : String.join(" ", process.arguments());
  }

  /** Its number in the container's namespace, of those from ours on. */
  private static long at(ContainerProcesses all, ImmutableList<Long> numbers) {
    return numbers.get(Math.min(all.depth(), numbers.size() - 1));
  }

  /** 0 if the parent is outside, as the kernel has it. */
  private static String parent(ContainerProcesses all, SeenProcess process) {
    if (all.depth() == 0) {
      return String.valueOf(process.parent());
    }
    return all.all().stream()
        .filter(one -> one.pid() == process.parent())
        .map(one -> String.valueOf(at(all, one.pids())))
        .findFirst()
        .orElse("0");
  }

  private static double elapsed(ContainerProcesses all, SeenProcess process) {
    return Math.max(0, all.uptime() - (double) process.start() / TICKS);
  }

  private static String percent(ContainerProcesses all, SeenProcess process) {
    double elapsed = elapsed(all, process);
    double percent = elapsed == 0 ? 0 : 100.0 * process.ticks() / TICKS / elapsed;
    return String.format(Locale.ROOT, "%.1f", percent);
  }

  /** As ps(1) has it: {@code [[DD-]HH:]MM:SS}. */
  private static String duration(double seconds) {
    String text = fullDuration((long) seconds);
    return text.startsWith("00:") ? text.substring("00:".length()) : text;
  }

  private static String fullDuration(long seconds) {
    long days = seconds / 86_400;
    return (days == 0 ? "" : days + "-")
        + String.format(
            Locale.ROOT, "%02d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  }

  private static String seccomp(long mode) {
    return mode == 0 ? "disabled" : mode == 1 ? "strict" : "filter";
  }

  /** The 136th major is that of the first 256 of /dev/pts. */
  private static String terminal(long device) {
    if (device == 0) {
      return UNKNOWN;
    }
    DeviceNumber number = DeviceNumber.ofRdev(device);
    return number.major() >= PTS_MAJOR && number.major() <= LAST_PTS_MAJOR
        ? "pts/" + ((number.major() - PTS_MAJOR) * 256 + number.minor())
        : number.toString();
  }

  private static String user(ContainerProcesses all, long uid) {
    OptionalLong inside = all.mappings().containerUid(uid);
    return inside.isEmpty() ? UNKNOWN : user(all.inside(), inside.getAsLong());
  }

  private static String hostUser(ContainerProcesses all, long uid) {
    return user(all.outside(), uid);
  }

  private static String user(Accounts accounts, long uid) {
    return accounts.user(uid).map(Accounts.Account::name).orElse(String.valueOf(uid));
  }

  private static String group(ContainerProcesses all, long gid) {
    OptionalLong inside = all.mappings().containerGid(gid);
    return inside.isEmpty() ? UNKNOWN : group(all.inside(), inside.getAsLong());
  }

  private static String hostGroup(ContainerProcesses all, long gid) {
    return group(all.outside(), gid);
  }

  private static String group(Accounts accounts, long gid) {
    return accounts.group(gid).map(Accounts.Group::name).orElse(String.valueOf(gid));
  }
}
