package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Containers on the bridge, in a network namespace of each test's own. A script there is jrun's
 * caller and the host; {@code $jrun} is jrun and {@code $image} what it runs.
 */
@ExtendWith(LeakCheck.class)
class BridgeTest {
  @TempDir private static Path work;

  private static Installation installation;
  private static Path image;

  private Path state;

  @BeforeAll
  static void install() throws Exception {
    Images.check(work, "chmod 755 .");
    installation = Installation.shared();
    Path root = Images.rootfs(work.resolve("root"));
    Images.check(
        root, "cd bin; for p in ip nc httpd wget sleep true cat grep; do ln -sf busybox $p; done");
    image = Images.tar(root, work.resolve("image.tar"));
  }

  @BeforeEach
  void nameState() throws Exception {
    state = Files.createTempDirectory(work, "state");
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    try (var left = Files.list(state.resolve(".network"))) {
      assertThat(left).containsExactly(state.resolve(".network/lock"));
    }
  }

  /** Runs a script in a network namespace of its own, where nothing is forwarded yet. */
  private Result host(String... lines) throws Exception {
    String script =
        """
        ip link set lo up
        echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
        # From inside and outside it is the same: what is said, or nothing when nobody is there.
        fetch() { python3 -c 'import socket,sys
        try:
            with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as s:
                s.sendall(b"GET /name HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read().split()[-1])
        except OSError as e: print(type(e).__name__)' "$@"; }
        serve() { name=$1; shift; "$jrun" -q -d --name "$name" --network bridge "$@" "$image" sh -c \
          "echo $name >/tmp/name; exec httpd -f -p 80 -h /tmp" >/dev/null
          n=0; until "$jrun" exec "$name" wget -qO- 127.0.0.1/name >/dev/null 2>&1 || [ $((n+=1)) -gt 100 ]
          do sleep 0.1; done; }
        end() { for c in "$@"; do "$jrun" stop -t 0 "$c"; "$jrun" rm "$c"; done >/dev/null; }
        """
            + String.join("\n", lines)
            + "\n";
    return Installation.execute(
        work,
        ImmutableMap.of(
            "JRUN_STATE_DIR", state.toString(),
            "JRUN_CACHE_DIR", work.resolve("cache").toString(),
            "jrun", installation.jrun().toString(),
            "image", image.toString()),
        ImmutableList.of("unshare", "--net", "--mount", "sh", "-c", script));
  }

  private void assertHostSays(String script, String... lines) throws Exception {
    Result result = host(script);
    assertThat(result.out().lines().toList()).as(result.err()).isEqualTo(Arrays.asList(lines));
  }

  private static final String LEFT =
      "ip -br link | cut -d' ' -f1; nft list ruleset;"
          + " cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding";
  private static final String[] NOTHING = {"lo", "0", "0"};

