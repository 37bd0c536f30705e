package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What tests of starts without a Java have in common. That none was started is seen by naming a
 * Java that is none.
 */
abstract class ReplayingTest extends LiveTest {
  /** Far more than the two seconds in which a file's change could go unseen. */
  private static final int TRIES = 40;

  static final ImmutableList<String> NO_JAVA = ImmutableList.of("env", "JRUN_JAVA=/bin/false");

  /** Everything that a process can see of where it is, but for numbers that nobody has twice. */
  static final String LOOK =
      """
      env; pwd; umask; id; hostname; stat -c '%n %a %F %u:%g %t:%T' /* /dev/*
      cat /proc/self/mountinfo | while read a b c rest; do echo "$rest"; done
      cat /proc/self/status | grep -E '^(Cap|Seccomp:|NoNewPrivs|Groups|Uid|Gid|SigIgn|SigBlk|Cpus_|Mems_)'
      cat /proc/self/limits /proc/self/uid_map /proc/self/gid_map /proc/self/oom_score_adj
      cat /proc/self/cgroup /proc/self/timens_offsets /proc/sys/kernel/domainname
      for n in user pid net ipc uts cgroup time mnt; do readlink /proc/self/ns/$n; done
      cd /sys/fs/cgroup
      for d in . *; do
        for f in memory.limit_in_bytes memory.memsw.limit_in_bytes memory.soft_limit_in_bytes \
          memory.swappiness pids.max cpu.cfs_quota_us cpu.cfs_period_us cpu.shares cpuset.cpus \
          cpuset.mems blkio.weight blkio.bfq.weight memory.max memory.swap.max memory.low \
          memory.high cpu.max cpu.weight io.weight; do
          [ ! -r $d/$f ] || echo "$d/$f $(cat $d/$f)"
        done
      done
      ip addr; cat /etc/hosts /etc/hostname
      """;

  final Result withoutJava(Caller caller, Object... arguments) throws Exception {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.addAll(NO_JAVA).add("JRUN_STATE_DIR=" + containers.records(caller));
    command.add(installation.jrun().toString());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return caller.execute(work, command.build());
  }

  /** Runs a command line until it runs without a Java, and returns what that said. */
  final Result replayed(Caller caller, Object... arguments) throws Exception {
    return Installation.check(anyReplayed(caller, arguments));
  }

  /** The same for one that need not succeed. */
  final Result anyReplayed(Caller caller, Object... arguments) throws Exception {
    Result last = withoutJava(caller, arguments);
    for (int i = 0; i < TRIES && last.status() == 125; i++) {
      Result compiled =
          jrun(caller, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      if (compiled.status() == 125) {
        return Installation.check(compiled);
      }
      Thread.sleep(200);
      last = withoutJava(caller, arguments);
    }
    return last;
  }

  /** Without ids of containers, and so the names of their cgroups, nor those of namespaces. */
  static String unnumbered(String text) throws IOException {
    String shared = text;
    try (DirectoryStream<Path> namespaces = Files.newDirectoryStream(Path.of("/proc/self/ns"))) {
      for (Path namespace : namespaces) {
        String link = Files.readSymbolicLink(namespace).toString();
        shared = shared.replace(link, namespace.getFileName() + " of the host");
      }
    }
    return shared
        .replaceAll(":\\[\\d+\\]", " of its own")
        .replaceAll("jrun-[0-9a-f]{12}", "jrun-ID")
        .replaceAll("[A-Z][a-z]{2} +[0-9]+ [0-9:]{5}", "DATE");
  }
}
