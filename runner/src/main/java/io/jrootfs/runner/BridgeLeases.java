package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.net.InetAddresses;
import com.google.common.primitives.Bytes;
import io.jrootfs.runner.network.BridgeNetwork;
import io.jrootfs.runner.network.NetlinkRequest;
import io.jrootfs.runner.network.NetworkChoice;
import io.jrootfs.runner.network.PublishedPort;
import io.jrootfs.runner.plan.NetworkStep;
import io.jrootfs.runner.plan.NetworkSteps;
import io.jrootfs.runner.state.ProcessIdentity;
import io.jrootfs.runner.state.ProcessSpace;
import io.jrootfs.runner.state.RecordsDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Places on the bridge of this network namespace: one directory for each container, below the
 * records. The launcher (lease.c) removes them; both do their part under one lock. With the machine
 * its networks end, wherever the records are kept: those of another boot have another name.
 */
public final class BridgeLeases {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter COLUMNS = Splitter.on('\t').trimResults();
  private static final String POOL = "pool";
  private static final String DOWN = "down";

  private final Path records;
  private final Path networks;
  private final Path lock;
  private final Path directory;

  /**
   * @param records of all containers
   * @throws IOException if our network namespace cannot be told
   */
  public BridgeLeases(Path records) throws IOException {
    String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
    this.records = records;
    this.networks = records.resolve(".network");
    this.lock = networks.resolve("lock");
    this.directory =
        networks.resolve(ProcessSpace.nameOfThisBoot(namespace.replaceAll("[^0-9]", "")));
  }

  /**
   * A place.
   *
   * @param network the bridge's
   * @param number of the container there
   * @param ports those it has, with numbers
   * @param steps what a plan needs for it
   */
  public record Lease(
      BridgeNetwork network, int number, ImmutableList<PublishedPort> ports, NetworkSteps steps) {}

  /**
   * The place that {@link #take} would give; nothing is changed.
   *
   * @throws IOException if it cannot be looked for
   */
  public Lease preview(ImmutableList<PublishedPort> ports) throws IOException {
    return lease(network(), freeNumber(), ports, "");
  }