  @Test
  void publishedPortIsReachedFromTheHostByEveryAddressButTheLoopbackOfVersionSix()
      throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80
        for a in 127.0.0.1 10.213.0.1 fd6f:9e1c:57a4::1 ::1; do fetch $a 8080; done
        end web
        """
            + LEFT,
        "web",
        "web",
        "web",
        "ConnectionRefusedError",
        "lo",
        "0",
        "0");
  }

  @Test
  void otherMachineReachesPublishedPortsOnlyAndIsReachedByTheHostsAddress() throws Exception {
    assertHostSays(
        """
        unshare --net sleep 100 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
        ip link add there type veth peer name here netns $other
        ip address add 192.0.2.1/24 dev there; ip link set there up
        ip -6 address add 2001:db8::1/64 dev there nodad
        nsenter -t $other -n sh -c 'ip link set lo up; ip link set here up
          ip address add 192.0.2.2/24 dev here; ip -6 address add 2001:db8::2/64 dev here nodad
          ip route add 10.213.0.0/16 via 192.0.2.1'
        serve web -p 8080:80 -p 9090:90/udp
        cat >from.py <<'EOF'
        import socket, sys
        with socket.create_server(("192.0.2.2", 7000)) as s:
            s.settimeout(20); print("asked by " + s.accept()[1][0])
        EOF
        self=$(nsenter -t $other -n python3 -c 'import socket
        for a in ("192.0.2.1", "2001:db8::1"):
            with socket.create_connection((a, 8080), 5) as s:
                s.sendall(b"GET /name HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read().split()[-1])
        try: socket.create_connection(("10.213.0.2", 80), 2)
        except TimeoutError: print("not there")')
        echo "$self"
        nsenter -t $other -n python3 from.py & listening=$!
        for i in 1 2 3 4 5 6 7 8 9; do
          "$jrun" exec web nc -w 2 192.0.2.2 7000 </dev/null && break
          sleep 0.2
        done
        wait $listening
        end web
        kill $other
        """,
        "web",
        "web",
        "not there",
        "asked by 192.0.2.1");
  }

  /** A neighbour can send to any address, and this machine would lead him on. */
  @Test
  void whatIsPublishedForTheHostAloneIsReachedByNobodyElse() throws Exception {
    assertHostSays(
        """
        unshare --net sleep 100 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
        ip link add there type veth peer name here netns $other
        ip address add 192.0.2.1/24 dev there; ip link set there up
        nsenter -t $other -n sh -c 'ip link set here up; ip address add 192.0.2.2/24 dev here
          echo 1 >/proc/sys/net/ipv4/conf/here/route_localnet
          ip route add 127.0.0.1 via 192.0.2.1'
        serve web -p 127.0.0.1:8080:80
        echo 'import socket
        try: socket.create_connection(("127.0.0.1", 8080), 2); print("there")
        except OSError as e: print(type(e).__name__)' >try.py
        python3 try.py
        nsenter -t $other -n python3 try.py
        end web
        kill $other
        """,
        "there",
        "TimeoutError");
  }

  @Test
  void manyPortsAreTheContainersAndEachIsAnother() throws Exception {
    assertHostSays(
        """
        "$jrun" -q -d --name many --network bridge -p 1-256 "$image" sleep 100 >/dev/null
        "$jrun" inspect many | grep -o '0[.]0[.]0[.]0:[0-9]*' | sort -u | wc -l
        nft list table inet jrun-2 | grep -c 'dnat ip to'
        end many
        "$jrun" --network bridge -p 1-256 -p 300 "$image" true 2>&1
        """,
        "256",
        "512",
        "jrun: --publish '300': makes 257 ports of one container, which can have 256;"
            + " '--network host' has them all");
  }

  @Test
  void datagramsReachAPublishedPort() throws Exception {
    assertHostSays(
        """
        "$jrun" -q -d --name echo --network bridge -p 127.0.0.1:9000:90/udp "$image" \
          sleep 100 >/dev/null
        pid=$("$jrun" inspect echo | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p')
        nsenter -t "$pid" -n python3 -c 'import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("10.213.0.2", 90))
        s.sendto(*s.recvfrom(9))' &
        python3 -c 'import socket, time
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", 9000))
        s.settimeout(1)
        for i in range(20):
            s.send(b"ping")
            try: print(s.recv(9).decode()); break
            except OSError: time.sleep(0.2)'
        end echo
        """,
        "ping");
  }

  @Test
  void containersKnowEachOtherByNameAsLongAsTheyRun() throws Exception {
    assertHostSays(
        """
        serve one; serve two
        hosts() { "$jrun" exec one cat /etc/hosts | grep -w two; }
        hosts
        "$jrun" exec one wget -qO- http://10.213.0.3/name
        "$jrun" exec one wget -qO- 'http://[fd6f:9e1c:57a4::3]/name'
        end two
        hosts
        end one
        """,
        "10.213.0.3\ttwo",
        "fd6f:9e1c:57a4::3\ttwo",
        "two",
        "two");
  }

  /** Those who came before it, and those who come later. */
  @Test
  void whoJoinsTheNetworkOfOneFindsTheSameNames() throws Exception {
    assertHostSays(
        """
        serve one --dns 192.0.2.53
        "$jrun" -q -d --name joined --network container:one "$image" sleep 1000 >/dev/null
        "$jrun" -q -d --name last --network container:joined "$image" sleep 1000 >/dev/null
        serve two
        "$jrun" exec joined cat /etc/hosts | grep -w two
        for c in one joined last; do "$jrun" exec $c cat /etc/hosts /etc/resolv.conf | md5sum; done | uniq | wc -l
        "$jrun" exec joined cat /etc/resolv.conf
        end joined last one two
        """,
        "10.213.0.3\ttwo",
        "fd6f:9e1c:57a4::3\ttwo",
        "1",
        "nameserver 192.0.2.53");
  }

  /** The C library asks for addresses of one version alone, from within the container's network. */
  @Test
  void containerIsReachedByItsNameOverBothVersions() throws Exception {
    assertHostSays(
        """
        serve one; serve two
        pid=$("$jrun" inspect one | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p')
        cat /proc/$pid/root/etc/hosts >"$JRUN_STATE_DIR/../hosts"
        mount --bind "$JRUN_STATE_DIR/../hosts" /etc/hosts
        nsenter -t "$pid" -n python3 -c 'import socket
        for version in socket.AF_INET, socket.AF_INET6:
            to = socket.getaddrinfo("two", 80, version, socket.SOCK_STREAM)[0][4]; print(to[0])
            with socket.create_connection(to[:2], 5) as s:
                s.sendall(b"GET /name HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read().split()[-1])'
        umount /etc/hosts
        end one two
        """,
        "10.213.0.3",
        "two",
        "fd6f:9e1c:57a4::3",
        "two");
  }

  @Test
  void nameServersOfVersionSixAreTheContainersButThoseOfTheHostsLoopback() throws Exception {
    assertHostSays(
        """
        printf 'nameserver %s\\n' ::1 2001:db8::53 192.0.2.53 >"$JRUN_STATE_DIR/../resolv.conf"
        mount --bind "$JRUN_STATE_DIR/../resolv.conf" "$(readlink -f /etc/resolv.conf)"
        "$jrun" -q --network bridge "$image" cat /etc/resolv.conf
        "$jrun" -q --network bridge --dns 2001:db8::54 "$image" cat /etc/resolv.conf
        """,
        "nameserver 2001:db8::53", "nameserver 192.0.2.53", "nameserver 2001:db8::54");
  }

  @Test
  void containerReachesItsOwnPublishedPortAndTheHostsNameForItself() throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80 --add-host=up:host-gateway
        "$jrun" exec web wget -qO- http://10.213.0.1:8080/name
        "$jrun" exec web grep -w up /etc/hosts
        end web
        """,
        "web",
        "10.213.0.1\tup");
  }

  @Test
  void hostsLoopbackIsNotReachedFromAContainer() throws Exception {
    assertHostSays(
        """
        "$jrun" -q --cap-add NET_ADMIN --network bridge "$image" sh -c \
          'ip address del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via 10.213.0.1 dev eth0;
           nc -w 2 127.0.0.1 22 </dev/null || echo no' 2>/dev/null & c=$!
        wait $c
        """
            + LEFT,
        "no",
        "lo",
        "0",
        "0");
  }

  @Test
  void portThatIsTakenIsOneSentenceAndNothingStarts() throws Exception {
    Result result =
        host(
            "serve web -p 8080:80",
            "\"$jrun\" -q --network bridge -p 8080:80 \"$image\" echo started; echo $?",
            "end web",
            LEFT);
    assertThat(result.out()).isEqualTo("125\nlo\n0\n0\n");
    assertThat(result.err())
        .isEqualTo(
            "jrun: cannot publish port 8080/tcp of 0.0.0.0: it is in use by container 'web';"
                + " choose another host port\n");
  }

  @Test
  void programThatHasThePortIsNoContainer() throws Exception {
    Result result =
        host(
            "python3 -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", 8080));"
                + " print(flush=True); time.sleep(60)' >bound & p=$!",
            "n=0; until [ -s bound ] || [ $((n+=1)) -gt 100 ]; do sleep 0.1; done",
            "\"$jrun\" -q --network bridge -p 8080:80 \"$image\" echo started; echo $?",
            "kill $p; rm bound");
    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err())
        .isEqualTo(
            "jrun: cannot publish port 8080/tcp of 0.0.0.0: it is in use by a program or another"
                + " container; choose another host port\n");
  }

