package io.jrootfs.runner.erofs;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.List;

/** All of a tree that programs can see, by a program that is not ours. */
public final class TreeListing {
  /**
   * One line for each name, with everything that a program could ask about it, and which names are
   * one file. Sizes of directories are the file system's own.
   */
  static final String PROGRAM =
      """
      import hashlib, os, stat, sys
      first = {}
      def show(path):
          s = os.lstat(path)
          fields = [path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, s.st_nlink]
          fields.append(first.setdefault(s.st_ino, path))
          fields += [(name, os.getxattr(path, name, follow_symlinks=False).hex())
                     for name in sorted(os.listxattr(path, follow_symlinks=False))]
          if stat.S_ISLNK(s.st_mode):
              fields += [s.st_size, os.readlink(path)]
          elif stat.S_ISREG(s.st_mode):
              digest = hashlib.sha256()
              with open(path, 'rb') as content:
                  while chunk := content.read(1 << 20):
                      digest.update(chunk)
              fields += [s.st_size, digest.hexdigest()]
          elif stat.S_ISDIR(s.st_mode):
              for name in sorted(os.listdir(path)):
                  show(path + b'/' + name)
          else:
              fields += [os.major(s.st_rdev), os.minor(s.st_rdev)]
          print(*map(repr, fields))
      sys.setrecursionlimit(5000)
      os.chdir(sys.argv[1])
      show(b'.')
      """;

  private TreeListing() {}

  /** The tree in a directory. */
  public static List<String> of(Path directory) throws Exception {
    return Splitter.on('\n')
        .splitToList(MountedIndex.run(List.of("python3", "-c", PROGRAM, directory.toString())));
  }
}
