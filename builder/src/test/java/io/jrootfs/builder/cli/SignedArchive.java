package io.jrootfs.builder.cli;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Path;

/**
 * A small archive of Ubuntu's suite jammy, signed with a key of its own: {@code archive}, {@code
 * right.gpg} with that key, and {@code wrong.gpg} with another.
 */
final class SignedArchive {
  private static final String SCRIPT =
      """
      set -eu
      for key in right wrong; do
        mkdir -m 700 $key
        gpg --homedir $key --quiet --batch --passphrase '' \\
          --quick-generate-key $key@example.org ed25519 sign never
        gpg --homedir $key --export >$key.gpg
        gpgconf --homedir $key --kill all
      done
      index=main/binary-$(dpkg --print-architecture)/Packages
      mkdir -p apt/DEBIAN archive/pool archive/dists/jammy/${index%/*}
      printf '%s\\n' 'Package: apt' 'Version: 1:1.0' 'Architecture: all' 'Priority: required' \\
        'Maintainer: A <a@example.org>' 'Description: a package' >apt/DEBIAN/control
      dpkg-deb --root-owner-group --build apt archive/pool/apt.deb
      cd archive
      {
        dpkg-deb --field pool/apt.deb
        echo Filename: pool/apt.deb
        echo Size: $(stat -c %s pool/apt.deb)
        echo SHA256: $(sha256sum <pool/apt.deb | cut -d' ' -f1)
        echo
      } >dists/jammy/$index
      cd dists/jammy
      {
        printf '%s\\n' 'Suite: jammy' 'Codename: jammy' 'Components: main' "Date: $(date -uR)"
        echo Architectures: $(dpkg --print-architecture)
        echo SHA256:
        echo " $(sha256sum <$index | cut -d' ' -f1) $(stat -c %s $index) $index"
        echo Description: its end
      } >Release
      home=../../../right
      gpg --homedir $home --quiet --batch --detach-sign --armor -o Release.gpg Release
      gpg --homedir $home --quiet --batch --clearsign -o InRelease Release
      gpgconf --homedir $home --kill all
      """;

  private SignedArchive() {}

  /** Makes all that in a directory whose path is short, for gpg's socket. */
  static void make(Path directory) throws Exception {
    ExternalTool.shell(directory, SCRIPT);
  }
}
