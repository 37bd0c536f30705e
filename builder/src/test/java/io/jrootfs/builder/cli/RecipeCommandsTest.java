package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recipes by way of the command line: what is built, what wins, what is refused, what is locked.
 */
class RecipeCommandsTest {
  @TempDir Path temporary;
  private Path work;
  private ImmutableMap<String, String> environment = ImmutableMap.of("PATH", "/usr/bin:/bin");

  private record Result(int status, String out, String err) {}

  @BeforeEach
  void resolveLinks() throws IOException {
    work = temporary.toRealPath();
  }

  private Result jbuild(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Jbuild.run(
            ImmutableList.copyOf(arguments),
            new Console(
                new PrintWriter(out),
                new PrintWriter(err),
                environment,
                /* errIsTerminal= */ false));
    return new Result(status, out.toString(), err.toString());
  }

  private String recipe(String text) throws IOException {
    return Files.writeString(work.resolve("recipe.yaml"), "recipe: 1\n" + text).toString();
  }

  private Result build(String recipe, String... more) {
    List<String> words = new ArrayList<>(List.of("rootfs", "--recipe", recipe));
    words.addAll(List.of(more));
    if (!words.contains("-o")) {
      words.addAll(List.of("-o", work.resolve("image.tar").toString()));
    }
    return jbuild(words.toArray(new String[0]));
  }

  private Path tree(String recipe) throws IOException {
    Path root = work.resolve("root");
    Result result = build(recipe, "--format", "dir", "-o", root.toString());
    assertThat(result.status()).as(result.err()).isZero();
    return root;
  }

