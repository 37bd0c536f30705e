package io.jrootfs.runner.spec;

import io.jrootfs.runner.cgroup.Limits;
import io.jrootfs.runner.network.NameSettings;

/**
 * What the user wants otherwise than the image says.
 *
 * @param process what runs, and as whom
 * @param filesystem what it sees as its files
 * @param namespaces what it shares with the host
 * @param security what the kernel is to refuse it
 * @param limits how much of the machine it may have
 * @param names how it finds names
 */
public record Overrides(
    ProcessOverrides process,
    FilesystemOverrides filesystem,
    NamespaceOverrides namespaces,
    SecurityOverrides security,
    Limits limits,
    NameSettings names) {

  /** With names as the image has them. */
  public Overrides(
      ProcessOverrides process,
      FilesystemOverrides filesystem,
      NamespaceOverrides namespaces,
      SecurityOverrides security,
      Limits limits) {
    this(process, filesystem, namespaces, security, limits, NameSettings.NONE);
  }

  /** Run the image as it is. */
  public static final Overrides NONE =
      new Overrides(
          ProcessOverrides.NONE,
          FilesystemOverrides.NONE,
          NamespaceOverrides.NONE,
          SecurityOverrides.NONE,
          Limits.NONE);

  public Overrides withProcess(ProcessOverrides newProcess) {
    return new Overrides(newProcess, filesystem, namespaces, security, limits, names);
  }

  public Overrides withFilesystem(FilesystemOverrides newFilesystem) {
    return new Overrides(process, newFilesystem, namespaces, security, limits, names);
  }
}
