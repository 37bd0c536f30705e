package io.jrootfs.builder;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The package table of ARCHITECTURE.md, executed. */
class ArchitectureTest {
  private static final String ROOT = "io.jrootfs.builder";

  /** Package to the packages it may import; {@code cli} and the module root may import all. */
  private static final ImmutableListMultimap<String, String> MAY_IMPORT =
      ImmutableListMultimap.<String, String>builder()
          .putAll("sysroot", "posix", "text")
          .putAll("dpkg", "rootfs", "sysroot")
          .putAll("elf", "text")
          .putAll("ldso", "elf", "sysroot", "text")
          .putAll("closure", "elf", "ldso", "sysroot", "text")
          .putAll("rootfs", "sysroot", "posix", "text")
          .putAll("trial", "recipe", "rootfs")
          .putAll("recipe", "closure", "feature", "image", "rootfs", "sysroot")
          .putAll("feature", "closure", "ldso", "rootfs", "sysroot")
          .putAll("debian", "dpkg", "elf", "sysroot", "rootfs", "image")
          .putAll("tar", "rootfs", "text")
          .putAll("image", "tar", "rootfs", "sysroot")
          .putAll("inspect", "closure", "dpkg", "image", "rootfs", "sysroot", "text")
          .putAll("sbom", "closure", "dpkg", "image", "rootfs", "sysroot")
          .putAll("registry", "image", "rootfs")
          .build();

  private static final ImmutableSet<String> PACKAGES =
      ImmutableSet.of(
          "text",
          "posix",
          "elf",
          "sysroot",
          "dpkg",
          "ldso",
          "closure",
          "rootfs",
          "feature",
          "tar",
          "image",
          "inspect",
          "registry",
          "sbom",
          "debian",
          "recipe",
          "trial",
          "option",
          "console",
          "cli");

  /** Library package to the only packages of ours that may import it. */
  private static final ImmutableSetMultimap<String, String> CONFINED =
      ImmutableSetMultimap.<String, String>builder()
          .putAll("picocli..", "option", "cli")
          .put("jnr..", "posix")
          .put("com.kenai.jffi..", "posix")
          .put("org.snakeyaml..", "recipe")
          .put("com.google.cloud.tools.jib..", "registry")
          .put("com.google.api.client..", "registry")
          .build();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageStandsInTheTable() {
    TreeSet<String> found = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      found.add(packageOf(type));
    }
    found.remove("");
    assertThat(found).containsExactlyInAnyOrderElementsOf(PACKAGES);
  }

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    Map<String, String> offences = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      String from = packageOf(type);
      if (from.isEmpty() || from.equals("cli")) {
        continue;
      }
      List<String> allowed = MAY_IMPORT.get(from);
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith(ROOT))
          .filter(target -> !packageOf(target).equals(from))
          .filter(target -> !allowed.contains(packageOf(target)))
          .forEach(target -> offences.put(type.getName(), target.getName()));
    }
    assertThat(offences).isEmpty();
  }

  @Test
  void librariesStayInTheirPackages() {
    CONFINED
        .asMap()
        .forEach(
            (library, homes) ->
                noClasses()
                    .that()
                    .resideOutsideOfPackages(
                        homes.stream().map(home -> ROOT + "." + home).toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(library)
                    .check(CLASSES));
  }

  /** Reading annotations by reflection took a third of a start. */
  @Test
  void noCommandIsDeclaredByAnnotations() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("picocli..").and(describe("are annotations", JavaClass::isAnnotation)))
        .check(CLASSES);
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
  void nothingWritesToTheStandardStreams() {
    noClasses().should(GeneralCodingRules.ACCESS_STANDARD_STREAMS).check(CLASSES);
  }

  /** The part of the package's name behind the module's; empty for the module root. */
  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.length() == ROOT.length() ? "" : name.substring(ROOT.length() + 1);
  }
}
