package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ordinary user's containers that pasta connects. The host is a network namespace of each test's
 * own with a way out to another machine, a second one; a script of root's makes both, and is the
 * user by {@code as_user}.
 */
class PastaTest {
  @TempDir private static Path work;

  private static Installation installation;
  private static Path image;

  private Path home;

  @BeforeAll
  static void install() throws Exception {
    Images.check(work, "chmod 755 .");
    installation = Installation.shared();
    Path root = Images.rootfs(work.resolve("root"));
    Images.check(
        root, "cd bin; for p in ip nc httpd wget sleep true cat; do ln -sf busybox $p; done");
    image = Images.tar(root, work.resolve("image.tar"));
  }

  @BeforeEach
  void makeHome() throws Exception {
    home = Files.createTempDirectory(work, "home");
    Files.setAttribute(home, "unix:uid", Caller.SINGLE_ID.uid());
    Files.setAttribute(home, "unix:gid", Caller.SINGLE_ID.uid());
  }

  private Result host(String... lines) throws Exception {
    String script =
        """
        ip link set lo up
        unshare --net sleep 300 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
        there() { nsenter -t $other -n "$@"; }
        ip link add out type veth peer name in netns $other
        ip address add 192.0.2.1/24 dev out; ip -6 address add 2001:db8::1/64 dev out nodad
        ip link set out up
        there ip address add 192.0.2.2/24 dev in; there ip -6 address add 2001:db8::2/64 dev in nodad
        there ip link set in up; there ip link set lo up
        ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2
        printf 'search example.org\\nnameserver 127.0.0.53\\nnameserver 192.0.2.2\\n' >resolv.conf
        mount --bind resolv.conf /etc/resolv.conf
        as_user() { setpriv --reuid=$user --regid=$user --clear-groups "$@"; }
        jrun() { as_user "$jrun" "$@"; }
        fetch() { python3 -c 'import socket,sys
        try:
            with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as s:
                s.sendall(b"GET /name HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read().split()[-1])
        except OSError as e: print(type(e).__name__)' "$@"; }
        serve() { name=$1; shift; jrun -q -d --name "$name" --network pasta "$@" "$image" sh -c \
          "echo $name >/tmp/name; exec httpd -f -p 80 -h /tmp" >/dev/null
          n=0; until jrun exec "$name" wget -qO- 127.0.0.1/name >/dev/null 2>&1 || [ $((n+=1)) -gt 100 ]
          do sleep 0.1; done; }
        end() { for c in "$@"; do jrun stop -t 0 "$c"; jrun rm "$c"; done >/dev/null; }
        launcher() { jrun inspect "$1" | sed -n 's/.*"launcherPid" : \\([0-9]*\\).*/\\1/p'; }
        pastas() { for p in $(ps -u $user -o pid= -o comm= | awk '$2 ~ /^pas[st]/ {print $1}'); do
          [ "$(readlink /proc/$p/ns/net)" = "$(readlink /proc/$$/ns/net)" ] && echo $p; done; }
        none_left() { n=0; while [ -n "$(pastas)" ] && [ $((n+=1)) -lt 100 ]; do sleep 0.1; done
          pastas | wc -l; }
        """
            + String.join("\n", lines)
            + "\nkill $other\n";
    return Installation.execute(
        home,
        ImmutableMap.of(
            "JRUN_STATE_DIR", home.resolve("state").toString(),
            "JRUN_CACHE_DIR", home.resolve("cache").toString(),
            "user", Integer.toString(Caller.SINGLE_ID.uid()),
            "jrun", installation.jrun().toString(),
            "image", image.toString()),
        ImmutableList.of("unshare", "--net", "--mount", "sh", "-c", script));
  }

  private void assertHostSays(String script, String... lines) throws Exception {
    Result result = host(script);
    assertThat(result.out().lines().toList()).as(result.err()).isEqualTo(Arrays.asList(lines));
  }

