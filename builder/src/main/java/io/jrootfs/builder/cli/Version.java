package io.jrootfs.builder.cli;

import picocli.CommandLine.IVersionProvider;

/** The lines of {@code --version}. */
final class Version implements IVersionProvider {
  /** Of the program; outside of its package it has none. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "jbuild " + number(),
      "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.home") + ")",
      System.getProperty("os.name") + " " + System.getProperty("os.version")
    };
  }
}
