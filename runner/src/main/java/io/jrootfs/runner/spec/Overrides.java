package io.jrootfs.runner.spec;

import io.jrootfs.runner.cgroup.Limits;

/**
 * What the user wants otherwise than the image says.
 *
 * @param process what runs, and as whom
 * @param filesystem what it sees as its files
 * @param namespaces what it shares with the host
 * @param limits how much of the machine it may have
 */
public record Overrides(
    ProcessOverrides process,
    FilesystemOverrides filesystem,
    NamespaceOverrides namespaces,
    Limits limits) {

  /** Run the image as it is. */
  public static final Overrides NONE =
      new Overrides(
          ProcessOverrides.NONE, FilesystemOverrides.NONE, NamespaceOverrides.NONE, Limits.NONE);

  public Overrides withFilesystem(FilesystemOverrides newFilesystem) {
    return new Overrides(process, newFilesystem, namespaces, limits);
  }
}
