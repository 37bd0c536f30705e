package io.jrootfs.builder.posix;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import org.jspecify.annotations.Nullable;

/**
 * The C library's functions we call, by jffi alone: jnr-ffi above it writes a class for them while
 * the program runs, which takes four times as long as all the calls of a build. Paths are bytes
 * with their NUL.
 */
final class LibC {
  private static final Symbol LLISTXATTR =
      new Symbol("llistxattr", Type.SLONG, Type.POINTER, Type.POINTER, Type.ULONG);
  private static final Symbol LGETXATTR =
      new Symbol("lgetxattr", Type.SLONG, Type.POINTER, Type.POINTER, Type.POINTER, Type.ULONG);
  private static final Symbol LSETXATTR =
      new Symbol(
          "lsetxattr", Type.SINT, Type.POINTER, Type.POINTER, Type.POINTER, Type.ULONG, Type.SINT);
  private static final Symbol SYMLINK =
      new Symbol("symlink", Type.SINT, Type.POINTER, Type.POINTER);

  /** {@code dev_t} has 64 bits on every machine. */
  private static final Symbol MKNOD =
      new Symbol("mknod", Type.SINT, Type.POINTER, Type.UINT, Type.UINT64);

  private static final Symbol UTIMENSAT =
      new Symbol("utimensat", Type.SINT, Type.SINT, Type.POINTER, Type.POINTER, Type.SINT);

  private LibC() {}

  /** The size of the list, which is at most that of the array; negative for a failure. */
  static int llistxattr(byte[] path, byte[] list) {
    HeapInvocationBuffer arguments = LLISTXATTR.arguments();
    in(arguments, path);
    arguments.putArray(list, 0, list.length, ArrayFlags.OUT);
    arguments.putAddress(list.length);
    // As an int it is negative on machines of 32 bits too.
    return (int) LLISTXATTR.call(arguments);
  }

  /** The size of the value, which is at most that of the array; negative for a failure. */
  static int lgetxattr(byte[] path, byte[] name, byte[] value) {
    HeapInvocationBuffer arguments = LGETXATTR.arguments();
    in(arguments, path);
    in(arguments, name);
    arguments.putArray(value, 0, value.length, ArrayFlags.OUT);
    arguments.putAddress(value.length);
    return (int) LGETXATTR.call(arguments);
  }

  static int lsetxattr(byte[] path, byte[] name, byte[] value, int flags) {
    HeapInvocationBuffer arguments = LSETXATTR.arguments();
    in(arguments, path);
    in(arguments, name);
    in(arguments, value);
    arguments.putAddress(value.length);
    arguments.putInt(flags);
    return (int) LSETXATTR.call(arguments);
  }

  static int symlink(byte[] target, byte[] path) {
    HeapInvocationBuffer arguments = SYMLINK.arguments();
    in(arguments, target);
    in(arguments, path);
    return (int) SYMLINK.call(arguments);
  }

  static int mknod(byte[] path, int mode, long device) {
    HeapInvocationBuffer arguments = MKNOD.arguments();
    in(arguments, path);
    arguments.putInt(mode);
    arguments.putLong(device);
    return (int) MKNOD.call(arguments);
  }

  /**
   * @param times seconds and nanoseconds of access, then of modification
   */
  static int utimensat(int directory, byte[] path, long[] times, int flags) {
    HeapInvocationBuffer arguments = UTIMENSAT.arguments();
    arguments.putInt(directory);
    in(arguments, path);
    arguments.putArray(times, 0, times.length, ArrayFlags.IN);
    arguments.putInt(flags);
    return (int) UTIMENSAT.call(arguments);
  }

  /** Loads what the first call would. */
  static void load() {
    byte[] root = {'/', 0};
    llistxattr(root, new byte[1]);
  }

  /** Of the last call of this thread. */
  static int errno() {
    return LastError.getInstance().get();
  }

  private static void in(HeapInvocationBuffer arguments, byte[] bytes) {
    arguments.putArray(bytes, 0, bytes.length, ArrayFlags.IN);
  }

  /** A function, looked up when it is first called: not every C library has all of them. */
  private static final class Symbol {
    private final String name;
    private final Type result;
    private final Type[] parameters;
    private volatile @Nullable Function function;

    Symbol(String name, Type result, Type... parameters) {
      this.name = name;
      this.result = result;
      this.parameters = parameters;
    }

    HeapInvocationBuffer arguments() {
      return new HeapInvocationBuffer(function());
    }

    long call(HeapInvocationBuffer arguments) {
      Function called = function();
      return result.size() == Integer.BYTES
          ? Invoker.getInstance().invokeInt(called, arguments)
          : Invoker.getInstance().invokeAddress(called, arguments);
    }

    /** Two threads that come here at once each make one, which is as good. */
    private Function function() {
      Function known = function;
      if (known == null) {
        // The JVM itself has loaded the C library.
        long address = Library.getDefault().getSymbolAddress(name);
        if (address == 0) {
          throw new UnsatisfiedLinkError("the C library has no function " + name);
        }
        known = new Function(address, result, parameters);
        function = known;
      }
      return known;
    }
  }
}