  /** There are as many as containers: nobody is given one that another has been given. */
  @Test
  void portsThatAreLeftToUsAreHeldFromWhenTheyAreFound() throws Exception {
    assertHostSays(
        """
        "$jrun" -q "$image" true
        echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range
        for round in 1 2 3; do
          starting=
          for c in 1 2 3 4; do
            "$jrun" -q -d --name race$c --network bridge -p 80 -p 53/udp "$image" sleep 100 >/dev/null &
            starting="$starting $!"
          done
          wait $starting
          "$jrun" ps | grep -o '0.0.0.0:[0-9]*->[0-9a-z/]*' | sort | paste -sd' '
          "$jrun" -q --network bridge -p 80 "$image" true 2>&1; echo $?
          end race1 race2 race3 race4
        done
        """
            + LEFT,
        Stream.concat(
                Stream.generate(
                        () ->
                            Stream.of(
                                "0.0.0.0:40000->53/udp 0.0.0.0:40000->80/tcp 0.0.0.0:40001->53/udp"
                                    + " 0.0.0.0:40001->80/tcp 0.0.0.0:40002->53/udp"
                                    + " 0.0.0.0:40002->80/tcp 0.0.0.0:40003->53/udp"
                                    + " 0.0.0.0:40003->80/tcp",
                                "jrun: cannot find a free port/tcp at 0.0.0.0 and :: (all are in use);"
                                    + " choose one with --publish HOST:CONTAINER",
                                "125"))
                    .limit(3)
                    .flatMap(lines -> lines),
                Stream.of(NOTHING))
            .toArray(String[]::new));
  }

