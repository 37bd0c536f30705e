package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;

/** Variables and files beside those that a command line names, for both programs. */
final class Surroundings {
  private static final ImmutableList<String> JBUILD = ImmutableList.of("jbuild");
  private static final ImmutableList<String> JRUN = ImmutableList.of("jrun");
  private static final ImmutableList<String> BOTH = ImmutableList.of("jbuild", "jrun");

  /**
   * Something that a program looks at.
   *
   * @param name of a variable or file
   * @param programs that look at it
   * @param meaning in sentences
   */
  record Entry(String name, ImmutableList<String> programs, String meaning) {}

  /** Each is read somewhere in the programs, and each that is read is here. */
  static final ImmutableList<Entry> VARIABLES =
      ImmutableList.of(
          new Entry(
              "JBUILD_JAVA",
              JBUILD,
              "The java program, or the directory of the JDK, that runs jbuild."),
          new Entry(
              "JRUN_JAVA", JRUN, "The java program, or the directory of the JDK, that runs jrun."),
          new Entry(
              "JAVA_HOME",
              BOTH,
              "The same for all programs that need Java; passed over if that is older than 17."),
          new Entry(
              "JRUN_STATE_DIR",
              JRUN,
              "Where the records of containers are: commands see those alone that are there."),
          new Entry(
              "JRUN_CACHE_DIR",
              JRUN,
              "Where images are unpacked or indexed, and plans are kept for the next time."),
          new Entry(
              "JBUILD_CACHE_DIR", JBUILD, "Where downloaded packages are kept for the next time."),
          new Entry(
              "JRUN_WITHOUT",
              JRUN,
              "Facilities of the kernel to do without, with commas between, for trying what happens"
                  + " on a kernel that has not got them; an unknown word tells all."),
          new Entry(
              "PATH",
              BOTH,
              "Where programs are looked for: those that --add and closure name, debootstrap and"
                  + " mmdebstrap, podman and docker, jrun; of jrun, pasta."),
          new Entry(
              "TMPDIR",
              BOTH,
              "Where large temporary files go: base systems while they are made, and images of"
                  + " containers whose cache cannot be written."),
          new Entry("HOME", BOTH, "Where the directories of XDG are unless variables say so."),
          new Entry("XDG_CACHE_HOME", BOTH, "Where the caches of an ordinary user are."),
          new Entry(
              "XDG_RUNTIME_DIR",
              BOTH,
              "Of jrun, where an ordinary user's records of containers are; of jbuild, where podman"
                  + " login has its credentials."),
          new Entry("XDG_CONFIG_HOME", JBUILD, "Where credentials for registries may be, too."),
          new Entry(
              "REGISTRY_AUTH_FILE",
              JBUILD,
              "The only file that credentials for registries are read from."),
          new Entry("DOCKER_CONFIG", JBUILD, "Where docker login has its credentials."),
          new Entry(
              "HTTPS_PROXY",
              JBUILD,
              "The proxy to registries, as in http://host:3128; in lower case, too."),
          new Entry("HTTP_PROXY", JBUILD, "The same to registries without TLS."),
          new Entry(
              "NO_PROXY",
              JBUILD,
              "Hosts, domains and networks that are reached directly, with commas between."),
          new Entry(
              "http_proxy",
              JBUILD,
              "The proxy to Debian's mirrors, for debootstrap, mmdebstrap and apt."),
          new Entry(
              "SOURCE_DATE_EPOCH",
              JBUILD,
              "The time of an image and of all its files that are newer, in seconds since 1970;"
                  + " --source-date-epoch goes before it."),
          new Entry(
              "LC_ALL", JRUN, "Only for -e LC_ALL: Java itself is run by a locale of its own."));

  /** In the order in which people look for them. */
  static final ImmutableList<Entry> FILES =
      ImmutableList.of(
          new Entry(
              "/run/jrun, $XDG_RUNTIME_DIR/jrun",
              JRUN,
              "A directory for each container, root's and an ordinary user's: who it is, how it"
                  + " has ended, what it has said."),
          new Entry(
              "/var/cache/jrun, ~/.cache/jrun",
              JRUN,
              "Images that are unpacked or indexed, see 'jrun cache'."),
          new Entry("/var/cache/jbuild, ~/.cache/jbuild", JBUILD, "Downloaded packages."),
          new Entry(
              "/etc/subuid, /etc/subgid",
              JRUN,
              "The ids that an ordinary user's containers can have beside his own (subuid(5))."),
          new Entry(
              "/etc/resolv.conf",
              JRUN,
              "The name servers of containers with a network of their own, unless --dns says"
                  + " others."),
          new Entry(
              "$XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json,"
                  + " ~/.docker/config.json",
              JBUILD,
              "Credentials for registries, as podman login and docker login write them"
                  + " (containers-auth.json(5))."));

  private Surroundings() {}

  /** Those of a program. */
  static ImmutableList<Entry> of(ImmutableList<Entry> entries, String program) {
    return entries.stream()
        .filter(entry -> entry.programs().contains(program))
        .collect(ImmutableList.toImmutableList());
  }
}
