package io.jrootfs.builder.cli;

import static io.jrootfs.builder.cli.InspectionPages.LIBRARIES;
import static io.jrootfs.builder.cli.InspectionPages.NODE;
import static io.jrootfs.builder.cli.InspectionPages.executable;
import static io.jrootfs.builder.cli.InspectionPages.found;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.image.ForeignTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of {@code jbuild inspect --html}, as a browser shows it. */
class InspectionPageTest {
  private static final Pattern TILE =
      Pattern.compile("<g class=\"(\\w+)\"><title>([^<]*)</title><rect");

  private static final Set<String> ELEMENTS =
      Set.of(
          ("!DOCTYPE html head meta style title body h1 h2 nav p a span ul li table tbody tr th td"
                  + " div details summary svg g rect path text")
              .split(" "));

  @TempDir Path work;
  private InspectionPages pages;
  private Chromium chromium;
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void startServer() throws IOException {
    pages = new InspectionPages(work);
    chromium = new Chromium(Files.createDirectory(work.resolve("chromium")));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/x";
  }

  /** What the page itself says, read by a parser that is no browser. */
  private static List<String> tilesOf(Document page) {
    List<String> tiles = new ArrayList<>();
    NodeList groups = page.getElementsByTagName("g");
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      tiles.add(group.getAttribute("class") + " " + group.getFirstChild().getTextContent());
    }
    return tiles;
  }

  private static Document parsed(Path page) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
  }

  private static void everyLinkLeadsSomewhereInThePage(String dom) {
    TreeSet<String> ids = new TreeSet<>(found(Pattern.compile(" id=\"([^\"]*)\""), dom, 1));
    assertThat(found(Pattern.compile("href=\"([^\"]*)\""), dom, 1))
        .isNotEmpty()
        .allMatch(link -> link.startsWith("#") && ids.contains(link.substring(1)));
    // In a browser's text of its elements, no text has a bracket that is not of one.
    List<String> tags = found(Pattern.compile("<([^>]*)>"), dom, 1);
    assertThat(tags).noneMatch(tag -> tag.matches("(?s).* (on\\w+|src|srcset|action|data)=.*"));
    assertThat(tags).allMatch(tag -> ELEMENTS.contains(tag.replaceFirst("(?s)^/|\\s.*", "")));
  }

  @Test
  void aRealImageHasItsFilesInTheTreemapAndWhatLddSaysInTheGraph() throws Exception {
    Path image = pages.image("--add", "bash,ls");
    Path page = pages.page(image);
    Chromium.Visit visit = chromium.visit(page);
    String bytes = Files.readString(page);
    assertThat(Files.readString(pages.page(image))).isEqualTo(bytes);
    assertThat(visit.console()).isEmpty();
    everyLinkLeadsSomewhereInThePage(visit.dom());

    List<String> tiles = found(TILE, visit.dom(), 1, 2);
    assertThat(tiles).isEqualTo(tilesOf(parsed(page)));
    assertThat(tiles)
        .contains("program /usr/bin/bash " + size("/usr/bin/bash"))
        .contains("library " + LIBRARIES + "libc.so.6 " + size(LIBRARIES + "libc.so.6"));

    assertThat(new TreeSet<>(found(NODE, visit.dom(), 3).stream().map(this::firstLine).toList()))
        .isEqualTo(loadedAsLddSays("/usr/bin/bash", "/usr/bin/ls"));
    assertThat(found(NODE, visit.dom(), 2, 3).stream().map(this::firstLine))
        .contains("program /usr/bin/bash", "library " + LIBRARIES + "libc.so.6");
  }

  private String firstLine(String text) {
    return text.lines().findFirst().orElseThrow();
  }

  private static String size(String file) throws IOException {
    long bytes = Files.size(Path.of(file).toRealPath());
    assertThat(bytes).isBetween(1_000_000L, 9_949_999L);
    return String.format("%.1f MB", Math.floor(bytes / 1e5 + .5) / 10);
  }

  private Set<String> loadedAsLddSays(String... programs) throws IOException {
    ForeignTool tool = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    TreeSet<String> loaded = new TreeSet<>(List.of(programs));
    for (String program : programs) {
      for (String path : found(Pattern.compile("(/\\S+) \\(0x"), tool.run("ldd", program), 1)) {
        loaded.add(Path.of(path).toRealPath().toString());
      }
    }
    return loaded;
  }

  private Path hostileTree() throws IOException {
    Path root = work.resolve("root");
    assertThat(Invocation.of("rootfs", "-q", "--add", "true", "--format", "dir", "-o", "" + root))
        .isEqualTo(new Invocation(0, "", ""));
    Path bin = root.resolve("usr/bin");
    String onError = "<img src=x onerror=document.title=1>";
    Files.writeString(bin.resolve("<script>document.title=2<"), "x".repeat(50_000));
    Files.writeString(bin.resolve(onError), "x".repeat(60_000));
    Files.writeString(bin.resolve("\"quote' &lt; \u0001\u001b[31m\n\u202ertl"), "x".repeat(70_000));
    executable(
        bin.resolve("<b>\"onload=\"document.title=3"),
        ElfBuilder.program("/lib64/ld-linux-x86-64.so.2").needs("liba.so", "<i>gone.so").build());
    Path lib = root.resolve(LIBRARIES.substring(1));
    executable(lib.resolve("liba.so"), ElfBuilder.sharedObject().needs("libb.so").build());
    executable(lib.resolve("libb.so"), ElfBuilder.sharedObject().needs("liba.so").build());
    executable(bin.resolve("damaged"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    return root;
  }

  @Test
  void namesOfAHostileImageAreTextAndNothingRunsOrLeaves() throws Exception {
    String markUp = "\"><img src=\"" + url() + "\"><b c=\"><script>document.title=4</script>";
    Path page =
        pages.page(
            pages.image(
                "--copy",
                hostileTree() + ":/",
                "--label",
                "key=" + markUp,
                "--env",
                "VARIABLE=" + markUp,
                "--cmd",
                markUp));
    Chromium.Visit visit = chromium.visit(page);
    assertThat(visit.console()).isEmpty();
    assertThat(requests).hasValue(0);
    assertThat(found(Pattern.compile("<title>([^<]*)</title>"), visit.dom(), 1).get(0))
        .isEqualTo("image.tar");
    everyLinkLeadsSomewhereInThePage(visit.dom());

    List<String> tiles = found(TILE, visit.dom(), 1, 2);
    assertThat(tiles).isEqualTo(tilesOf(parsed(page)));
    assertThat(tiles)
        .contains(
            "file /usr/bin/<script>document.title=2< 50.0 kB",
            "file /usr/bin/<img src=x onerror=document.title=1> 60.0 kB",
            "file /usr/bin/\"quote' &lt; \\x01\\x1b[31m\\x0a\u202ertl 70.0 kB");
    assertThat(found(NODE, visit.dom(), 2, 3))
        .contains(
            "library "
                + LIBRARIES
                + "liba.so\nneeds libb.so\nneeded by <b>\"onload=\"document.title=3, libb.so",
            "library " + LIBRARIES + "libb.so\nneeds liba.so\nneeded by liba.so",
            "missing <i>gone.so is not there\nneeded by <b>\"onload=\"document.title=3");
    assertThat(visit.dom()).contains("<li>/usr/bin/damaged ", "class=\"edge e", " turned\"");
  }

  @Test
  void aHoleInTheQuotingWouldRunAndLoadNothingEither() throws IOException {
    String attack = "<script>document.title='ran'</script><img src=\"" + url() + "\"/></body>";
    String sound = Files.readString(pages.page(pages.image("--add", "true")));
    Path page = work.resolve("attacked.html");
    Files.writeString(page, sound.replace("</body>", attack));
    Chromium.Visit held = chromium.visit(page);
    assertThat(held.dom()).contains("<title>image.tar</title>");
    assertThat(held.console())
        .hasSize(2)
        .allMatch(line -> line.contains("Content Security Policy"));
    assertThat(requests).hasValue(0);

    // Without the policy both happen: this test sees them.
    Files.writeString(
        page, sound.replaceAll("<meta http-equiv=[^>]*>", "").replace("</body>", attack));
    Chromium.Visit open = chromium.visit(page);
    assertThat(open.dom()).contains("<title>ran</title>");
    assertThat(open.console()).isEmpty();
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1200, false, ffffff, bdd5f5, bfe4d2",
    "1200, true, 14171b, 27497a, 235943",
    "400, false, ffffff, bdd5f5, bfe4d2",
  })
  void theDrawingsAreThereInLightAndDarkWideAndNarrow(
      int width, boolean isDark, String back, String program, String library) throws IOException {
    Path page = pages.page(pages.image("--add", "bash,ls"));
    Map<Integer, Integer> colours = Chromium.colours(chromium.picture(page, width, 1600, isDark));
    assertThat(colours).hasSizeGreaterThan(100);
    int points = width * 1600;
    assertThat(colours.get(Integer.parseInt(back, 16))).isGreaterThan(points / 4);
    assertThat(colours.get(Integer.parseInt(program, 16))).isGreaterThan(points / 100);
    assertThat(colours.get(Integer.parseInt(library, 16))).isGreaterThan(points / 50);
  }

  @Test
  void anImageWithoutContentHasNoTreemap() throws Exception {
    Path empty = Files.createDirectory(work.resolve("empty"));
    Files.createFile(empty.resolve("nothing"));
    Path page = pages.page(empty);
    Chromium.Visit visit = chromium.visit(page);
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom())
        .contains("No file has any content.", "0 programs, 0 libraries, 0 scripts.")
        .doesNotContain("<svg");
    assertThat(parsed(page).getElementsByTagName("h2").getLength()).isEqualTo(3);
  }
}
