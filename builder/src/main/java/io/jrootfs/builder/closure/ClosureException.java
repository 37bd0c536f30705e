package io.jrootfs.builder.closure;

import org.jspecify.annotations.Nullable;

/** A closure cannot be made of what was asked for; the asker can change that. */
public abstract sealed class ClosureException extends Exception
    permits UnknownProgramException, UnusableProgramException, UnusableLoaderException {
  private static final long serialVersionUID = 1L;

  ClosureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
