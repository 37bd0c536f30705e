package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every recipe here builds, passes its own checks, and does what people want it for. */
class RecipeFilesTest {
  /** A base without programs; what it is for is tried below. */
  private static final ImmutableSet<String> WITHOUT_PROGRAMS =
      ImmutableSet.of("static-nonroot.yaml");

  /** In the comment at the beginning of a recipe, as people paste it. */
  private static final Pattern JLINK =
      Pattern.compile("^# +jlink (?:.*\\\\\n)*.*$", Pattern.MULTILINE);

  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.installedIn(work);
    bringRecipes(dist, work);
  }

  /** Beside the recipes a runtime is made, which does not belong into the sources. */
  static void bringRecipes(Dist dist, Path work) throws Exception {
    String sources = Path.of("").toAbsolutePath().toString();
    Dist.Result copied =
        dist.shell(
            work,
            "mkdir recipes; cd %s; cp -r *.yaml parts kubernetes %s/recipes/"
                .formatted(sources, work));
    assertThat(copied.status()).as(copied.err()).isZero();
  }

  static List<String> recipes() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(""))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".yaml")).sorted().toList();
    }
  }

  private String run(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  private void prepare(String recipe) throws Exception {
    prepare(dist, work, recipe);
  }

  /** Makes what a recipe says is to be made before it. */
  static void prepare(Dist dist, Path work, String recipe) throws Exception {
    Path file = work.resolve("recipes").resolve(recipe);
    Matcher jlink = JLINK.matcher(Files.readString(file));
    if (jlink.find()) {
      String command = jlink.group().replaceAll("(?m)^# +", "");
      Dist.Result made = dist.shell(work.resolve("recipes"), command);
      assertThat(made.status()).as(made.out() + made.err()).isZero();
    }
    if (recipe.equals("jbuild.yaml")) {
      Dist.Result copied = dist.shell(work, "cp -r moved recipes/jrootfs");
      assertThat(copied.status()).as(copied.err()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void buildsAndPassesItsChecks(String recipe) throws Exception {
    prepare(recipe);
    String report = run("jbuild test recipes/" + recipe);
    assertThat(report.lines()).hasSizeGreaterThan(3).allMatch(line -> line.startsWith("ok "));
    assertThat(report.lines().anyMatch(line -> line.matches("ok +(run|starts) .*")))
        .as("something is started")
        .isEqualTo(!WITHOUT_PROGRAMS.contains(recipe));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash-tools.yaml", "java.yaml", "static-nonroot.yaml"})
  void twoBuildsAreTheSameBytes(String recipe) throws Exception {
    prepare(recipe);
    run("jbuild rootfs --recipe recipes/" + recipe + " -o one.tar");
    run(
        "cp -r recipes again && umask 077 && cd / && jbuild rootfs --recipe "
            + work
            + "/again/"
            + recipe
            + " -o "
            + work
            + "/two.tar");
    run("cmp one.tar two.tar");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void isExplainedAsOneFileThatExplainsTheSame(String recipe) throws Exception {
    String explained = run("jbuild explain recipes/" + recipe + " | tee recipes/merged.yaml");
    assertThat(explained).startsWith("recipe: 1\n").doesNotContain("include:", "vars:");
    assertThat(run("jbuild explain recipes/merged.yaml"))
        .isEqualTo(explained.replaceAll("(?m)  # recipes/.*$", ""));
  }

  /**
   * Checked by a validator that knows nothing of our reader, which takes every scalar as a text.
   */
  private Dist.Result validate(String files) throws Exception {
    Files.writeString(
        work.resolve("validate.py"),
        """
        import json, sys, yaml, jsonschema
        validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
        validator.check_schema(validator.schema)
        for name in sys.argv[2:]:
            validator.validate(yaml.load(open(name), Loader=yaml.BaseLoader))
        """);
    Path here = Path.of("").toAbsolutePath();
    return dist.shell(
        work, "/usr/bin/python3 validate.py " + here + "/recipe.schema.json " + files);
  }

  @Test
  void theSchemaForEditorsAcceptsEveryRecipeAndEveryKey() throws Exception {
    String full = "../builder/src/test/resources/io/jrootfs/builder/recipe/good/full.yaml";
    Dist.Result result =
        validate("recipes/*.yaml recipes/parts/*.yaml " + Path.of(full).toAbsolutePath());
    assertThat(result.status()).as(result.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-key", "unknown-key-nested", "no-version", "text-for-list", "list-for-text",
        "file-of-both", "unknown-path-type", "check-of-nothing", "check-of-two", "debian-tool",
      })
  void theSchemaForEditorsRefusesMistakes(String mistake) throws Exception {
    String bad = "../builder/src/test/resources/io/jrootfs/builder/recipe/bad/";
    Dist.Result result = validate(Path.of(bad + mistake + ".yaml").toAbsolutePath().toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("jsonschema.exceptions.ValidationError");
  }

  @Test
  void staticNonrootRunsAProgramWithoutLibraries() throws Exception {
    assertThat(
            run(
                "jbuild rootfs --recipe recipes/static-nonroot.yaml --copy /bin/busybox:/busybox"
                    + " --entrypoint /busybox && jrun -e TZ=Asia/Tokyo image.tar"
                    + " sh -c 'id -un; id -u; date -d @0 +%H'"))
        .isEqualTo("app\n10001\n09\n");
  }

  @Test
  void javaRunsAProgramThatUsesItsModules() throws Exception {
    prepare("java.yaml");
    Files.writeString(
        work.resolve("Hello.java"),
        """
        class Hello {
          public static void main(String[] names) throws Exception {
            java.util.logging.Logger.getLogger("x").fine("quiet");
            System.out.println("hello " + names[0] + " from " + System.getProperty("user.name")
                + " at " + java.net.InetAddress.getByName("localhost").isLoopbackAddress());
          }
        }
        """);
    assertThat(
            run(
                "javac Hello.java && jbuild rootfs --recipe recipes/java.yaml && jrun -v"
                    + " $PWD/Hello.class:/app/Hello.class image.tar -cp /app Hello you"))
        .isEqualTo("hello you from app at true\n");
  }

  @Test
  void nginxServesASite() throws Exception {
    run("mkdir -m 1777 site && echo 'the site' >site/index.html");
    assertThat(
            run(
                """
                jbuild rootfs --recipe recipes/nginx.yaml --set port=18080
                jrun --network host -v $PWD/site:/srv:ro image.tar & server=$!
                curl -sS --retry 50 --retry-connrefused --retry-delay 1 http://127.0.0.1:18080/
                kill $server; wait $server || test $? = 143
                """))
        .isEqualTo("the site\n");
  }

  @Test
  void redisKeepsData() throws Exception {
    assertThat(
            run(
                """
                jbuild rootfs --recipe recipes/redis.yaml
                mkdir -m 1777 data
                jrun -v $PWD/data:/data image.tar /usr/bin/redis-server --dir /data --port 0 \
                  --unixsocket /data/redis.sock --unixsocketperm 777 >log & server=$!
                for i in $(seq 60); do test -S data/redis.sock && break; sleep 1; done
                jrun -v $PWD/data:/data image.tar redis-cli -s /data/redis.sock set fruit apple
                jrun -v $PWD/data:/data image.tar redis-cli -s /data/redis.sock get fruit
                jrun -v $PWD/data:/data image.tar redis-cli -s /data/redis.sock shutdown save
                wait $server
                test -s data/dump.rdb
                """))
        .isEqualTo("OK\napple\n");
  }
}
