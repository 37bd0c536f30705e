package io.jrootfs.runner;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same images, mounted by an index, as larger ones are. */
class HostileIndexedImageTest extends HostileImageTest {
  @BeforeAll
  static void mount() {
    unpacking = "--unpack=never";
  }

  @AfterAll
  static void doNot() {
    unpacking = "--unpack=auto";
  }
}
