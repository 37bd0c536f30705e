package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import io.jrootfs.builder.rootfs.Printable;
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
      if (kind != UnkeptAttribute.LABEL || talk.isVerbose()) {
        talk.warn("left out: " + what(omission) + reason(kind), console);
      }
    }
  }

  private static String what(Omission omission) {
    int more = omission.count() - 1;
    return Printable.of(omission.what())
        + " of "
        + omission.first()
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String reason(UnkeptAttribute kind) {
    return switch (kind) {
      case LABEL -> ", which is about this machine and not about the file";
      case SERVER_ACL ->
          ", access control lists of a file server, which no image can keep; permission bits are"
              + " kept, and so are the lists that setfacl makes on a disk of this machine";
    };
  }
}