  @Test
  void publishedPortIsReachedFromTheHostAndFromElsewhereByBothVersions() throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80
        for a in 127.0.0.1 ::1; do fetch $a 8080; done
        there python3 -c 'import socket
        for a in ("192.0.2.1", "2001:db8::1"):
            with socket.create_connection((a, 8080), 5) as s:
                s.sendall(b"GET /name HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read().split()[-1])
        try: socket.create_connection(("192.0.2.1", 80), 5)
        except ConnectionRefusedError: print("others not")'
        jrun ps | grep -o '0[.]0[.]0[.]0:8080->80/tcp'
        jrun inspect web | grep -c '"0.0.0.0:8080->80/tcp"'
        end web
        none_left
        """,
        "web",
        "web",
        "web",
        "web",
        "others not",
        "0.0.0.0:8080->80/tcp",
        "1",
        "0");
  }

  @Test
  void whatIsPublishedForTheHostAloneIsReachedByNobodyElse() throws Exception {
    assertHostSays(
        """
        serve web -p 127.0.0.1:8080:80 -p [::1]:8081:80
        fetch 127.0.0.1 8080; fetch ::1 8081
        there python3 -c 'import socket
        for a, p in (("192.0.2.1", 8080), ("2001:db8::1", 8081)):
            try: socket.create_connection((a, p), 5)
            except ConnectionRefusedError: print("not there")'
        end web
        """,
        "web",
        "web",
        "not there",
        "not there");
  }

  @Test
  void datagramsReachAPublishedPort() throws Exception {
    assertHostSays(
        """
        jrun -q -d --name echo --network pasta -p 9000:9090/udp "$image" sleep 100 >/dev/null
        pid=$(jrun inspect echo | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p')
        nsenter -t "$pid" -n python3 -c 'import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 9090))
        while True: s.sendto(*s.recvfrom(9))' & serving=$!
        cat >ask.py <<'EOF'
        import socket, sys, time
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1)
        for i in range(20):
            try: s.sendto(b"ping", (sys.argv[1], 9000)); print(s.recv(9).decode()); break
            except OSError: time.sleep(0.2)
        EOF
        python3 ask.py 127.0.0.1; there python3 ask.py 192.0.2.1
        kill $serving
        end echo
        """,
        "ping",
        "ping");
  }

  @Test
  void containerReachesOtherMachinesByBothVersionsWithTheHostsAddress() throws Exception {
    assertHostSays(
        """
        cat >listen.py <<'EOF'
        import socket
        for a, f in (("192.0.2.2", socket.AF_INET), ("2001:db8::2", socket.AF_INET6)):
            with socket.create_server((a, 7000), family=f) as s:
                s.settimeout(30); print("asked by " + s.accept()[1][0], flush=True)
        EOF
        there python3 listen.py & listening=$!
        jrun -q --network pasta "$image" sh -c 'for a in 192.0.2.2 2001:db8::2; do
          n=0; until nc -w 2 $a 7000 </dev/null || [ $((n+=1)) -gt 20 ]; do sleep 0.2; done; done' \
          2>/dev/null
        wait $listening
        none_left
        """,
        "asked by 192.0.2.1",
        "asked by 2001:db8::1",
        "0");
  }

  /**
   * By the gateway's address, which pasta would take for it, and by addresses of the host's own.
   */
  @Test
  void hostsLoopbackIsNotReachedFromAContainer() throws Exception {
    assertHostSays(
        """
        python3 -c 'import socket, time
        for a, f in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
            s = socket.create_server((a, 7000), family=f); s.detach()
        time.sleep(60)' & listening=$!
        n=0; until fetch 127.0.0.1 7000 | grep -q Timeout || [ $((n+=1)) -gt 9 ]; do sleep 0.1; done
        jrun -q --network pasta "$image" sh -c 'for a in 127.0.0.1 ::1 192.0.2.1 192.0.2.2 \
          2001:db8::1 2001:db8::2 169.254.1.2; do
          nc -w 2 $a 7000 </dev/null >/dev/null 2>&1 && echo "reached by $a"; done; echo tried'
        kill $listening
        """,
        "tried");
  }

  @Test
  void filesSayWhomToAskForNames() throws Exception {
    assertHostSays(
        """
        jrun -q --network pasta --hostname inside --add-host db:192.0.2.9 "$image" \
          cat /etc/resolv.conf /etc/hosts /etc/hostname
        jrun -q --network pasta --dns 192.0.2.7 "$image" cat /etc/resolv.conf
        echo nameserver 127.0.0.53 >resolv.conf
        jrun --network pasta "$image" true 2>&1 | grep -v unpacking
        """,
        "search example.org",
        "nameserver 192.0.2.2",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost",
        "127.0.0.1\tinside",
        "192.0.2.9\tdb",
        "inside",
        "nameserver 192.0.2.7",
        "jrun: warning: the host has no name servers that a container can reach; name some with"
            + " --dns");
  }

  @Test
  void whoeverIsKilledNothingIsLeft() throws Exception {
    assertHostSays(
        """
        for victim in launcher container; do
          serve web -p 8080:80
          case $victim in
          launcher) kill -9 $(launcher web) ;;
          container) kill -9 $(jrun inspect web | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p') ;;
          esac
          none_left
          fetch 127.0.0.1 8080
          n=0; until jrun rm web >/dev/null 2>&1 || [ $((n+=1)) -gt 50 ]; do sleep 0.1; done
        done
        setpriv --reuid=$user --regid=$user --clear-groups \
          "$jrun" -q --network pasta "$image" sleep 100 & first=$!
        n=0; while [ -z "$(pastas)" ] && [ $((n+=1)) -lt 100 ]; do sleep 0.1; done
        kill -9 $first
        none_left
        """,
        "0",
        "ConnectionRefusedError",
        "0",
        "ConnectionRefusedError",
        "0");
  }

  @Test
  void endOfPastaIsSaidAndTheContainerGoesOn() throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80
        kill -9 $(pastas)
        n=0; until jrun logs web 2>&1 | grep pasta || [ $((n+=1)) -gt 50 ]; do sleep 0.1; done
        jrun exec web wget -qO- 127.0.0.1/name
        fetch 127.0.0.1 8080
        end web
        """,
        "jrun: the program pasta has ended (Killed): the container has no network any more",
        "web",
        "ConnectionRefusedError");
  }

  @Test
  void portThatIsTakenIsOneSentenceAndNothingStarts() throws Exception {
    Result result =
        host(
            "serve web -p 8080:80",
            "jrun -q --network pasta -p 8080:80 \"$image\" echo started; echo $?",
            "jrun -q --network pasta -p 80:80 \"$image\" echo started; echo $?",
            "end web; jrun ps -a | wc -l; none_left");
    assertThat(result.out()).isEqualTo("125\n125\n1\n0\n");
    assertThat(result.err())
        .isEqualTo(
            "jrun: cannot publish port 8080/tcp of 0.0.0.0: it is in use by container 'web';"
                + " choose another host port\n"
                + "jrun: cannot publish port 80/tcp of 0.0.0.0: only root may take ports this low;"
                + " choose one from net.ipv4.ip_unprivileged_port_start on, mostly 1024\n");
  }

  /** Whoever looks at it first, pasta has the last word about a port. */
  @Test
  void ofTwoThatRaceForAPortOneHasItAndTheOtherEnds() throws Exception {
    assertHostSays(
        """
        jrun -q "$image" true
        for c in 1 2 3 4; do
          { jrun -q -d --name race$c --network pasta -p 8080:80 "$image" sleep 100 >/dev/null 2>&1
            echo $?; } &
          starting="$starting $!"
        done >statuses
        wait $starting
        sort -n statuses
        jrun ps | grep -c race
        pastas | wc -l
        end $(jrun ps | grep -o 'race[1-4]$')
        none_left
        """,
        "0",
        "125",
        "125",
        "125",
        "1",
        "1",
        "0");
  }

  /** Until pasta has them, the launcher holds them. */
  @Test
  void portsThatAreLeftToUsAreHeldFromWhenTheyAreFound() throws Exception {
    assertHostSays(
        """
        jrun -q "$image" true
        echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range
        for round in 1 2; do
          starting=
          for c in 1 2 3 4; do
            jrun -q -d --name race$c --network pasta -p 80 -p 5353/udp "$image" sleep 100 >/dev/null &
            starting="$starting $!"
          done
          wait $starting
          jrun ps | grep -o '0.0.0.0:[0-9]*->[0-9a-z/]*' | sort | paste -sd' '
          end race1 race2 race3 race4
          none_left
        done
        """,
        ALL_FOUR,
        "0",
        ALL_FOUR,
        "0");
  }

  private static final String ALL_FOUR =
      "0.0.0.0:40000->5353/udp 0.0.0.0:40000->80/tcp 0.0.0.0:40001->5353/udp"
          + " 0.0.0.0:40001->80/tcp 0.0.0.0:40002->5353/udp 0.0.0.0:40002->80/tcp"
          + " 0.0.0.0:40003->5353/udp 0.0.0.0:40003->80/tcp";

  @Test
  void portThatIsLeftToUsIsShown() throws Exception {
    assertHostSays(
        """
        serve web -p 127.0.0.1::80
        port=$(jrun ps | grep -o '127.0.0.1:[0-9]*->80/tcp' | sed 's/.*:\\(.*\\)->.*/\\1/')
        fetch 127.0.0.1 "$port"
        end web
        """,
        "web");
  }

  @Test
  void whatPastaSaysAgainstIt() throws Exception {
    Result result =
        host(
            "ip route del default; ip -6 route del default",
            "jrun -q --network pasta \"$image\" echo started; echo $?; none_left");
    assertThat(result.out()).isEqualTo("125\n0\n");
    assertThat(result.err())
        .startsWith("jrun: the program /usr/bin/pasta cannot connect the container with the host's")
        .contains("network: ")
        .contains("interface")
        .hasLineCount(1);
  }

  /**
   * In the foreground and behind {@code -d}, where the terminal's signals reach its caller only.
   */
  @Test
  void signalWhilePastaIsWaitedForEndsItAndLeavesNothing() throws Exception {
    assertHostSays(
        """
        jrun -q "$image" true
        mkdir slow; printf '#!/bin/sh\necho $$ >pid.new; mv pid.new "$PASTA_PID"; exec sleep 100' \
          >slow/pasta; chmod 755 slow slow/pasta
        # pasta is started in /.
        sed -i "s,pid.new,$PWD/pid.new,g" slow/pasta
        for options in -q '-q -d'; do for signal in INT TERM; do
          rm -f pid
          PASTA_PID=$PWD/pid PATH=$PWD/slow:$PATH setpriv --reuid=$user --regid=$user \
            --clear-groups env --default-signal=INT "$jrun" $options --name slow --network pasta \
            "$image" echo started & c=$!
          n=0; until [ -e pid ] || [ $((n+=1)) -gt 300 ]; do sleep 0.1; done
          kill -$signal $c; wait $c; echo $?
          [ -d "/proc/$(cat pid)" ] && echo "pasta is there"
          jrun ps -a | wc -l
        done; done
        find "$JRUN_STATE_DIR" -name '*slow*'
        for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/environ 2>/dev/null | grep -q "^PASTA_PID=$PWD/" &&
          tr '\\0' ' ' <$p/cmdline; done
        """,
        "130",
        "1",
        "143",
        "1",
        "130",
        "1",
        "143",
        "1");
  }

  @Test
  void withoutTheProgramItIsSaidWhatToInstall() throws Exception {
    Result result =
        host(
            "mount --bind /dev/null /usr/bin/pasta",
            "jrun --network pasta \"$image\" true; echo $?");
    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err())
        .isEqualTo(
            "jrun: --network pasta needs the program 'pasta', which is in none of the directories"
                + " of PATH; install it (Debian's package is 'passt'), or take '--network private'"
                + " or '--network host'\n");
  }

  @Test
  void rootIsToldOfTheBridge() throws Exception {
    Result result = host("\"$jrun\" --network pasta \"$image\" true; echo $?");
    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err()).contains("root's containers have '--network bridge'");
  }

  @Test
  void explanationIsTheCommand() throws Exception {
    assertHostSays(
        "jrun --explain --network pasta -p 8080:80 -p '[::1]:53:53/udp' \"$image\" true |"
            + " grep -e pasta -e 8080",
        "# nobody else has port 8080/tcp of 0.0.0.0",
        "# nobody else has port 8080/tcp of ::",
        "</proc/$pid/ns/net /usr/bin/pasta --foreground --quiet --config-net"
            + " --netns /proc/self/fd/0 --pid /proc/self/fd/1 --no-map-gw --tcp-ns none"
            + " --udp-ns none --tcp-ports 8080:80 --udp-ports ::1/53:53 &");
  }

  /** With a user namespace of the container's own, too. */
  @Test
  void userNamespaceOfTheContainersOwnIsConnected() throws Exception {
    assertHostSays(
        """
        serve web --userns private --uidmap 0:0:1 -p 8080:80
        fetch 127.0.0.1 8080
        end web
        none_left
        """,
        "web",
        "0");
  }
}
