package io.jrootfs.builder.closure;

import io.jrootfs.builder.ldso.LoaderException;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;

/** What a program loads cannot be told, because its dynamic loader's rules cannot be followed. */
public final class UnusableLoaderException extends ClosureException {
  private static final long serialVersionUID = 1L;

  private final SysrootPath program;

  UnusableLoaderException(SysrootPath program, LoaderException cause) {
    super(
        "cannot tell what " + Printable.of(program.value()) + " loads: " + cause.getMessage(),
        cause);
    this.program = program;
  }

  /** The program, links resolved. */
  public SysrootPath program() {
    return program;
  }
}
