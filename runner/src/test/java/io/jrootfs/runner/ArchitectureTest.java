package io.jrootfs.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The package table of ARCHITECTURE.md, executed. */
class ArchitectureTest {
  private static final String ROOT = "io.jrootfs.runner";
  private static final String BUILDER = "io.jrootfs.builder";

  /** Package to the runner's packages it may import; {@code cli} and the root may import all. */
  private static final ImmutableListMultimap<String, String> MAY_IMPORT =
      ImmutableListMultimap.<String, String>builder()
          .putAll("namespace", "argument")
          .putAll("bundle", "namespace", "erofs")
          .putAll(
              "spec",
              "argument",
              "namespace",
              "mount",
              "capability",
              "process",
              "seccomp",
              "cgroup",
              "network")
          .putAll("mount", "argument")
          .putAll("cgroup", "argument")
          .putAll("state", "argument", "cgroup")
          .putAll(
              "plan",
              "state",
              "namespace",
              "mount",
              "capability",
              "process",
              "seccomp",
              "cgroup",
              "network",
              "spec",
              "bundle")
          .putAll("replay", "plan", "bundle", "cgroup")
          .build();

  /** Package to the builder's packages it may import. The root passes on what they throw. */
  private static final ImmutableListMultimap<String, String> MAY_IMPORT_OF_BUILDER =
      ImmutableListMultimap.<String, String>builder()
          .putAll("argument", "closure")
          .putAll("bundle", "rootfs", "tar", "image", "posix")
          .putAll("erofs", "rootfs")
          .putAll("spec", "image")
          .putAll("plan", "image", "text")
          .putAll("cgroup", "text")
          .putAll("state", "console")
          .putAll("", "image")
          .putAll("cli", "closure", "console", "image", "option", "text")
          .build();

  private static final ImmutableSet<String> PACKAGES =
      ImmutableSet.of(
          "argument",
          "bundle",
          "erofs",
          "namespace",
          "mount",
          "network",
          "capability",
          "seccomp",
          "process",
          "cgroup",
          "spec",
          "state",
          "plan",
          "replay",
          "cli");

  /** Library package to the only packages of ours that may import it. */
  private static final ImmutableMap<String, String> CONFINED = ImmutableMap.of("picocli..", "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageStandsInTheTable() {
    TreeSet<String> found = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      found.add(packageOf(type, ROOT));
    }
    found.remove("");
    assertThat(found).containsExactlyInAnyOrderElementsOf(PACKAGES);
  }

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    Map<String, String> offences = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      String from = packageOf(type, ROOT);
      if (from.isEmpty() || from.equals("cli")) {
        continue;
      }
      List<String> allowed = MAY_IMPORT.get(from);
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(ROOT))
          .filter(target -> !packageOf(target, ROOT).equals(from))
          .filter(target -> !allowed.contains(packageOf(target, ROOT)))
          .forEach(target -> offences.put(type.getName(), target.getName()));
    }
    assertThat(offences).isEmpty();
  }

  @Test
  void builderIsUsedForItsImageVocabularyOnly() {
    Map<String, String> offences = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      List<String> allowed = MAY_IMPORT_OF_BUILDER.get(packageOf(type, ROOT));
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(BUILDER))
          .filter(target -> !allowed.contains(packageOf(target, BUILDER)))
          .forEach(target -> offences.put(type.getName(), target.getName()));
    }
    assertThat(offences).isEmpty();
  }

  @Test
  void librariesStayInTheirPackages() {
    CONFINED.forEach(
        (library, home) ->
            noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES));
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void nothingIsPrintedButByTheConsole() {
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }

  /** The part of the package's name behind the module's; empty for the module root. */
  private static String packageOf(JavaClass type, String root) {
    String name = type.getPackageName();
    return name.length() == root.length() ? "" : name.substring(root.length() + 1);
  }
}
