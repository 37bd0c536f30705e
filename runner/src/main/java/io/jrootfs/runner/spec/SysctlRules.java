package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.namespace.Namespace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Kernel parameters of the container: only those that each namespace has of its own, and only if
 * the container has that namespace of its own. All others are the whole machine's.
 */
final class SysctlRules {
  /** Linux, ipc/ipc_sysctl.c; the other files of {@code /proc/sys/kernel} are the machine's. */
  private static final ImmutableSet<String> IPC =
      ImmutableSet.of(
          "kernel/msgmax",
          "kernel/msgmnb",
          "kernel/msgmni",
          "kernel/msg_next_id",
          "kernel/sem",
          "kernel/sem_next_id",
          "kernel/shmall",
          "kernel/shmmax",
          "kernel/shmmni",
          "kernel/shm_next_id",
          "kernel/shm_rmid_forced");

  /** Linux, ipc/mq_sysctl.c. */
  private static final String MESSAGE_QUEUES = "fs/mqueue/";

  private static final String NETWORK = "net/";

  /** What has an option of its own. */
  private static final ImmutableMap<String, String> OPTIONS =
      ImmutableMap.of("kernel/hostname", "--hostname", "kernel/domainname", "--domainname");

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.:@-]*");

  private SysctlRules() {}

  /**
   * The parameters that are to be set, in the order they were first named.
   *
   * @param texts {@code NAME=VALUE}
   * @param own the namespaces that the container has of its own
   * @throws SpecException if one is malformed, or is not the container's own
   */
  static ImmutableList<Sysctl> sysctls(ImmutableList<String> texts, ImmutableSet<Namespace> own)
      throws SpecException {
    Map<String, Sysctl> sysctls = new LinkedHashMap<>();
    for (String text : texts) {
      Sysctl sysctl = parse(text);
      if (!own.contains(sysctl.namespace())) {
        throw new SpecException(
            subject(text),
            "belongs to the "
                + sysctl.namespace().procName()
                + " namespace, which the container shares with others; it can be set only in one of"
                + " its own");
      }
      sysctls.put(sysctl.name(), sysctl);
    }
    return ImmutableList.copyOf(sysctls.values());
  }

  private static String subject(String text) {
    return "sysctl '" + CommandRules.printable(text) + "'";
  }

  private static Sysctl parse(String text) throws SpecException {
    String subject = subject(text);
    SpecException.refuseNul(subject, text);
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new SpecException(subject, "a sysctl is NAME=VALUE, such as net.ipv4.ip_forward=1");
    }
    String path = path(text.substring(0, equals));
    for (String part : path.split("/", -1)) {
      if (!PART.matcher(part).matches()) {
        throw new SpecException(subject, "'" + text.substring(0, equals) + "' is no sysctl's name");
      }
    }
    String option = OPTIONS.get(path);
    if (option != null) {
      throw new SpecException(subject, "has an option of its own; use " + option);
    }
    String value = text.substring(equals + 1);
    if (value.isEmpty()) {
      // write(2) of nothing would change nothing.
      throw new SpecException(subject, "has no value; a sysctl is NAME=VALUE");
    }
    if (IPC.contains(path) || path.startsWith(MESSAGE_QUEUES)) {
      return new Sysctl(path, value, Namespace.IPC);
    }
    if (path.startsWith(NETWORK)) {
      return new Sysctl(path, value, Namespace.NETWORK);
    }
    throw new SpecException(
        subject,
        "is the whole machine's; a container has of its own net.*, fs.mqueue.*, kernel.msg*,"
            + " kernel.sem and kernel.shm*");
  }

  /**
   * sysctl(8), "variable": the first of '.' and '/' that comes is the separator, and the other one
   * stands for what is no separator, as in {@code net.ipv4.conf.eth0/1.forwarding}.
   */
  private static String path(String name) {
    int dot = name.indexOf('.');
    int slash = name.indexOf('/');
    if (dot < 0 || (slash >= 0 && slash < dot)) {
      return name;
    }
    return name.replace('.', '\0').replace('/', '.').replace('\0', '/');
  }
}
