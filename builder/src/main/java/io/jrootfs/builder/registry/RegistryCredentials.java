package io.jrootfs.builder.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a user logged in with, where podman and docker put it: in a file, or with a helper program
 * that such a file names.
 *
 * @param credential name and password, if there are any for the registry
 * @param origin where they come from, or where they were looked for; for messages
 */
record RegistryCredentials(Optional<Credential> credential, String origin) {

  /**
   * The first there are.
   *
   * @param registry as users call it
   * @param environment says where the files are
   * @throws RegistryAccessException if a file is no such file
   */
  static RegistryCredentials find(String registry, ImmutableMap<String, String> environment)
      throws RegistryAccessException {
    List<String> remarks = new ArrayList<>();
    for (Path file : files(environment)) {
      if (!Files.isRegularFile(file)) {
        continue;
      }
      remarks.add(file.toString());
      Optional<Credential> credential = read(registry, file, remarks);
      if (credential.isPresent()) {
        return new RegistryCredentials(credential, file.toString());
      }
    }
    return new RegistryCredentials(
        Optional.empty(),
        remarks.isEmpty() ? "no file with credentials exists" : String.join(", ", remarks));
  }

  private static Optional<Credential> read(String registry, Path file, List<String> remarks)
      throws RegistryAccessException {
    try {
      return DockerConfigCredentialRetriever.create(registry, file)
          .retrieve(
              event -> {
                // A helper that fails; there may be something in the next file.
                if (event.getLevel() == LogEvent.Level.WARN) {
                  remarks.add(event.getMessage().strip());
                }
              });
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new RegistryAccessException(
          registry, "credentials in " + file + " cannot be read: " + message, e);
    }
  }

  /** In the order of containers-auth.json(5). */
  private static ImmutableList<Path> files(ImmutableMap<String, String> environment) {
    ImmutableList.Builder<Path> files = ImmutableList.builder();
    String chosen = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!chosen.isEmpty()) {
      return ImmutableList.of(Path.of(chosen));
    }
    addIn(files, environment.getOrDefault("XDG_RUNTIME_DIR", ""), "containers/auth.json");
    String home = environment.getOrDefault("HOME", "");
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    addIn(files, config, "containers/auth.json");
    if (config.isEmpty()) {
      addIn(files, home, ".config/containers/auth.json");
    }
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    addIn(files, docker, "config.json");
    if (docker.isEmpty()) {
      addIn(files, home, ".docker/config.json");
    }
    return files.build();
  }

  private static void addIn(ImmutableList.Builder<Path> files, String directory, String file) {
    if (!directory.isEmpty()) {
      files.add(Path.of(directory, file));
    }
  }
}