  @Test
  void ofEightThatRaceForAPortOneHasItAndTheOthersSayWhichPort() throws Exception {
    assertHostSays(
        """
        "$jrun" -q "$image" true
        for round in 1 2 3; do
          starting=
          for c in 1 2 3 4 5 6 7 8; do
            { "$jrun" -q -d --name race$c --network bridge -p 8080:80 "$image" sh -c \
                "echo one >/tmp/name; exec httpd -f -p 80 -h /tmp" 2>&1 >/dev/null; echo $?; } \
              >said$c & starting="$starting $!"
          done
          wait $starting
          cat said? | sed "s/container 'race[1-8]'/a program or another container/" | sort | uniq -c |
            sed 's/^ *//'
          n=0; until [ "$(fetch 127.0.0.1 8080)" = one ] || [ $((n+=1)) -gt 100 ]; do sleep 0.1; done
          fetch 127.0.0.1 8080
          nft list tables | grep -c 'jrun-'
          end $("$jrun" ps | grep -o 'race[1-8]$')
          "$jrun" ps -a | wc -l
        done
        """
            + LEFT,
        Stream.concat(
                Stream.generate(
                        () ->
                            Stream.of(
                                "1 0",
                                "7 125",
                                "7 jrun: cannot publish port 8080/tcp of 0.0.0.0: it is in use by a"
                                    + " program or another container; choose another host port",
                                "one",
                                "1",
                                "1"))
                    .limit(3)
                    .flatMap(lines -> lines),
                Stream.of(NOTHING))
            .toArray(String[]::new));
  }

  @Test
  void portThatIsLeftToUsIsShown() throws Exception {
    assertHostSays(
        """
        serve web -p 127.0.0.1::80
        port=$("$jrun" ps | grep -o '127.0.0.1:[0-9]*->80/tcp' | sed 's/.*:\\(.*\\)->.*/\\1/')
        fetch 127.0.0.1 "$port"
        "$jrun" inspect web | grep -c "127.0.0.1:$port->80/tcp"
        end web
        """,
        "web",
        "1");
  }

