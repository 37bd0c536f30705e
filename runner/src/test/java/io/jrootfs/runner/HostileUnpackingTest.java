package io.jrootfs.runner;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same images, unpacked where they would be mounted by an index. */
class HostileUnpackingTest extends HostileImageTest {
  @BeforeAll
  static void unpack() {
    unpacking = "--unpack=always";
  }

  @AfterAll
  static void doNot() {
    unpacking = "--unpack=auto";
  }
}
