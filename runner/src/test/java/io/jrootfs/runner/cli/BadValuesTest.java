package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cli.CommandLineRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.OptionSpec;

/** Of every option that takes a value, values it cannot have: each ends in one sentence. */
class BadValuesTest {
  /** A pair of backticks in the first column is an empty value. */
  private static final String EMPTY = "``";

  /** Where no value is no mistake: no program of the image's, and no keys. */
  private static final ImmutableSet<String> MAY_BE_EMPTY =
      ImmutableSet.of("--entrypoint", "--detach-keys");

  /**
   * Whose values only the container or the launcher can judge: LauncherContainerTest,
   * LifecycleTest.
   */
  private static final ImmutableSet<String> JUDGED_LATER =
      ImmutableSet.of("--entrypoint", "--pidfile");

  @TempDir static Path work;
  private static CommandLineRun run;

  @BeforeAll
  static void makeFiles() throws IOException {
    run = CommandLineRun.in(work);
    Files.createFile(work.resolve("file"));
  }

  /** An option, its value and what else is given; then how the sentence begins. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--pid `` | --pid '': there are private, host, ns:PATH",
        "--pid prvate | --pid 'prvate': did you mean 'private'?",
        "--pid container: | --pid 'container:': names no container; 'jrun ps' lists them",
        "--pid container:nobody | container 'nobody': there is none of this name or id; 'jrun ps -a' lists them",
        "--pid ns: | --pid 'ns:': the path must be absolute, such as ns:/proc/PID/ns/pid",
        "--pid ns:x | --pid 'ns:x': the path must be absolute, such as ns:/proc/PID/ns/pid",
        "--ipc `` | --ipc '': there are none, private, shareable, host, ns:PATH",
        "--ipc hots | --ipc 'hots': there are none, private, shareable, host, ns:PATH",
        "--uts `` | --uts '': there are private, host, ns:PATH",
        "--uts privat | --uts 'privat': did you mean 'private'?",
        "--uts host --hostname x | hostname 'x': cannot be set in a UTS namespace that is not the container's own; leave",
        "--uts host --domainname x | domain name 'x': cannot be set in a UTS namespace that is not the container's own;",
        "--cgroupns `` | --cgroupns '': there are private, host, ns:PATH",
        "--cgroupns none | --cgroupns 'none': there are private, host, ns:PATH",
        "--network `` | --network '': there are none, private, host, bridge, pasta, ns:PATH",
        "--network bridged | --network 'bridged': did you mean 'bridge'?",
        "--network host --publish 80:80 | --publish '80:80': needs a network that the host is on;",
        "--userns `` | --userns '': there are host, private, keep-id, nomap, ns:PATH",
        "--userns auto | --userns 'auto': jrun does not choose ids that no other container has; choose with",
        "--userns keep-id | user namespace 'keep-id': is for ordinary users; root takes '--userns private' with",
        "--userns keep-id:uid=-1 | --userns 'keep-id:uid=-1': 'uid=-1' is neither uid=NUMBER nor gid=NUMBER",
        "--userns keep-id:x=1 | --userns 'keep-id:x=1': 'x=1' is neither uid=NUMBER nor gid=NUMBER",
        "--userns host --uidmap 0:0:1 | --userns 'host': --uidmap and --gidmap are for '--userns private' only; leave one out",
        "--userns nomap --uidmap 0:0:1 | --userns 'nomap': --uidmap and --gidmap are for '--userns private' only; leave one out",
        "--userns container:x | --userns 'container:x': a container cannot be named here; give the file of a process in",
        "--uidmap `` | --uidmap '': a map is CONTAINER:HOST:SIZE, such as 0:100000:65536",
        "--uidmap 0:0 | --uidmap '0:0': a map is CONTAINER:HOST:SIZE, such as 0:100000:65536",
        "--uidmap 0:0:0 | --uidmap '0:0:0': the size must be at least 1",
        "--uidmap 0:0:4294967296 | --uidmap '0:0:4294967296': '4294967296' is no number from 0 to 4294967294",
        "--uidmap 0:4294967295:2 | --uidmap '0:4294967295:2': '4294967295' is no number from 0 to 4294967294",
        "--uidmap -1:0:1 | --uidmap '-1:0:1': '-1' is no number from 0 to 4294967294",
        "--uidmap x:0:1 | --uidmap 'x:0:1': 'x' is no number from 0 to 4294967294",
        "--gidmap `` | --gidmap '': a map is CONTAINER:HOST:SIZE, such as 0:100000:65536",
        "--gidmap 0:0 | --gidmap '0:0': a map is CONTAINER:HOST:SIZE, such as 0:100000:65536",
        "--gidmap 0:0:0 | --gidmap '0:0:0': the size must be at least 1",
        "--time-offset `` | --time-offset '': '' is neither monotonic=SECONDS nor boottime=SECONDS",
        "--time-offset realtime=1 | --time-offset 'realtime=1': 'realtime=1' is neither monotonic=SECONDS nor",
        "--time-offset monotonic | --time-offset 'monotonic': 'monotonic' is neither monotonic=SECONDS nor boottime=SECONDS",
        "--time-offset monotonic= | --time-offset 'monotonic=': '' is no number of seconds, such as 86400 or -1.5",
        "--time-offset monotonic=x | --time-offset 'monotonic=x': 'x' is no number of seconds, such as 86400 or -1.5",
        "--time-offset monotonic=99999999999999999999 | --time-offset 'monotonic=99999999999999999999': '99999999999999999999' is no number of",
        "--time-offset monotonic=1,monotonic=2 | --time-offset 'monotonic=1,monotonic=2': sets monotonic twice; leave one of them out",
        "--time-offset monotonic=1, | --time-offset 'monotonic=1,': '' is neither monotonic=SECONDS nor boottime=SECONDS",
        "--hostname `` | hostname '': must be letters, digits, '-' and '.', 64 at most",
        "--hostname -x | hostname '-x': must be letters, digits, '-' and '.', 64 at most",
        "--hostname a_b | hostname 'a_b': must be letters, digits, '-' and '.', 64 at most",
        "--domainname `` | domain name '': must be letters, digits, '-' and '.', 64 at most",
        "--domainname a/b | domain name 'a/b': must be letters, digits, '-' and '.', 64 at most",
        "--memory `` | --memory '': is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory 1 | --memory '1': is too small; 6 MiB is the least",
        "--memory 99999999999999999999 | --memory '99999999999999999999': is no size; write a number of bytes or one with k, m,",
        "--memory-swap `` | --memory-swap '': counts memory and swap together, so it needs --memory; without limit",
        "--memory-swap 64m | --memory-swap '64m': counts memory and swap together, so it needs --memory; without",
        "--memory-reservation `` | --memory-reservation '': is no size; write a number of bytes or one with k, m, g or t,",
        "--memory-reservation x | --memory-reservation 'x': is no size; write a number of bytes or one with k, m, g or t,",
        "--cpus `` | --cpus '': is no number of processors; write it as in 1.5",
        "--cpus 0 | --cpus '0': must be from 0.01 to 864000",
        "--cpus -1 | --cpus '-1': is no number of processors; write it as in 1.5",
        "--cpus 0.000001 | --cpus '0.000001': must be from 0.01 to 864000",
        "--cpus 1 --cpu-quota 1000 | --cpus '1': is a quota and a period; leave it or the other option out",
        "--cpu-shares `` | --cpu-shares '': must be a whole number from 2 to 262144",
        "--cpu-shares 1 | --cpu-shares '1': must be a whole number from 2 to 262144",
        "--cpu-shares 262145 | --cpu-shares '262145': must be a whole number from 2 to 262144",
        "--cpu-quota `` | --cpu-quota '': must be a whole number from 1000 to 86400000000",
        "--cpu-quota 999 | --cpu-quota '999': must be a whole number from 1000 to 86400000000",
        "--cpu-period `` | --cpu-period '': must be a whole number from 1000 to 1000000",
        "--cpu-period 999 | --cpu-period '999': must be a whole number from 1000 to 1000000",
        "--cpu-period 1000001 | --cpu-period '1000001': must be a whole number from 1000 to 1000000",
        "--cpuset-cpus `` | --cpuset-cpus '': is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-cpus 9999 | --cpuset-cpus '9999': no number is above 8191",
        "--cpuset-cpus 1-0 | --cpuset-cpus '1-0': '1-0' ends before it starts",
        "--cpuset-cpus 0, | --cpuset-cpus '0,': is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-cpus -1 | --cpuset-cpus '-1': is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-mems `` | --cpuset-mems '': is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-mems x | --cpuset-mems 'x': is no list of numbers; write them as in 0-2,7 without spaces",
        "--pids-limit `` | --pids-limit '': must be a whole number from 1 to 4194304",
        "--pids-limit -2 | --pids-limit '-2': must be a whole number from 1 to 4194304",
        "--pids-limit 0 | --pids-limit '0': leaves no room for the container's own process; no limit is -1",
        "--pids-limit many | --pids-limit 'many': must be a whole number from 1 to 4194304",
        "--blkio-weight `` | --blkio-weight '': must be a whole number from 10 to 1000",
        "--blkio-weight 9 | --blkio-weight '9': must be a whole number from 10 to 1000",
        "--blkio-weight 1001 | --blkio-weight '1001': must be a whole number from 10 to 1000",
        "--device-read-bps `` | --device-read-bps '': is no device and rate; write them as in /dev/sda:10m",
        "--device-read-bps /dev/null:1m | --device-read-bps '/dev/null': is no block device; 'lsblk -p' lists them",
        "--device-read-bps /dev/no:1m | --device-read-bps '/dev/no': is no block device; 'lsblk -p' lists them",
        "--device-read-bps WORK/file:1m | --device-read-bps 'WORK/file': is no block device; 'lsblk -p' lists them",
        "--device-write-bps `` | --device-write-bps '': is no device and rate; write them as in /dev/sda:10m",
        "--device-write-bps /dev/no:1m | --device-write-bps '/dev/no': is no block device; 'lsblk -p' lists them",
        "--device-read-iops `` | --device-read-iops '': is no device and rate; write them as in /dev/sda:100",
        "--device-read-iops /dev/no:1 | --device-read-iops '/dev/no': is no block device; 'lsblk -p' lists them",
        "--device-read-iops /dev/null:1m | --device-read-iops '/dev/null:1m': must be a whole number from 1 to 4294967295",
        "--device-write-iops `` | --device-write-iops '': is no device and rate; write them as in /dev/sda:100",
        "--device-write-iops /dev/no:1 | --device-write-iops '/dev/no': is no block device; 'lsblk -p' lists them",
        "--device-write-iops /dev/no:-1 | --device-write-iops '/dev/no:-1': must be a whole number from 1 to 4294967295",
        "--device-cgroup-rule `` | --device-cgroup-rule '': is no device rule; write a, b or c, a space, MAJOR:MINOR, a",
        "--device-cgroup-rule x | --device-cgroup-rule 'x': is no device rule; write a, b or c, a space, MAJOR:MINOR, a",
        "--device-cgroup-rule cSPACE1:3 | --device-cgroup-rule 'c 1:3': is no device rule; write a, b or c, a space, MAJOR:MINOR,",
        "--device-cgroup-rule qSPACE1:3SPACEr | --device-cgroup-rule 'q 1:3 r': is no device rule; write a, b or c, a space,",
        "--device-cgroup-rule cSPACE1:3SPACEx | --device-cgroup-rule 'c 1:3 x': is no device rule; write a, b or c, a space,",
        "--device-cgroup-rule cSPACE-1:3SPACEr | --device-cgroup-rule 'c -1:3 r': is no device rule; write a, b or c, a space,",
        "--device-cgroup-rule cSPACE99999999999:3SPACEr | --device-cgroup-rule 'c 99999999999:3 r': is no device rule; write a, b or c, a space,",
        "--cgroup-conf `` | --cgroup-conf '': is no file and value; write them as in memory.high=512M",
        "--cgroup-conf memory.high | --cgroup-conf 'memory.high': is no file and value; write them as in memory.high=512M",
        "--cgroup-conf ../x=1 | --cgroup-conf '../x=1': is no file and value; write them as in memory.high=512M",
        "--cgroup-conf hugetlb.2MB.max= | --cgroup-conf 'hugetlb.2MB.max=': is no file and value; write them as in",
        "--cgroup-parent `` | --cgroup-parent '': is empty; write a path such as /batch",
        "--cgroup-parent ../x | --cgroup-parent '../x': '..' is no cgroup's name; write the path",
        "--cgroup-parent /a/../b | --cgroup-parent '/a/../b': '..' is no cgroup's name; write the path",
        "--device `` | device '': the host's path must be absolute, such as /dev/fuse",
        "--device /dev/no | device '/dev/no': '/dev/no' does not exist",
        "--device /dev/null:/dev/x:q | device '/dev/null:/dev/x:q': 'q' is no access; write letters of rwm, as in rw",
        "--shm-size `` | --shm-size: '' is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--shm-size 1x | --shm-size: '1x' is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--tmpfs `` | tmpfs '': the path inside the container must be absolute, such as /data",
        "--tmpfs x | tmpfs 'x': the path inside the container must be absolute, such as /data",
        "--tmpfs / | tmpfs '/': nothing can be mounted over the container's whole root",
        "--tmpfs /x: | tmpfs '/x:': unknown option ''; there are ro, rw, nosuid, suid, nodev, dev, noexec,",
        "--tmpfs /x:foo | tmpfs '/x:foo': unknown option 'foo'; there are ro, rw, nosuid, suid, nodev, dev,",
        "--tmpfs /proc | tmpfs '/proc': nothing can be mounted on or below /proc",
        "--mount `` | mount '': a type is missing; write type=bind or type=tmpfs",
        "--mount x | mount 'x': a type is missing; write type=bind or type=tmpfs",
        "--mount type=bind | mount 'type=bind': a target is missing; write target=/PATH",
        "--mount type=tmpfs | mount 'type=tmpfs': a target is missing; write target=/PATH",
        "--mount type=bind,source=/tmp,target=/x,bind-propagation=no | mount 'type=bind,source=/tmp,target=/x,bind-propagation=no': unknown propagation 'no';",
        "--mount type=bind,source=/tmp,target=/x,readonly=maybe | mount 'type=bind,source=/tmp,target=/x,readonly=maybe': 'ro=maybe' is neither true nor",
        "--volume `` | volume '': a volume is SRC:DST or SRC:DST:OPTIONS",
        "--volume : | volume ':': the host's path is missing; a volume is SRC:DST or SRC:DST:OPTIONS",
        "--volume /tmp: | volume '/tmp:': the path inside the container must be absolute, such as /data",
        "--volume /tmp:/x: | volume '/tmp:/x:': unknown option ''; there are ro, rw, nosuid, suid, nodev, dev,",
        "--volume /tmp:/x:ro:rw | volume '/tmp:/x:ro:rw': a volume is SRC:DST or SRC:DST:OPTIONS",
        "--dns `` | --dns '': '' is no address, such as 192.0.2.1 or 2001:db8::1",
        "--dns x | --dns 'x': 'x' is no address, such as 192.0.2.1 or 2001:db8::1",
        "--dns-search `` | --dns-search '': is no domain, such as example.org",
        "--dns-search a_b/ | --dns-search 'a_b/': is no domain, such as example.org",
        "--dns-option `` | --dns-option '': is no option of resolv.conf, such as ndots:2",
        "--dns-option a_b/ | --dns-option 'a_b/': is no option of resolv.conf, such as ndots:2",
        "--add-host `` | --add-host '': must be NAME:ADDRESS",
        "--add-host x | --add-host 'x': must be NAME:ADDRESS",
        "--add-host x:y | --add-host 'x:y': 'y' is no address, such as 192.0.2.1 or 2001:db8::1",
        "--add-host :1.2.3.4 | --add-host ':1.2.3.4': '' is no name of a host, such as db",
        "--name `` | container name '': must begin with a letter or a digit and go on with those, '_', '.'",
        "--name a/b | container name 'a/b': must begin with a letter or a digit and go on with those, '_',",
        "--name -a | container name '-a': must begin with a letter or a digit and go on with those, '_', '.'",
        "--label `` | --label '': has no key; write KEY=VALUE",
        "--label =x | --label '=x': has no key; write KEY=VALUE",
        "--cidfile `` | --cidfile '': is no name of a file; write one or leave it out",
        "--cidfile WORK/file | --cidfile 'WORK/file': is there already; remove it or name another file",
        "--cidfile WORK/no/file | --cidfile 'WORK/no/file': its directory does not exist; create it first",
        "--pidfile `` | --pidfile '': is no name of a file; write one or leave it out",
        "--log-driver `` | --log-driver '': there are file, none",
        "--log-driver journald | --log-driver 'journald': there are file, none",
        "--log-opt `` | --log-opt '': there are max-size, max-file",
        "--log-opt max-size=0 | --log-opt 'max-size=0': is too small; 1 byte is the least",
        "--log-opt max-file=0 | --log-opt 'max-file=0': must be from 1 to 999",
        "--log-opt max-age=1 | --log-opt 'max-age=1': did you mean 'max-size'? see 'jrun --help'",
        "--detach-keys ctrl- | --detach-keys 'ctrl-': 'ctrl-' is no key; there are single characters, DEL, and ctrl-",
        "--detach-keys ctrl-p, | --detach-keys 'ctrl-p,': '' is no key; there are single characters, DEL, and ctrl- with",
        "--detach-keys abc | --detach-keys 'abc': 'abc' is no key; there are single characters, DEL, and ctrl- with",
        "--user `` | user '': a user is USER or USER:GROUP, each a name or a number",
        "--user nobody | user 'nobody': the image's /etc/passwd has no user 'nobody'; a number works without an",
        "--user 0:0:0 | user '0:0:0': a user is USER or USER:GROUP, each a name or a number",
        "--user 4294967296 | user '4294967296': '4294967296' is neither a name nor a number from 0 to 4294967294",
        "--group-add `` | group '': a group is a name or a number",
        "--group-add nogroup | group 'nogroup': the image's /etc/group has no group 'nogroup'; a number works without",
        "--umask `` | umask '': must be octal, from 0000 to 0777",
        "--umask 8 | umask '8': must be octal, from 0000 to 0777",
        "--env `` | environment entry '': has no name; an entry is NAME=value, or NAME alone",
        "--env =x | environment entry '=x': has no name; an entry is NAME=value, or NAME alone",
        "--env-file `` | the name of an --env-file is empty",
        "--env-file WORK/no | WORK/no: no such file or directory",
        "--workdir `` | working directory '': must be absolute, such as '/'",
        "--workdir tmp | working directory 'tmp': must be absolute, such as '/tmp'",
        "--ulimit `` | ulimit '': the kernel limits no ''; there are cpu, fsize, data, stack, core, rss,",
        "--ulimit nofiles=1 | ulimit 'nofiles=1': the kernel limits no 'nofiles'; did you mean 'nofile'?",
        "--ulimit nofile=2:1 | ulimit 'nofile=2:1': the soft limit is above the hard one",
        "--sysctl `` | sysctl '': a sysctl is NAME=VALUE, such as net.ipv4.ip_forward=1",
        "--sysctl kernel.pid_max=1 | sysctl 'kernel.pid_max=1': is the whole machine's; a container has of its own net.*,",
        "--oom-score-adj `` | oom score adjustment '': must be a whole number from -1000 (never killed) to 1000",
        "--oom-score-adj 1001 | oom score adjustment '1001': must be a whole number from -1000 (never killed) to 1000",
        "--stop-signal `` | stop signal '': is no signal; it is a number from 1 to 64 or a name, and there are hup,",
        "--stop-signal TREM | stop signal 'TREM': is no signal; it is a number from 1 to 64 or a name, and there are",
        "--stop-timeout `` | stop timeout '': must be whole seconds, from 0 to 999999999",
        "--stop-timeout -1 | stop timeout '-1': must be whole seconds, from 0 to 999999999",
        "--timeout `` | timeout '': must be whole seconds, from 0 to 999999999",
        "--timeout 1.5 | timeout '1.5': must be whole seconds, from 0 to 999999999",
        "--cap-add `` | --cap-add '': is no capability; there are all, chown, dac_override, dac_read_search,",
        "--cap-add NET_RWA | --cap-add 'NET_RWA': is no capability; did you mean 'net_raw'?",
        "--cap-drop `` | --cap-drop '': is no capability; there are all, chown, dac_override, dac_read_search,",
        "--cap-drop CAP_NONE | --cap-drop 'CAP_NONE': is no capability; there are all, chown, dac_override,",
        "--security-opt `` | no security option is called ''; there are seccomp and no-new-privileges",
        "--security-opt seccomp=WORK/no | seccomp profile 'WORK/no': does not exist",
        "--security-opt no-new-privileges=1 | --security-opt no-new-privileges=1 is neither true nor false",
        "--publish x --network bridge | --publish 'x': must be [[IP:][HOST]:]CONTAINER[/tcp|udp], such as 8080:80",
        "--publish 70000:80 --network bridge | --publish '70000:80': has a port that is not from 0 to 65535",
        "--publish `` --network bridge | --publish '': must be [[IP:][HOST]:]CONTAINER[/tcp|udp], such as 8080:80",
        "--memory-reservation 128m --memory 64m | --memory-reservation '128m': is above --memory; it can be that at most",
        "--memory-swap 32m --memory 64m | --memory-swap '32m': is too small; 64 MiB is the least",
        "--uidmap 3:10:2 --uidmap 0:0:5 | --uidmap '0:0:5': gives an id that '3:10:2' gives already"
      })
  void isOneSentence(String options, String start) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String word : Splitter.on(' ').split(options)) {
      arguments.add(word.replace("WORK", work.toString()).replace(EMPTY, "").replace("SPACE", " "));
    }
    arguments.addAll(List.of(run.rootfs().toString(), "sh"));
    Result result = run.jrun(arguments.toArray(new String[0]));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("jrun: " + start.replace("WORK", work.toString()).replace("SPACE", " "))
        .endsWith("\n")
        .hasLineCount(1);
    assertThat(run.plan()).isEmptyFile();
    assertThat(run.state())
        .satisfiesAnyOf(
            state -> assertThat(state).doesNotExist(),
            state -> assertThat(state).isEmptyDirectory());
  }

  /** Picocli's own names of the options: none that is added later can be forgotten here. */
  @Test
  void noOptionIsForgotten() throws Exception {
    Set<String> empty = new TreeSet<>(MAY_BE_EMPTY);
    Set<String> wrong = new TreeSet<>(JUDGED_LATER);
    for (String row : rows()) {
      List<String> words = Splitter.on(' ').splitToList(row);
      (words.get(1).equals(EMPTY) ? empty : wrong).add(words.get(0));
    }
    Set<String> all = new TreeSet<>();
    for (OptionSpec option : new RunCommand().declare().options()) {
      if (option.arity().min() > 0) {
        all.add(option.longestName());
      }
    }
    assertThat(all).contains("--pid", "--memory", "--volume");
    assertThat(empty).isEqualTo(all);
    assertThat(wrong).isEqualTo(all);
  }

  private static List<String> rows() throws NoSuchMethodException {
    CsvSource table =
        BadValuesTest.class
            .getDeclaredMethod("isOneSentence", String.class, String.class)
            .getAnnotation(CsvSource.class);
    return Arrays.asList(table.value());
  }
}