  @Test
  void tenAtOnceHaveTenAddressesAndLeaveNothing() throws Exception {
    assertHostSays(
        """
        for i in 1 2 3 4 5 6 7 8 9 10; do
          "$jrun" -q --network bridge "$image" sh -c \
            'ip -4 -o address show eth0 | grep -o "10.213.[0-9.]*/16"; sleep 15' &
        done | sort -u | wc -l
        wait
        """
            + LEFT,
        "10",
        "lo",
        "0",
        "0");
  }

  /** Messages to the kernel do all of it. */
  @Test
  void programsThatOthersCallForThatAreNotNeeded() throws Exception {
    assertHostSays(
        """
        cat >without <<'EOF'
        for p in $(command -v ip nft iptables ip6tables bridge sysctl); do
          mount --bind /dev/null "$(readlink -f "$p")"
        done
        ip link 2>/dev/null && exit 1
        "$jrun" -q -d --name web --network bridge -p 8080:80 "$image" \
          sh -c 'echo web >/tmp/name; exec httpd -f -p 80 -h /tmp' >/dev/null
        EOF
        unshare --mount sh without
        until "$jrun" exec web wget -qO- 127.0.0.1/name >/dev/null 2>&1; do sleep 0.1; done
        fetch 127.0.0.1 8080
        end web
        """
            + LEFT,
        "web",
        "lo",
        "0",
        "0");
  }

  /** While a place on the bridge is taken, made, and given back. */
  @Test
  void launcherIsKilledAtAnyMomentAndTheNextContainerLeavesNothing() throws Exception {
    assertHostSays(
        """
        for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
          "$jrun" -q --network bridge -p 8080:80 "$image" true & launcher=$!
          sleep 0.$((i * 4 % 10))$i; kill -9 $launcher; wait $launcher
        done 2>/dev/null
        serve web -p 8080:80
        fetch 127.0.0.1 8080
        end web
        """
            + LEFT,
        "web",
        "lo",
        "0",
        "0");
  }

