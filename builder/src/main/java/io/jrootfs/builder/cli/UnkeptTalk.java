package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import io.jrootfs.builder.rootfs.UnkeptAttribute;

/**
 * Says which attributes of files an image has not; a line each, on standard error. That of labels,
 * which all files have on some machines, only to who wants to be told more.
 */
final class UnkeptTalk {
  private UnkeptTalk() {}

  /**
   * @param unkept by the attribute's name
   */
  static void say(ImmutableList<Omission> unkept, TalkOptions talk, Console console) {
    for (Omission omission : unkept) {
      UnkeptAttribute kind = UnkeptAttribute.of(omission.what()).orElseThrow();
      if (!kind.isLabel() || talk.isVerbose()) {
        talk.warn("left out: " + kind.sentence(omission), console);
      }
    }
  }
}
