package io.jrootfs.recipes;

/** A Java that tells what it is used for. */
final class LoggedJava {
  /**
   * Makes {@code jdk} of {@code $real} and has both programs take it: its program notes each call
   * in {@code calls} and, of all but the making of archives, what class comes from where in {@code
   * loaded}.
   */
  static final String SCRIPT =
      """
      self=$PWD
      mkdir -p jdk/bin
      cp "$real/release" jdk/
      cat >jdk/bin/java <<EOF
      #!/bin/sh
      case "\\$*" in
        *-Xshare:dump* | *-XX:AOTMode=record*) echo archive >>$self/calls ;;
        *-XX:AOTMode=create*) ;;
        *) echo start >>$self/calls ;;
      esac
      for word; do
        shift
        [ "\\$word" != -Xlog:disable ] || word=-Xlog:class+load:file=$self/loaded
        set -- "\\$@" "\\$word"
      done
      exec $real/bin/java "\\$@"
      EOF
      chmod +x jdk/bin/java
      export JBUILD_JAVA=$PWD/jdk JRUN_JAVA=$PWD/jdk JRUN_STATE_DIR=$PWD/state
      """;

  private LoggedJava() {}
}