  private Image image() throws Exception {
    return ImageReader.open(work.resolve("image.tar"), ImageSelection.forThisMachine(), work);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private String stat(Path file) throws Exception {
    return output("stat", "--format=%a %u:%g %F", file.toString()).strip();
  }

  /** All that such a path is part of: files, their closure, a root, a part. */
  @Test
  void aPathThatBeginsWithADotIsTheSamePath() throws Exception {
    Files.createDirectories(work.resolve("app"));
    Files.copy(Path.of("/bin/ls"), work.resolve("app/ls"));
    Files.createDirectories(work.resolve("parts/data"));
    Files.writeString(work.resolve("parts/data/file"), "data");
    List<String> told = new ArrayList<>();
    for (String dot : List.of("", "./", ".//./")) {
      Files.writeString(
          work.resolve("parts/part.yaml"),
          """
          recipe: 1
          contents:
            files:
              - { from: %sdata, to: /data }
          """
              .formatted(dot));
      String recipe =
          recipe(
              """
          include: [%1$sparts/part.yaml]
          contents:
            files:
              - { from: %1$sapp, to: /srv/app, closure: true }
              - { from: %1$sapp/, to: /srv/again }
          """
                  .formatted(dot));
      Result explained = build(recipe, "--explain");
      assertThat(explained.status()).as(explained.err()).isZero();
      told.add(explained.out());
      Result built = build(recipe, "-q", "--print-digest");
      assertThat(built.status()).as(built.err()).isZero();
      told.add(built.out());
    }
    assertThat(told.get(0)).contains(work + "/app => /srv/app [copied]\n", "libc.so.6");
    assertThat(told.subList(2, 4)).isEqualTo(told.subList(0, 2));
    assertThat(told.subList(4, 6)).isEqualTo(told.subList(0, 2));
  }

  @Test
  void pathsTextsAndAccountsAreMadeAsTheRecipeSays() throws Exception {
    Path root =
        tree(
            recipe(
                """
                contents:
                  binaries: [cat]
                  files:
                    - { text: "secret\\n", to: /etc/key, mode: "0600", owner: app }
                paths:
                  - { path: /data, type: directory, mode: "2770", owner: "5:6" }
                  - { path: /bin/sh, type: symlink, target: cat }
                  - { path: /bin/cat, capabilities: cap_net_raw+ep, mode: "0711" }
                  - { path: /var/log/app, type: file, owner: app }
                accounts:
                  users:
                    - { name: app, uid: 10001, gid: 10002, home: /home/app, shell: /bin/cat }
                  groups:
                    - { name: staff, gid: 10002, members: [nobody] }
                """));
    assertThat(stat(root.resolve("etc/key"))).isEqualTo("600 10001:10002 regular file");
    assertThat(root.resolve("etc/key")).hasContent("secret\n");
    assertThat(stat(root.resolve("data"))).isEqualTo("2770 5:6 directory");
    assertThat(stat(root.resolve("home/app"))).isEqualTo("755 10001:10002 directory");
    assertThat(stat(root.resolve("var/log/app"))).isEqualTo("644 10001:10002 regular empty file");
    assertThat(stat(root.resolve("etc/shadow"))).isEqualTo("600 0:0 regular file");
    assertThat(Files.readSymbolicLink(root.resolve("usr/bin/sh"))).hasToString("cat");
    assertThat(stat(root.resolve("usr/bin/cat"))).isEqualTo("711 0:0 regular file");
    assertThat(output("getcap", root.resolve("usr/bin/cat").toString())).contains("cap_net_raw=ep");
    assertThat(output("chroot", root.toString(), "cat", "/etc/passwd"))
        .startsWith("root:x:0:0:root:/root:")
        .endsWith("app:x:10001:10002::/home/app:/bin/cat\n");
    assertThat(root.resolve("etc/group")).content().endsWith("staff:x:10002:nobody\n");
  }

  @Test
  void filesBesideTheRecipeBelongToRootWhoeverHasThem() throws Exception {
    Path tree = Files.createDirectories(work.resolve("tree/bin"));
    Files.writeString(tree.resolve("run"), "#!/bin/sh\n");
    Files.writeString(work.resolve("tree/data"), "x");
    output("chmod", "-R", "go-rwx", work.resolve("tree").toString());
    output("chmod", "u+x", tree.resolve("run").toString());
    output("chown", "-R", "123:456", work.resolve("tree").toString());

    output("touch", "-d", "@77777", work.resolve("tree/data").toString());

    Path root =
        tree(recipe("source-date-epoch: 99999\ncontents: { files: [{ from: tree, to: /srv }] }"));

    assertThat(output("stat", "--format=%Y", root.resolve("srv/data").toString()))
        .isEqualTo("99999\n");
    assertThat(stat(root.resolve("srv/bin"))).isEqualTo("755 0:0 directory");
    assertThat(stat(root.resolve("srv/bin/run"))).isEqualTo("755 0:0 regular file");
    assertThat(stat(root.resolve("srv/data"))).isEqualTo("644 0:0 regular file");
  }

  @Test
  void aTreeThatIsLaidOverTheRootChangesNothingElse() throws Exception {
    Path tree = Files.createDirectories(work.resolve("over/etc"));
    Files.writeString(tree.resolve("own"), "x");
    output("chown", "-R", "123:456", work.resolve("over").toString());

    Path root =
        tree(
            recipe(
                """
                contents:
                  binaries: [ls]
                  files:
                    - { from: over, to: / }
                    - { from: /etc/host.conf, owner: "7:8", mode: "0600" }
                    - { text: x, to: /etc/secret, mode: "0400", owner: "5:6" }
                paths: [{ path: /usr/bin/ls, mode: "4711" }]
                """));

    assertThat(stat(root.resolve("etc/own"))).isEqualTo("644 0:0 regular file");
    assertThat(stat(root.resolve("etc/host.conf"))).isEqualTo("600 7:8 regular file");
    assertThat(stat(root.resolve("etc"))).isEqualTo("755 0:0 directory");
    assertThat(stat(root.resolve("etc/secret"))).isEqualTo("400 5:6 regular file");
    assertThat(stat(root.resolve("tmp"))).isEqualTo("1777 0:0 directory");
    assertThat(stat(root.resolve("usr/bin/ls"))).isEqualTo("4711 0:0 regular file");
  }

  @Test
  void aTreeBesideTheRecipeBringsWhatItsProgramsLoad() throws Exception {
    Files.createDirectory(work.resolve("tree"));
    Files.copy(Path.of("/usr/sbin/getcap"), work.resolve("tree/mine"));
    Path root = tree(recipe("contents: { files: [{ from: tree, to: /opt, closure: true }] }"));
    assertThat(output("chroot", root.toString(), "/opt/mine", "/opt/mine")).isEmpty();
  }

  @Test
  void whatAProgramOpensIsResolvedLikeWhatItNeeds() throws Exception {
    Path root = tree(recipe("contents: { binaries: [{ path: cat, dlopen: [libcap.so.2] }] }"));
    assertThat(output("find", root.toString(), "-name", "libcap.so.2*")).contains("libcap.so.2");

    Result missing =
        build(recipe("contents: { binaries: [{ path: cat, dlopen: [libnone.so.7] }] }"));
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("libnone.so.7, needed by /usr/bin/cat, was not found");
  }

  @Test
  void theCommandLineWinsAndAdds() throws Exception {
    String recipe =
        recipe(
            """
            name: example/recipe:1
            source-date-epoch: 86400
            contents:
              binaries: [cat]
              files:
                - { text: "recipe", to: /etc/motd }
            image:
              entrypoint: [/usr/bin/cat]
              cmd: [/etc/motd]
              env: { A: recipe, B: recipe }
              user: nobody
              labels: { from: recipe }
            output: { compression: none }
            """);
    assertThat(build(recipe).status()).isZero();
    assertThat(image().config().entrypoint()).containsExactly("/usr/bin/cat");
    assertThat(image().config().cmd()).containsExactly("/etc/motd");
    assertThat(image().config().user()).isEqualTo("nobody");
    String raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    assertThat(raw)
        .contains("docker.io/example/recipe:1")
        .contains("\"created\":\"1970-01-02T00:00:00Z\"");

    Path motd = Files.writeString(work.resolve("motd"), "command line");
    Result result =
        build(
            recipe,
            "--add",
            "true",
            "--copy",
            motd + ":/etc/motd",
            "-t",
            "example/other:2",
            "--source-date-epoch",
            "0",
            "--entrypoint",
            "/usr/bin/true",
            "-e",
            "A=mine",
            "-u",
            "app",
            "--label",
            "to=image",
            "--compress",
            "gzip",
            "--annotation",
            "k=v");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(image().config().entrypoint()).containsExactly("/usr/bin/true");
    assertThat(image().config().cmd()).isEmpty();
    assertThat(image().config().env()).contains("A=mine", "B=recipe");
    assertThat(image().config().user()).isEqualTo("app");
    assertThat(image().config().labels())
        .containsEntry("from", "recipe")
        .containsEntry("to", "image");
    raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    assertThat(raw)
        .contains("docker.io/example/other:2")
        .contains("\"created\":\"1970-01-01T00:00:00Z\"")
        .contains("\"annotations\":{\"k\":\"v\"}");
    Result listed = build(recipe, "--copy", motd + ":/etc/motd", "--dry-run", "--add", "true");
    assertThat(listed.out())
        .contains("/usr/bin/cat", "/usr/bin/true")
        .containsPattern(" 12 .*/etc/motd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "platforms: [linux/s390x]|is for linux/s390x, but its programs are for linux/amd64",
        "contents: { debian: { suite: bookworm, trim: [docs] } }|'trim' takes docs and locales"
            + " together or neither",
        "contents: { binaries: [/usr/lib/nonesuch/*.so] }|matches /usr/lib/nonesuch/*.so",
        "contents: { files: [{ from: '/etc/pass*d', to: /x }, { from: /etc/gr*, to: /y }] }|which"
            + " cannot all become /y; leave out 'to'",
        "paths: [{ path: /nonesuch, mode: '0600' }]|is to change it, but it is not in the image",
        "{ contents: { files: [{ text: x, to: /etc/passwd }] }, accounts: { users: [{ name: app,"
            + " uid: 1 }] } }|/etc/passwd: file from the accounts of the recipe cannot replace",
        "contents: { features: [libgcc] }|feature 'libgcc': it is for programs with the GNU C library",
        "contents: { features: ['tzdata:Nowhere/Land'] }|Nowhere/Land is no time zone",
        "contents: { binaries: [nonesuch-program] }|nonesuch-program",
      })
  void whatCannotBeBuiltIsTheRequestsFault(String text, String fault) throws IOException {
    String joined = text.startsWith("{") ? text.substring(1, text.lastIndexOf('}')) : text;
    String file =
        Files.writeString(work.resolve("recipe.yaml"), "{ recipe: 1, " + joined + " }").toString();
    Result result = build(file);
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains(fault).hasLineCount(1);
    assertThat(work.resolve("image.tar")).doesNotExist();
  }

  @Test
  void aMistakeHasItsPlaceAndIsTheRequestsFault() throws IOException {
    String recipe = recipe("contens: {}\n");
    assertThat(build(recipe))
        .isEqualTo(
            new Result(
                1,
                "",
                "jbuild rootfs: "
                    + recipe
                    + ":2:1: unknown key 'contens' in a recipe; did you mean 'contents'?\n"
                    + "  contens: {}\n"
                    + "  ^\n"));
  }

  @Test
  void theDateIsThatOfTheCommitOrOfTheEnvironment() throws Exception {
    String recipe = recipe("source-date-epoch: git\ncontents: { binaries: ['true'] }\n");
    assertThat(build(recipe).status()).isEqualTo(3);
    output("git", "-C", work.toString(), "init", "-q");
    output("git", "-C", work.toString(), "add", "recipe.yaml");
    output(
        "env",
        "GIT_COMMITTER_DATE=1234567890 +0000",
        "git",
        "-C",
        work.toString(),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "commit",
        "-q",
        "-m",
        "a");
    assertThat(build(recipe).status()).isZero();
    assertThat(created()).isEqualTo("2009-02-13T23:31:30Z");

    recipe = recipe("source-date-epoch: env\ncontents: { binaries: ['true'] }\n");
    Result unset = build(recipe);
    assertThat(unset.status()).isEqualTo(2);
    assertThat(unset.err()).contains("SOURCE_DATE_EPOCH, which is not set");
    environment = ImmutableMap.of("PATH", "/usr/bin", "SOURCE_DATE_EPOCH", "86400");
    assertThat(build(recipe).status()).isZero();
    assertThat(created()).isEqualTo("1970-01-02T00:00:00Z");
  }

  private String created() throws IOException {
    String raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    int at = raw.indexOf("\"created\":\"") + "\"created\":\"".length();
    return raw.substring(at, raw.indexOf('"', at));
  }

  @Test
  void aLockHoldsUntilSomethingDrifts() throws Exception {
    Path text = Files.writeString(work.resolve("words"), "one");
    String recipe =
        recipe("contents: { binaries: ['true'], files: [{ from: words, to: /words }] }\n");
    Result unlocked = build(recipe, "--locked");
    assertThat(unlocked.status()).isEqualTo(1);
    assertThat(unlocked.err()).contains("recipe.lock: there is no such lock");

    assertThat(jbuild("lock", recipe)).isEqualTo(new Result(0, "", ""));
    String sum = output("sha256sum", "/usr/bin/true").substring(0, 64);
    assertThat(work.resolve("recipe.lock"))
        .content()
        .contains("/usr/bin/true: \"sha256:" + sum + "\"")
        .contains("compressor: \"gzip, zlib level 6 in 128 KiB blocks\"")
        .contains("/bin: \"-> usr/bin\"");
    assertThat(build(recipe, "--locked", "--offline").status()).isZero();

    Files.writeString(text, "two");
    assertDrift(build(recipe, "--locked"), "/words is sha256:");
    Files.writeString(text, "one");
    assertDrift(build(recipe, "--locked", "--add", "false"), "/usr/bin/false is new");
    assertDrift(build(recipe, "--locked", "--compress", "none"), "the compressor is uncompressed");
    assertDrift(build(recipe, "--locked", "--source-date-epoch", "9"), "the date is 9, not 0");
    output("chmod", "+x", text.toString());
    assertDrift(build(recipe, "--locked"), "owners, modes, dates or directories differ");
    output("chmod", "-x", text.toString());
    assertThat(build(recipe, "--locked").status()).isZero();
    Files.writeString(
        Path.of(recipe), Files.readString(Path.of(recipe)) + "image: { user: nobody }\n");
    assertDrift(build(recipe, "--locked"), "the recipe has changed");
  }

  /** A back end that notes down what it is told, and makes a system for that. */
  private Path fakeMmdebstrap() throws IOException {
    Path programs = Files.createDirectory(work.resolve("programs"));
    Path told = work.resolve("told");
    Path program = programs.resolve("mmdebstrap");
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%s\\n' "$@" >TOLD
        system=$(mktemp -d) && mkdir -p "$system/var/lib/dpkg" "$system/bin"
        printf 'Package: dpkg\\nArchitecture: i386\\n' >"$system/var/lib/dpkg/status"
        tar -C "$system" -c .
        """
            .replace("TOLD", told.toString()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    environment =
        ImmutableMap.of(
            "PATH",
            programs + ":/usr/bin:/bin",
            "TMPDIR",
            work.toString(),
            "JBUILD_CACHE_DIR",
            work.resolve("cache").toString());
    return told;
  }

  @Test
  void theRecipesPlatformIsTheOneOfItsDebianSystem() throws Exception {
    Path told = fakeMmdebstrap();
    String debian = "contents: { debian: { suite: sid, keyring: k.gpg, tool: mmdebstrap } }\n";
    Files.createFile(work.resolve("k.gpg"));
    Result built = build(recipe("platforms: [linux/386, linux/arm64]\n" + debian));
    assertThat(built.status()).as(built.err()).isZero();
    assertThat(told)
        .content()
        .contains("--architectures=i386\n", "--keyring=" + work.resolve("k.gpg") + "\n");
    String raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    assertThat(raw).contains("\"architecture\":\"386\"");

    Result refused = build(recipe("platforms: [linux/amd64]\n" + debian));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("is for linux/amd64, but its programs are for linux/386");
    assertThat(told).content().doesNotContain("--architectures");

    assertThat(build(recipe(debian), "--platform", "linux/386").status()).isZero();
    assertThat(told).content().contains("--architectures=i386\n");
  }

  @Test
  void featuresOfADebianSystemAreItsPackages() throws Exception {
    Path told = fakeMmdebstrap();
    String debian = "debian: { suite: sid, packages: [less], tool: mmdebstrap }";
    Result built =
        build(
            recipe("contents: { " + debian + ", features: [nss, tzdata] }\n"),
            "--with",
            "ca-certificates,locale:C.UTF-8,terminfo:screen");
    assertThat(built.status()).as(built.err()).isZero();
    assertThat(told).content().contains("--include=less,tzdata,ca-certificates,ncurses-term\n");

    Result refused = build(recipe("contents: { " + debian + ", features: [gconv] }\n"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("feature 'gconv'", "--include").hasLineCount(1);

    Result zone = build(recipe("contents: { " + debian + ", features: ['tzdata:Asia/Tokyo'] }\n"));
    assertThat(zone.status()).isEqualTo(1);
    assertThat(zone.err()).contains("tzdata:Asia/Tokyo", "-e TZ=Asia/Tokyo").hasLineCount(1);
  }

  @Test
  void aRecipeCanLeaveOutThePackagesOfItsFilesAndTheCommandLineWins() throws Exception {
    String cat = "contents: { binaries: [cat]%s }\n";
    assertThat(packages(cat.formatted(""))).contains("Package: coreutils\n");
    assertThat(packages(cat.formatted(", package-metadata: true")))
        .contains("Package: coreutils\n");
    assertThat(packages(cat.formatted(", package-metadata: false"))).isEmpty();
    assertThat(packages(cat.formatted(", package-metadata: false"), "--package-metadata"))
        .contains("Package: coreutils\n");
    assertThat(packages(cat.formatted(", package-metadata: true"), "--no-package-metadata"))
        .isEmpty();
  }

  /** What an image of such a recipe says of coreutils; empty if it says nothing of packages. */
  private String packages(String recipe, String... options) throws Exception {
    Path tar = work.resolve("root.tar");
    List<String> words = new ArrayList<>(List.of("--format", "rootfs", "-o", tar.toString()));
    words.addAll(List.of(options));
    Result built = build(recipe(recipe), words.toArray(String[]::new));
    assertThat(built.status()).as(built.err()).isZero();
    return output("tar", "-tf", tar.toString()).contains("/dpkg/")
        ? output("tar", "-xOf", tar.toString(), "var/lib/dpkg/status.d/coreutils")
        : "";
  }

  private static void assertDrift(Result result, String what) {
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).hasLineCount(1).contains("recipe.lock").contains(what);
  }

  @Test
  void aLockThatIsNoneIsRefused() throws IOException {
    String recipe = recipe("contents: { binaries: ['true'] }\n");
    Files.writeString(work.resolve("recipe.lock"), "lock: 7\nfiles: {}\n");
    Result result = build(recipe, "--locked");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("is no lock that this jbuild knows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rootfs --add ls --set a=b|--set and --locked are about a recipe; give --recipe",
        "rootfs --add ls --locked|--set and --locked are about a recipe; give --recipe",
        "rootfs --recipe x.yaml --offline|--offline goes with --locked",
        "rootfs --with nonesuch|--with: unknown feature 'nonesuch'; there are nss,",
        "rootfs --with tzdat|--with: unknown feature 'tzdat'; did you mean 'tzdata'?",
        "rootfs --add ls --expose http|--expose: 'http' is not like 80 or 53/udp",
        "rootfs --add ls -w here|--workdir: not an absolute path: here",
        "rootfs --add ls --volume data|--volume: not an absolute path: data",
        "rootfs --add ls -e =x|--env: a variable needs a name",
        "explain|give the file name of a RECIPE",
        "lock|give the file name of a RECIPE",
        "test|give the file name of a RECIPE or an IMAGE",
        "test --set a=b image.tar|--set is about a recipe; give --recipe",
        "test --allow-setuid x.yaml|--allow-setuid goes with an IMAGE alone",
      })
  void wrongUseIsSaidInOneLine(String words, String problem) {
    Result result = jbuild(words.split(" "));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(problem).hasLineCount(1);
  }
}
