package io.jrootfs.builder.ldso;

import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Optional;

/** The rule by which a name became a file. Prints as the words {@code --explain} shows. */
public sealed interface FoundBy {
  /** The rule of the search itself, whatever started it. */
  default FoundBy rule() {
    return this;
  }

  /** The user asked for the program. */
  record Request() implements FoundBy {
    @Override
    public String toString() {
      return "requested";
    }
  }

  /** PT_INTERP of a program. */
  record ProgramInterpreter() implements FoundBy {
    @Override
    public String toString() {
      return "program interpreter";
    }
  }

  /** The first line of a script, or the program that {@code env} is asked to start there. */
  record Shebang() implements FoundBy {
    @Override
    public String toString() {
      return "shebang";
    }
  }

  /** The needed name holds a slash, so there is no search (ld.so(8)). */
  record ByPath() implements FoundBy {
    @Override
    public String toString() {
      return "by path";
    }
  }

  /**
   * DT_RPATH; with musl also DT_RUNPATH, which is the same to it.
   *
   * @param owner the object whose rpath it is: the loader walks up the chain of requesters
   */
  record Rpath(SysrootPath owner) implements FoundBy {
    @Override
    public String toString() {
      return "rpath of " + owner;
    }
  }

  /** DT_RUNPATH of the requester itself. */
  record RunPath() implements FoundBy {
    @Override
    public String toString() {
      return "run path";
    }
  }

  /**
   * {@code ld.so.cache} of the sysroot.
   *
   * @param flags the kind of library and architecture the entry is for, as in {@link
   *     LdSoCache.Entry#flags}
   * @param onDefaultPath whether the loader would look into the file's directory without a cache,
   *     too
   * @param subdirectory the {@code glibc-hwcaps} subdirectory the entry is for
   * @param hwcap as in {@link LdSoCache.Entry#hwcap}
   */
  record Cache(int flags, boolean onDefaultPath, Optional<String> subdirectory, long hwcap)
      implements FoundBy {
    @Override
    public String toString() {
      return "ld.so.cache";
    }
  }

  /**
   * A directory whose libraries the image's cache will have, though the sysroot has no such cache.
   *
   * @param flags as in {@link Cache#flags}
   * @param source who names the directory: {@code --library-path} or {@code /etc/ld.so.conf}
   * @param hwcap as in {@link LdSoCache.Entry#hwcap}
   */
  record LibraryDirectory(int flags, String source, long hwcap) implements FoundBy {
    /** The same below it, for those processors. */
    LibraryDirectory on(long otherHwcap) {
      return new LibraryDirectory(flags, source, otherHwcap);
    }

    @Override
    public String toString() {
      return source;
    }
  }

  /** A directory compiled into the program's own loader, or named by musl's path file. */
  record DefaultPath() implements FoundBy {
    @Override
    public String toString() {
      return "default path";
    }
  }

  /**
   * A note of the requester names it as a library that it may open.
   *
   * @param priority {@code required}, {@code recommended} or {@code suggested}
   * @param rule by which it was found then
   */
  record DlopenNote(String priority, FoundBy rule) implements FoundBy {
    @Override
    public FoundBy rule() {
      return rule.rule();
    }

    @Override
    public String toString() {
      return "dlopen note, " + priority + ": " + rule;
    }
  }

  /** A file the loader reads to know where to search. */
  record LoaderConfiguration() implements FoundBy {
    @Override
    public String toString() {
      return "read by the loader";
    }
  }

  /** An object loaded before answers to this name; no search took place. */
  record AlreadyLoaded() implements FoundBy {
    /** All are the same. */
    static final FoundBy INSTANCE = new AlreadyLoaded();

    @Override
    public String toString() {
      return "already loaded";
    }
  }
}
