package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.elf.SymbolNames;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the functions that objects call tell of files they will open: one line a topic, however many
 * objects call them.
 */
final class SymbolAdvice {
  private static final ImmutableList<Topic> TOPICS =
      ImmutableList.of(
          topic(
              "nss",
              "users, groups or hosts are looked up through name services",
              "getpwnam getpwuid getpwnam_r getpwuid_r getpwent getgrnam getgrgid getgrnam_r"
                  + " getgrgid_r getgrent getgrouplist initgroups getspnam getaddrinfo getnameinfo"
                  + " gethostbyname gethostbyname2 gethostbyname_r gethostbyaddr getservbyname"
                  + " getservbyport"),
          topic("gconv", "character sets are converted by modules", "iconv_open"),
          topic("locale", "locales are files", "setlocale newlocale"),
          topic("tzdata", "time zones are files", "tzset localtime localtime_r mktime"),
          topic(
              "terminfo", "terminals are described in files", "setupterm tgetent initscr newterm"),
          topic("pam", "authentication modules are named in /etc/pam.d", "pam_start"),
          topic(
              "ca-certificates",
              "certificate authorities are files",
              "SSL_CTX_set_default_verify_paths gnutls_certificate_set_x509_system_trust"),
          topic(
              "libgcc",
              "glibc opens libgcc_s.so.1 for it",
              "pthread_cancel pthread_exit backtrace"));

  /** musl has all of these built in. */
  private static final ImmutableSet<String> BUILT_INTO_MUSL =
      ImmutableSet.of("nss", "gconv", "locale", "libgcc");

  private static final ImmutableSet<String> OPENING = ImmutableSet.of("dlopen", "dlmopen");

  /**
   * One kind of file.
   *
   * @param name what {@code --with} calls it
   * @param why the end of "calls FUNCTION: ..."
   */
  private record Topic(String name, String why, ImmutableSet<String> functions) {}

  /** The functions that tell something. */
  static final SymbolNames FUNCTIONS =
      SymbolNames.of(
          Stream.concat(
                  OPENING.stream(), TOPICS.stream().flatMap(topic -> topic.functions().stream()))
              .toList());

  /** Which topic a function tells of. */
  private static final ImmutableMap<String, String> TOPIC_OF = topicOf();

  private final Set<SysrootPath> seenByGlibc = new HashSet<>();
  private final Set<SysrootPath> seenByMusl = new HashSet<>();

  private final Map<String, Set<SysrootPath>> callers = new LinkedHashMap<>();
  private final Map<String, Set<String>> called = new LinkedHashMap<>();
  private final Set<SysrootPath> openers = new TreeSet<>();

  private static Topic topic(String name, String why, String functions) {
    return new Topic(name, why, ImmutableSet.copyOf(functions.split(" ", -1)));
  }

  private static ImmutableMap<String, String> topicOf() {
    ImmutableMap.Builder<String, String> topics = ImmutableMap.builder();
    for (Topic topic : TOPICS) {
      topic.functions().forEach(function -> topics.put(function, topic.name()));
    }
    return topics.buildOrThrow();
  }

  /** Whether this is the first time that somebody asks so. */
  boolean isNew(SysrootPath file, boolean isMusl) {
    return (isMusl ? seenByMusl : seenByGlibc).add(file);
  }

  /**
   * Takes note of an object.
   *
   * @param imports the names of its undefined symbols
   * @param isMusl whether musl's loader loads it
   * @param hasNotes whether it says itself what it opens
   */
  void add(SysrootPath file, Collection<String> imports, boolean isMusl, boolean hasNotes) {
    if (imports.isEmpty()) {
      return;
    }
    for (String each : imports) {
      String topic = TOPIC_OF.get(each);
      if (topic != null && !(isMusl && BUILT_INTO_MUSL.contains(topic))) {
        callers.computeIfAbsent(topic, absent -> new TreeSet<>()).add(file);
        called.computeIfAbsent(topic, absent -> new TreeSet<>()).add(each);
      }
      if (!hasNotes && OPENING.contains(each)) {
        openers.add(file);
      }
    }
  }

  /**
   * The lines.
   *
   * @param present names of libraries that are in the closure anyway
   */
  ImmutableList<Advice> advice(Set<String> present) {
    ImmutableList.Builder<Advice> advice = ImmutableList.builder();
    for (Topic topic : TOPICS) {
      Set<SysrootPath> files = callers.get(topic.name());
      Set<String> functions = called.get(topic.name());
      boolean isThere = topic.name().equals("libgcc") && present.contains("libgcc_s.so.1");
      if (files != null && functions != null && !isThere) {
        advice.add(
            new Advice(
                topic.name(),
                ImmutableList.copyOf(files),
                "may call " + first(functions) + ": " + topic.why(),
                Optional.of("--with " + topic.name() + " adds what that takes")));
      }
    }
    if (!openers.isEmpty()) {
      advice.add(
          new Advice(
              "dlopen",
              ImmutableList.copyOf(openers),
              "may open libraries by name (dlopen) without a note that names them",
              Optional.of("--add brings those you need")));
    }
    return advice.build();
  }

  private static String first(Set<String> functions) {
    return String.join(", ", functions.stream().limit(3).toList());
  }
}
