package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is who in a container, and whose its files are. */
class UserNamespaceTest {
  private static final String MAPS = "cat /proc/self/uid_map /proc/self/gid_map";
  private static final String OWNERS = "stat -c '%n %a %u:%g' /bin /theirs /nobodys";
  private static final String AS_IN_THE_IMAGE =
      """
      /bin 755 0:0
      /theirs 4755 1000:1001
      /nobodys 640 65534:65534
      """;

  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(
        rootfs,
        """
        chmod 755 . bin etc
        touch theirs nobodys
        chown 1000:1001 theirs; chmod 4755 theirs
        chown 65534:65534 nobodys; chmod 640 nobodys
        tar --numeric-owner -cf ../image.tar .
        """);
    image = work.resolve("image.tar");
  }

  private static Result jrun(Caller caller, Path what, String script, String... options)
      throws IOException, InterruptedException {
    return caller.execute(work, command(what, script, options));
  }

  private static ImmutableList<String> command(Path what, String script, String... options) {
    return ImmutableList.<String>builder()
        .add(installation.jrun().toString())
        .addAll(Arrays.asList(options))
        .add(what.toString(), "sh", "-c", script)
        .build();
  }

  private static String output(Caller caller, Path what, String script, String... options)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, what, script, options)).out();
  }

  private static String maps(String... lines) {
    return Stream.concat(Arrays.stream(lines), Arrays.stream(lines))
        .map(line -> "%10d %10d %10d\n".formatted((Object[]) numbers(line)))
        .reduce("", String::concat);
  }

  private static Long[] numbers(String line) {
    return Arrays.stream(line.split(" ")).map(Long::valueOf).toArray(Long[]::new);
  }

  // Files belong to whom the image says.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ROOT      | --userns=host",
        "ROOT      | --uidmap=0:100000:65536",
        "ROOT      | --uidmap=0:100000:1000 --uidmap=1000:300000:64536",
        "ID_RANGES | --userns=host",
        "ID_RANGES | --userns=private",
        "ID_RANGES | --userns=nomap",
        "ID_RANGES | --userns=keep-id",
        "ID_RANGES | --userns=keep-id:uid=1000,gid=1001",
        "ID_RANGES | --uidmap=0:1:65535 --uidmap=65535:0:1",
      })
  void ownersAreThoseOfTheImage(Caller caller, String options) throws Exception {
    assertThat(output(caller, image, OWNERS, options.split(" "))).isEqualTo(AS_IN_THE_IMAGE);
  }

  @ParameterizedTest
  @CsvSource({"--userns=host", "--userns=private", "--uidmap=0:0:1"})
  void withOneIdEverythingIsRoots(String option) throws Exception {
    assertThat(output(Caller.SINGLE_ID, image, OWNERS, option))
        .isEqualTo(AS_IN_THE_IMAGE.replaceAll("[0-9]+:[0-9]+", "0:0"));
  }

  /** A directory is never written, whoever its files belong to in the container. */
  @ParameterizedTest
  @CsvSource({"--userns=host", "--uidmap=0:100000:65536"})
  void directorysOwnersAreSeenAsTheyAre(String option) throws Exception {
    String before = Installation.check(Caller.ROOT.execute(rootfs, listing())).out();
    assertThat(output(Caller.ROOT, rootfs, OWNERS, option)).isEqualTo(AS_IN_THE_IMAGE);
    String change = "chown 7:7 /theirs && echo new >/nobodys && stat -c %u:%g /theirs";
    assertThat(output(Caller.ROOT, rootfs, change, option)).isEqualTo("7:7\n");
    assertThat(Installation.check(Caller.ROOT.execute(rootfs, listing())).out()).isEqualTo(before);
  }

  private static List<String> listing() {
    return List.of("find", rootfs.toString(), "-printf", "%p %m %U:%G %s %T@\\n");
  }

  @Test
  void ownerWithoutANumberIsToldAndNotTrusted() throws Exception {
    Result result =
        jrun(Caller.ROOT, image, OWNERS, "--uidmap=0:100000:10", "--gidmap=0:200000:65536");
    assertThat(result.out()).isEqualTo("/bin 755 0:0\n/theirs 755 0:0\n/nobodys 640 0:0\n");
    assertThat(result.err())
        .contains("left out of the container: owner 1000:1001: not mapped here: /theirs")
        .hasLineCount(2);
  }

  @Test
  void ordinaryUsersDirectoryHasToBeATar() throws Exception {
    Result result = jrun(Caller.ID_RANGES, rootfs, "true", "--userns=keep-id");
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: image '"
                    + rootfs
                    + "': a directory's owners can be changed for another user namespace by root"
                    + " only; make a tar of it, 'tar -C DIR -cf image.tar .', and run that\n"));
  }

  // Who is who.

  @Test
  void mapsAreThoseAskedFor() throws Exception {
    assertThat(output(Caller.ROOT, image, MAPS, "--uidmap=0:100000:65536"))
        .isEqualTo(maps("0 100000 65536"));
    assertThat(output(Caller.ROOT, image, MAPS, "--uidmap=0:100000:9", "--gidmap=0:5:7"))
        .isEqualTo("%10d %10d %10d\n%10d %10d %10d\n".formatted(0, 100000, 9, 0, 5, 7));
    assertThat(output(Caller.ID_RANGES, image, MAPS, "--userns=private"))
        .isEqualTo(maps("0 0 1", "1 1 65536"));
    assertThat(output(Caller.ID_RANGES, image, MAPS, "--userns=nomap"))
        .isEqualTo(maps("0 1 65536"));
    assertThat(output(Caller.ID_RANGES, image, MAPS, "--userns=keep-id"))
        .isEqualTo(maps("0 1 54322", "54322 0 1", "54323 54323 11214"));
  }

  @Test
  void ordinaryUsersMapIsThatOfPodman() throws Exception {
    Path runtime = Files.createDirectories(Caller.ID_RANGES.home(work).resolve("run"));
    Files.setAttribute(runtime, "unix:uid", Caller.ID_RANGES.uid());
    List<String> podman =
        List.of(
            "env", "XDG_RUNTIME_DIR=" + runtime, "podman", "unshare", "cat", "/proc/self/uid_map");
    assertThat(output(Caller.ID_RANGES, image, "cat /proc/self/uid_map"))
        .isEqualTo(Installation.check(Caller.ID_RANGES.execute(work, podman)).out());
  }

  @Test
  void keptIdIsTheCallerInsideAndOutside() throws Exception {
    Caller caller = Caller.ID_RANGES;
    Path shared = Files.createDirectories(caller.home(work).resolve("shared"));
    Files.setAttribute(shared, "unix:uid", caller.uid());
    String write = "id -u; id -g; touch /shared/$(id -u)";
    String volume = "--volume=" + shared + ":/shared";
    assertThat(output(caller, image, write, "--userns=keep-id", volume))
        .isEqualTo(caller.uid() + "\n" + caller.uid() + "\n");
    assertThat(output(caller, image, write, "--userns=keep-id:uid=7,gid=8", volume))
        .isEqualTo("7\n8\n");
    for (String name : List.of(Integer.toString(caller.uid()), "7")) {
      assertThat(Files.getAttribute(shared.resolve(name), "unix:uid")).isEqualTo(caller.uid());
      assertThat(Files.getAttribute(shared.resolve(name), "unix:gid")).isEqualTo(caller.uid());
    }
    assertThat(output(caller, image, "id -u", "--userns=keep-id", "--user=app"))
        .isEqualTo("1000\n");
  }

  @Test
  void callerWithoutMapIsNobody() throws Exception {
    Caller caller = Caller.ID_RANGES;
    String volume = "--volume=" + caller.home(work) + ":/home";
    assertThat(output(caller, image, "stat -c %u /home", "--userns=nomap", volume))
        .isEqualTo("65534\n");
  }

  // What root of a user namespace can and cannot.

  @Test
  void rootInTheContainerIsNotTheHosts() throws Exception {
    Path secret = Files.writeString(work.resolve("secret"), "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Path closed = Files.createDirectories(work.resolve("closed/data"));
    Files.setPosixFilePermissions(closed.getParent(), PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(closed, "unix:uid", 100_000);
    assertThat(
            output(
                Caller.ROOT,
                image,
                "cat /secret 2>/dev/null || echo denied; touch /data/new; ls /data",
                "--uidmap=0:100000:65536",
                "--volume=" + secret + ":/secret",
                // What only the host's root can reach can be given all the same.
                "--volume=" + closed + ":/data"))
        .isEqualTo("denied\nnew\n");
    assertThat(Files.getAttribute(closed.resolve("new"), "unix:uid")).isEqualTo(100_000);
  }

  @ParameterizedTest
  @EnumSource
  void devicesAndKernelFilesystemsAreThere(Caller caller) throws Exception {
    String option = caller == Caller.ROOT ? "--uidmap=0:100000:65536" : "--userns=private";
    assertThat(
            output(
                caller,
                image,
                "echo x >/dev/null && ls /dev/pts/ptmx /sys/class/net;"
                    + " mknod /dev/x c 1 3 2>/dev/null || echo refused;"
                    + " mount | grep -oE '^(proc|sysfs|mqueue|devpts) on [^ ]*' | grep -v ' on /proc/';"
                    + " grep -E 'CapEff|NoNew' /proc/self/status",
                option))
        .isEqualTo(
            """
            /dev/pts/ptmx

            /sys/class/net:
            lo
            refused
            proc on /proc
            devpts on /dev/pts
            mqueue on /dev/mqueue
            sysfs on /sys
            CapEff:\t00000000800405fb
            NoNewPrivs:\t1
            """);
  }

  /** The launcher's groups would be rights that no map takes away. */
  @ParameterizedTest
  @CsvSource({"--uidmap=0:100000:65536", "--uidmap=0:100000:1"})
  void callersGroupsDoNotComeAlong(String option) throws Exception {
    List<String> groups = List.of("setpriv", "--groups=4,24", "--");
    List<String> command =
        Stream.concat(
                groups.stream(), command(image, "grep Groups /proc/self/status", option).stream())
            .toList();
    assertThat(Installation.check(Caller.ROOT.execute(work, command)).out().strip())
        .isIn("Groups:", "Groups:\t0");
  }

  /** Looked at from a mount namespace whose mounts are peers of those that a container copies. */
  @ParameterizedTest
  @CsvSource({"--userns=host", "--uidmap=0:100000:65536"})
  void hostsMountsAreTheSameBeforeMeanwhileAndAfter(String option) throws Exception {
    String look = "cat /proc/self/mountinfo";
    String script =
        """
        mount --make-rshared /
        cd "$(mktemp -d)"
        mkfifo in out
        %1$s >before
        "$@" <in >out &
        exec 3>in
        read up <out
        %1$s >meanwhile
        echo go >&3
        wait
        %1$s >after
        cmp before meanwhile && cmp before after && echo same
        """
            .formatted(look);
    List<String> command =
        Stream.concat(
                Stream.of("unshare", "--mount", "sh", "-euc", script, "sh"),
                command(rootfs, "echo up; read go", option).stream())
            .toList();
    assertThat(Caller.ROOT.execute(work, command)).isEqualTo(new Result(0, "same\n", ""));
  }
}