  @Test
  void whoeverIsKilledNothingIsLeft() throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80
        kill -9 $("$jrun" inspect web | sed -n 's/.*"launcherPid" : \\([0-9]*\\).*/\\1/p')
        n=0; while [ -e /sys/class/net/jrun0 ] && ip link show jrun0 >/dev/null 2>&1 && [ $((n+=1)) -lt 100 ]
        do sleep 0.1; done
        "$jrun" rm web >/dev/null
        """
            + LEFT,
        NOTHING);
  }

  @Test
  void nextContainerClearsUpWhatLauncherAndKeeperCouldNot() throws Exception {
    assertHostSays(
        """
        serve web -p 8080:80
        launcher=$("$jrun" inspect web | sed -n 's/.*"launcherPid" : \\([0-9]*\\).*/\\1/p')
        kill -9 $(cat /proc/$launcher/task/$launcher/children | tr ' ' '\\n' | while read -r p; do
          grep -qs jrun-cgroups /proc/$p/comm && echo $p; done) $launcher
        "$jrun" rm web >/dev/null
        nft list tables
        "$jrun" -q --network bridge "$image" true
        """
            + LEFT,
        "table inet jrun",
        "table inet jrun-2",
        "lo",
        "0",
        "0");
  }

  /** Where the records outlive the machine's boot; the host has another network meanwhile. */
  @Test
  void placesOfAnEarlierBootDoNotCount() throws Exception {
    assertHostSays(
        """
        cp -a /etc "$JRUN_STATE_DIR/../etc"; echo 0123456789abcdef0123456789abcdef >"$JRUN_STATE_DIR/../etc/machine-id"
        mount --bind "$JRUN_STATE_DIR/../etc" /etc
        serve web -p 8080:80
        launcher=$("$jrun" inspect web | sed -n 's/.*"launcherPid" : \\([0-9]*\\).*/\\1/p')
        kill -9 $(cat /proc/$launcher/task/$launcher/children | tr ' ' '\\n' | while read -r p; do
          grep -qs jrun-cgroups /proc/$p/comm && echo $p; done) $launcher
        "$jrun" -q "$image" true # removes the cgroups, which end with a machine, too
        before=$(echo "$JRUN_STATE_DIR"/.network/[0-9]*); ls "$before" | grep -x 2
        n=0; while ip link show jrun-2 >/dev/null 2>&1 && [ $((n+=1)) -lt 100 ]; do sleep 0.1; done
        ip link delete jrun0; nft flush ruleset
        echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
        ip link add other type bridge; ip address add 10.213.9.1/24 dev other; ip link set other up
        cat /proc/sys/kernel/random/uuid >"$JRUN_STATE_DIR/../boot"
        mount --bind "$JRUN_STATE_DIR/../boot" /proc/sys/kernel/random/boot_id
        "$jrun" -q --network bridge "$image" sh -c 'ip -4 -o address show eth0 | grep -o "10[0-9.]*/16"'
        [ -e "$before" ] || echo gone
        "$jrun" rm web >/dev/null; ip link delete other; umount /proc/sys/kernel/random/boot_id
        """
            + LEFT,
        "2",
        "10.214.0.2/16",
        "gone",
        "lo",
        "0",
        "0");
  }

  @Test
  void rulesAreThoseThatExplainPrints() throws Exception {
    assertHostSays(
        """
        serve web -p 127.0.0.1:8080:80 -p 9090:90/udp
        nft -s list ruleset >sent
        "$jrun" --explain --network bridge -p 127.0.0.1:8080:80 -p 9090:90/udp "$image" true |
          grep '^nft ' | sed 's/jrun-3/jrun-2/; s/10.213.0.3/10.213.0.2/; s/57a4::3/57a4::2/' >typed
        wc -l <typed
        unshare --net sh -ec '. ./typed; nft -s list ruleset' | diff sent -
        end web
        """,
        "23");
  }

  @Test
  void whatIsChangedOnTheHostIsSaidOnce() throws Exception {
    Result result = host("\"$jrun\" --network bridge --dns 192.0.2.53 \"$image\" true");
    assertThat(result.err())
        .isEqualTo(
            "jrun: warning: sets net.ipv4.ip_forward=1 and net.ipv6.conf.all.forwarding=1 until the"
                + " last container on the bridge has ended; meanwhile this machine passes packets"
                + " on between its networks\n");
  }

  /** By tables of nft and of both kinds of iptables; what is advised works, and is asked once. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nft 'add table inet fw; add chain inet fw f { type filter hook forward priority 5; policy"
            + " drop; }' | chain f of inet table fw",
        "nft 'add table inet fw; add chain inet fw f { type filter hook forward priority 5; }; add"
            + " rule inet fw f ct state established accept; add rule inet fw f reject'"
            + " | chain f of inet table fw",
        "iptables-nft -P FORWARD DROP | chain FORWARD of ip table filter",
        "iptables-legacy -P FORWARD DROP | chain FORWARD of iptables-legacy table filter",
      })
  void firewallThatDropsWhatIsForwardedIsNamedWithWhatToDo(String drops, String chain)
      throws Exception {
    assumeThat(host("command -v " + drops.split(" ", 2)[0]).status()).isZero();
    assertHostSays(
        """
        unshare --net sleep 100 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
        ip link add there type veth peer name here netns $other
        ip address add 192.0.2.1/24 dev there; ip link set there up
        nsenter -t $other -n sh -c 'ip address add 192.0.2.2/24 dev here; ip link set here up'
        nsenter -t $other -n python3 -c 'import socket
        s = socket.create_server(("192.0.2.2", 7000)); s.settimeout(60)
        while True: s.accept()[0].close()' & listening=$!
        n=0; until python3 -c 'import socket
        socket.create_connection(("192.0.2.2", 7000), 1)' 2>/dev/null || [ $((n+=1)) -gt 50 ]
        do sleep 0.1; done
        """
            + drops
            + """

