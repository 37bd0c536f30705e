package io.jrootfs.builder.ldso;

/** The loader's rules cannot be followed in this sysroot. The fault lies in its files. */
public abstract sealed class LoaderException extends Exception
    permits UnsupportedLoaderException, MalformedLdSoCacheException {
  private static final long serialVersionUID = 1L;

  LoaderException(String message) {
    super(message);
  }
}