  /**
   * Takes a place.
   *
   * @param asked ports, some perhaps without a number
   * @param owner whose end frees it, until the launcher holds it
   * @param name what others call the container
   * @param hostname what it calls itself; may be empty
   * @param hosts its own hosts file, before those of others
   * @throws IOException if there is none, or the bridge is not ours
   */
  public Lease take(
      ProcessIdentity owner,
      String name,
      String hostname,
      String hosts,
      ImmutableList<PublishedPort> asked)
      throws IOException {
    RecordsDirectory.make(records, directory);
    ImmutableList<PublishedPort> ports = FreePorts.chosen(asked, true);
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Until the file is closed.
      if (!channel.lock().isValid()) {
        throw new FileSystemException(lock.toString(), null, "cannot be locked");
      }
      removeThoseOfEarlierBoots();
      // It may have gone with the last container while we waited.
      Files.createDirectories(directory);
      BridgeNetwork network = network();
      Files.writeString(directory.resolve(POOL), network.pool());
      Files.write(directory.resolve(DOWN), encoded(network.deletion()));
      int number = makeDirectory();
      Path place = place(number);
      String gateway = InetAddresses.toAddrString(network.address(1));
      Files.writeString(
          place.resolve("head"),
          (hosts + lines(network, number, hostname))
              .replace(NetworkChoice.HOST_GATEWAY + "\t", gateway + "\t"));
      Files.writeString(place.resolve("names"), lines(network, number, name));
      Files.writeString(place.resolve("hosts"), "");
      Files.setPosixFilePermissions(
          place.resolve("hosts"), PosixFilePermissions.fromString("rw-r--r--"));
      Files.write(place.resolve(DOWN), encoded(network.departure(number)));
      String holder = holder(owner);
      Files.writeString(place.resolve("lease"), holder);
      return lease(network, number, ports, holder);
    }
  }

  /**
   * The hosts(5) of a container on the bridge, where all names are that it finds, also those of
   * later ones; empty if it is not there.
   *
   * @param launcher who started it
   */
  public Optional<Path> hosts(ProcessIdentity launcher) throws IOException {
    String holder = holder(launcher);
    try (DirectoryStream<Path> places = Files.newDirectoryStream(directory, "[0-9]*")) {
      for (Path place : places) {
        if (isHeldBy(place, holder)) {
          return Optional.of(place.resolve("hosts"));
        }
      }
    } catch (NoSuchFileException e) {
      // Nobody is on a bridge.
    }
    return Optional.empty();
  }

  private static boolean isHeldBy(Path place, String holder) throws IOException {
    try {
      return Files.readString(place.resolve("lease")).equals(holder);
    } catch (NoSuchFileException e) {
      return false; // it is being taken, or given back
    }
  }

  private static String holder(ProcessIdentity process) {
    return process.pid() + " " + process.start() + "\n";
  }

  private void removeThoseOfEarlierBoots() throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(networks)) {
      for (Path network : all) {
        if (ProcessSpace.isOfEarlierBoot(network.getFileName().toString())) {
          MoreFiles.deleteRecursively(network);
        }
      }
    }
  }

  private static String lines(BridgeNetwork network, int number, String name) {
    StringBuilder lines = new StringBuilder();
    for (InetAddress address : network.addresses(number)) {
      if (!name.isEmpty()) {
        lines.append(InetAddresses.toAddrString(address)).append('\t').append(name).append('\n');
      }
    }
    return lines.toString();
  }

  /** Gives a place back whose container will not start. */
  public void giveBack(Lease lease) throws IOException {
    Path place = place(lease.number());
    for (String file : List.of("head", "names", "hosts", DOWN, "lease")) {
      Files.deleteIfExists(place.resolve(file));
    }
    Files.deleteIfExists(place);
  }

  private Lease lease(
      BridgeNetwork network, int number, ImmutableList<PublishedPort> ports, String holder) {
    NetworkStep.TakeLease place =
        new NetworkStep.TakeLease(lock, directory, Integer.toString(number), holder);
    return new Lease(network, number, ports, NetworkSteps.onBridge(network, place, number, ports));
  }

  private Path place(int number) {
    return directory.resolve(Integer.toString(number));
  }

  private static byte[] encoded(ImmutableList<NetlinkRequest> requests) {
    return Bytes.concat(requests.stream().map(NetlinkRequest::record).toArray(byte[][]::new));
  }

  private int freeNumber() throws IOException {
    for (int i = BridgeNetwork.FIRST_CONTAINER; i <= BridgeNetwork.LAST_CONTAINER; i++) {
      if (!Files.exists(place(i))) {
        return i;
      }
    }
    throw new IOException("all addresses of the bridge are taken; end some of its containers");
  }

  private int makeDirectory() throws IOException {
    int number = freeNumber();
    while (true) {
      try {
        Files.createDirectory(place(number));
        return number;
      } catch (FileAlreadyExistsException somebodyWithoutOurLock) {
        number = freeNumber();
      }
    }
  }

  private BridgeNetwork network() throws IOException {
    boolean six =
        Files.exists(Path.of(BridgeNetwork.FORWARDING_SIX))
            && isZero("/proc/sys/net/ipv6/conf/all/disable_ipv6")
            // What new links begin with.
            && isZero("/proc/sys/net/ipv6/conf/default/disable_ipv6");
    try {
      return new BridgeNetwork(Files.readString(directory.resolve(POOL)), six);
    } catch (NoSuchFileException e) {
      if (Files.exists(Path.of("/proc/sys/net/ipv4/conf/" + BridgeNetwork.LINK))) {
        throw new FileSystemException(
            BridgeNetwork.LINK,
            null,
            "this link is there, but not of containers whose records are in "
                + records
                + "; use their JRUN_STATE_DIR, or remove it with 'ip link delete "
                + BridgeNetwork.LINK
                + "' and 'nft delete table inet jrun'");
      }
    }
    return new BridgeNetwork(freePool(Files.readString(Path.of("/proc/net/route"))), six);
  }

  private static boolean isZero(String setting) throws IOException {
    return Files.readString(Path.of(setting)).startsWith("0");
  }

  /**
   * The first pool that no route of the host leads into.
   *
   * @param routes proc(5): destination and mask in hexadecimal, the last byte first
   */
  static String freePool(String routes) throws IOException {
    for (String pool : BridgeNetwork.POOLS) {
      int at = InetAddresses.coerceToInteger(InetAddresses.forString(pool + ".0.0"));
      boolean free = true;
      for (String line : LINES.splitToList(routes)) {
        List<String> columns = COLUMNS.splitToList(line);
        if (columns.size() > 7 && columns.get(1).matches("[0-9A-F]{8}")) {
          int to = Integer.reverseBytes(HexFormat.fromHexDigits(columns.get(1)));
          int mask = Integer.reverseBytes(HexFormat.fromHexDigits(columns.get(7)));
          int common = mask & 0xffff_0000;
          free = free && (mask == 0 || (to & common) != (at & common));
        }
      }
      if (free) {
        return pool;
      }
    }
    throw new IOException(
        "every network that the bridge could have is one of the host's already: "
            + String.join(".0.0/16, ", BridgeNetwork.POOLS)
            + ".0.0/16");
  }

  /** What of the host's settings would have to be changed, in words. */
  public static ImmutableList<String> changes(BridgeNetwork network) throws IOException {
    ImmutableList.Builder<String> changes = ImmutableList.builder();
    for (String path :
        network.six()
            ? List.of(BridgeNetwork.FORWARDING, BridgeNetwork.FORWARDING_SIX)
            : List.of(BridgeNetwork.FORWARDING)) {
      if (isZero(path)) {
        changes.add(path.substring("/proc/sys/".length()).replace('/', '.') + "=1");
      }
    }
    return changes.build();
  }
}