        try() { "$jrun" --network bridge --dns 192.0.2.2 "$image" \
          sh -c 'nc -w 2 192.0.2.2 7000 </dev/null && echo reached || echo not' 2>warning; }
        try; try
        grep -o 'chain .* table [a-z]*' warning
        grep -Eo "'(nft|iptables)[^']*'" warning | tr -d "'" >advised; wc -l <advised; . ./advised
        try
        grep -c firewall warning
        kill $other $listening
        rm -f warning advised
        """,
        "not",
        "not",
        chain,
        "2",
        "reached",
        "0");
  }

  private static final String LINKS =
      """
      ip link add in4 type veth peer name in6; ip link add other type veth peer name others
      cd /proc/sys/net; four=ipv4/conf six=ipv6/conf
      settings() { tail -n +1 $four/*/forwarding $six/*/forwarding $four/all/accept_redirects; }
      """;

  /** Of links with settings of their own, too, and of what the kernel does not undo by itself. */
  @Test
  void settingsOfEveryLinkAreAfterwardsAsTheyWere() throws Exception {
    assertHostSays(
        LINKS
            + """
        for accepts in 0 1; do
          echo 1 | tee $four/in4/forwarding $four/default/forwarding $six/in6/forwarding >/dev/null
          echo $accepts >$four/all/accept_redirects
          settings >"$JRUN_STATE_DIR/../before"
          "$jrun" -q -d --name one --network bridge "$image" sleep 100 >/dev/null
          "$jrun" -q --network bridge "$image" true
          cat $four/other/forwarding $six/other/forwarding ipv4/ip_forward
          end one
          settings | diff "$JRUN_STATE_DIR/../before" - && echo same
        done
        """,
        "1",
        "1",
        "1",
        "same",
        "1",
        "1",
        "1",
        "same");
  }

  @Test
  void settingsThatSomebodyElseHasChangedMeanwhileAreHis() throws Exception {
    assertHostSays(
        LINKS
            + """
        echo 1 | tee $four/in4/forwarding $six/in6/forwarding >/dev/null
        "$jrun" -q -d --name one --network bridge "$image" sleep 100 >/dev/null
        echo 0 | tee $four/in4/forwarding $six/in6/forwarding >/dev/null
        echo 1 >$four/all/accept_redirects
        end one
        cat $four/in4/forwarding $six/in6/forwarding $four/all/accept_redirects ipv4/ip_forward
        "$jrun" -q -d --name one --network bridge "$image" sleep 100 >/dev/null
        echo 2 >ipv4/ip_forward
        end one
        cat ipv4/ip_forward $six/all/forwarding
        """,
        "0",
        "0",
        "1",
        "0",
        "2",
        "0");
  }

  @Test
  void whatCannotBeIsOneSentence() throws Exception {
    Result result =
        host(
            "\"$jrun\" -q --network bridge -p '[::1]:80:80' \"$image\" true",
            "\"$jrun\" -q -p 80:80 \"$image\" true",
            "mkdir \"$JRUN_STATE_DIR/.network\"; : >\"$JRUN_STATE_DIR/.network/lock\"");
    assertThat(result.err())
        .isEqualTo(
            "jrun: --publish '[::1]:80:80': the kernel lets nothing of the loopback address ::1"
                + " leave for a bridge; publish at 127.0.0.1 or another address of the host\n"
                + "jrun: --publish '80:80': needs a network that the host is on; add '--network"
                + " bridge' as root, '--network pasta' as an ordinary user\n");
    assertThat(
            Caller.SINGLE_ID.execute(
                work,
                ImmutableList.of(
                    installation.jrun().toString(),
                    "-q",
                    "--network=bridge",
                    image.toString(),
                    "true")))
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(125))
        .satisfies(
            refused ->
                assertThat(refused.err())
                    .startsWith("jrun: --network bridge changes the host's network"));
  }
}
