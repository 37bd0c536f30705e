package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.PublishedPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Ports of the host that the user has left to us. The launcher finds them ({@code
 * src/main/c/ports.c}) and holds them from then on: between us and it nobody else can take one. The
 * environment variable {@value #VARIABLE} has the descriptors of two pipes, that of its answers and
 * that of our questions.
 */
public final class FreePorts {
  /** The environment variable that the launcher sets. */
  static final String VARIABLE = "JRUN_PORTS";

  /** SOCK_STREAM and SOCK_DGRAM of socket(2). */
  private static final int STREAM = 1;

  private static final int DATAGRAM = 2;

  /** EADDRINUSE and EADDRNOTAVAIL of errno(3). */
  private static final int IN_USE = -98;

  private static final int NO_SUCH_ADDRESS = -99;

  private FreePorts() {}

  /**
   * These, with numbers that nobody has now where there were none.
   *
   * @param held until the container has ended; otherwise until another program has taken them
   * @throws IOException if there is none left, the machine has not the address or there is no
   *     launcher to ask
   */
  public static ImmutableList<PublishedPort> chosen(
      ImmutableList<PublishedPort> asked, boolean held) throws IOException {
    ImmutableList.Builder<PublishedPort> ports = ImmutableList.builder();
    for (PublishedPort port : asked) {
      ports.add(port.hostPort() == 0 ? port.withHostPort(found(port, held)) : port);
    }
    return ports.build();
  }

  private static int found(PublishedPort port, boolean held) throws IOException {
    ImmutableList<String> addresses =
        port.boundAddresses(Files.exists(Path.of("/proc/net/if_inet6")));
    String answer =
        answer(
            (port.tcp() ? STREAM : DATAGRAM)
                + (held ? " 1 " : " 0 ")
                + String.join(" ", addresses));
    int number = Integer.parseInt(answer);
    if (number > 0) {
      return number;
    }
    throw new IOException(
        "cannot find a free port/"
            + port.protocol()
            + " at "
            + String.join(" and ", addresses)
            + " ("
            + switch (number) {
              case IN_USE -> "all are in use";
              case NO_SUCH_ADDRESS -> "this machine has no such address";
              default -> "errno " + -number + ", see errno(3)";
            }
            + "); choose one with --publish HOST:CONTAINER");
  }

  private static String answer(String question) throws IOException {
    String pipes = System.getenv(VARIABLE);
    if (pipes == null) {
      throw new IOException("there is no launcher to find a free port; choose one");
    }
    List<String> descriptors = Splitter.on(' ').splitToList(pipes);
    try (BufferedReader answers =
        Files.newBufferedReader(descriptor(descriptors.get(0)), StandardCharsets.US_ASCII)) {
      Files.writeString(descriptor(descriptors.get(1)), question + "\n", StandardOpenOption.WRITE);
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the launcher has not said which port is free");
      }
      return answer;
    }
  }

  private static Path descriptor(String number) {
    return Path.of("/proc/self/fd", number);
  }
}
