package io.jrootfs.builder.posix;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.dev_t;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * The C library's functions we call. Paths are bytes with their NUL, since jnr would encode a
 * String with the wrong character set.
 *
 * <p>Public only because the class that jnr generates for it lives in another class loader.
 */
public interface LibC {
  @ssize_t
  long llistxattr(@In byte[] path, @Out byte[] list, @size_t long size);

  @ssize_t
  long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, @size_t long size);

  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, int flags);

  int symlink(@In byte[] target, @In byte[] path);

  int mknod(@In byte[] path, @mode_t int mode, @dev_t long device);

  int utimensat(int directory, @In byte[] path, @In long[] times, int flags);

  /** Loads jnr on first use. */
  final class Loaded {
    static final LibC LIBRARY = LibraryLoader.create(LibC.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(LIBRARY);

    private Loaded() {}
  }
}
