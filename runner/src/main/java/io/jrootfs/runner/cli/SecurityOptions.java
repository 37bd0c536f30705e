package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.seccomp.ProfileException;
import io.jrootfs.runner.seccomp.ProfileReader;
import io.jrootfs.runner.spec.SeccompChoice;
import io.jrootfs.runner.spec.SecurityOverrides;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the kernel is asked to refuse the container's processes. */
final class SecurityOptions {
  private static final String OPTION = "--security-opt";
  private static final String SECCOMP = "seccomp";
  private static final String NO_NEW_PRIVILEGES = "no-new-privileges";
  private static final String UNCONFINED = "unconfined";

  private final Options options;

  SecurityOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nSecurity:%n",
            list(
                "NAME=VALUE",
                "seccomp=FILE (a profile in JSON) or seccomp=unconfined; no-new-privileges=false lets"
                    + " set-user-ID programs work.",
                OPTION)));
  }

  /**
   * What was asked for.
   *
   * @throws UsageException if a name or value is none of those there are, or a name occurs twice
   * @throws ProfileException if a file is no seccomp profile
   */
  SecurityOverrides overrides() throws UsageException, ProfileException {
    Map<String, String> given = new LinkedHashMap<>();
    for (String option : options.values(OPTION)) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? withoutValue(name) : option.substring(equals + 1);
      if (!name.equals(SECCOMP) && !name.equals(NO_NEW_PRIVILEGES)) {
        throw new UsageException(
            "no security option is called '%s'; there are %s and %s"
                .formatted(name, SECCOMP, NO_NEW_PRIVILEGES));
      }
      if (given.put(name, value) != null) {
        throw new UsageException(
            "%s %s is given twice; leave one of them out".formatted(OPTION, name));
      }
    }
    return new SecurityOverrides(
        seccomp(given.get(SECCOMP)), noNewPrivileges(given.get(NO_NEW_PRIVILEGES)));
  }

  /** What a bare name means. */
  private static String withoutValue(String name) {
    return name.equals(NO_NEW_PRIVILEGES) ? "true" : "";
  }

  private static SeccompChoice seccomp(@Nullable String file)
      throws UsageException, ProfileException {
    if (file == null) {
      return SeccompChoice.DEFAULT;
    }
    if (file.isEmpty()) {
      throw new UsageException(OPTION + " seccomp needs a value, =FILE or =unconfined");
    }
    if (file.equals(UNCONFINED)) {
      return SeccompChoice.UNCONFINED;
    }
    try {
      ProfileReader.ReadProfile read = ProfileReader.read(Path.of(file));
      return new SeccompChoice.Profile(read.profile(), read.warnings());
    } catch (InvalidPathException e) {
      throw new UsageException("'" + file + "' is no file name: " + e.getReason());
    }
  }

  private static Optional<Boolean> noNewPrivileges(@Nullable String word) throws UsageException {
    if (word == null) {
      return Optional.empty();
    }
    if (!word.equals("true") && !word.equals("false")) {
      throw new UsageException(
          "%s %s=%s is neither true nor false".formatted(OPTION, NO_NEW_PRIVILEGES, word));
    }
    return Optional.of(word.equals("true"));
  }
}
