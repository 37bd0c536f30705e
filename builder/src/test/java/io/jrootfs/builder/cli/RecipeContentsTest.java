package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a recipe says is in the image, and what of the command line wins. */
class RecipeContentsTest extends RecipeCommands {
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
      Invocation explained = build(recipe, "--explain");
      assertThat(explained.status()).as(explained.err()).isZero();
      told.add(explained.out());
      Invocation built = build(recipe, "-q", "--print-digest");
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

    Invocation missing =
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
    Invocation result =
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
            "nobody",
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
    assertThat(image().config().user()).isEqualTo("nobody");
    assertThat(image().config().labels())
        .containsEntry("from", "recipe")
        .containsEntry("to", "image");
    raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    assertThat(raw)
        .contains("docker.io/example/other:2")
        .contains("\"created\":\"1970-01-01T00:00:00Z\"")
        .contains("\"annotations\":{\"k\":\"v\"}");
    Invocation listed = build(recipe, "--copy", motd + ":/etc/motd", "--dry-run", "--add", "true");
    assertThat(listed.out())
        .contains("/usr/bin/cat", "/usr/bin/true")
        .containsPattern(" 12 .*/etc/motd");
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
    Invocation built = build(recipe(recipe), words.toArray(String[]::new));
    assertThat(built.status()).as(built.err()).isZero();
    return output("tar", "-tf", tar.toString()).contains("/dpkg/")
        ? output("tar", "-xOf", tar.toString(), "var/lib/dpkg/status.d/coreutils")
        : "";
  }
}
