package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Docker archives of layers that GNU tar has made, so that all of a layer is as a test wants it.
 */
final class LayeredImages {
  /** Puts {@code layer-0} and so on, tars, into an archive; their names stay. */
  private static final String ARCHIVE =
      """
      import gzip, hashlib, io, json, sys, tarfile
      layers, diff_ids = [], []
      with tarfile.open(sys.argv[1], 'w') as archive:
          def add(name, data):
              member = tarfile.TarInfo(name)
              member.size = len(data)
              archive.addfile(member, io.BytesIO(data))
          for number, path in enumerate(sys.argv[3:]):
              tar = open(path, 'rb').read()
              diff_ids.append('sha256:' + hashlib.sha256(tar).hexdigest())
              layers.append('%d/layer.tar' % number)
              add(layers[-1], gzip.compress(tar, mtime=0) if sys.argv[2] == 'gzip' else tar)
          config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {},
                               'rootfs': {'type': 'layers', 'diff_ids': diff_ids}}).encode()
          add('config.json', config)
          add('manifest.json', json.dumps([{'Config': 'config.json', 'RepoTags': None,
                                            'Layers': layers}]).encode())
      """;

  private LayeredImages() {}

  /**
   * An archive of layers.
   *
   * @param compression {@code gzip} or {@code none}
   * @param scripts one for each layer, that fill the directory they start in
   */
  static Path archive(Path archive, String compression, String... scripts) throws Exception {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add("python3", "-c", ARCHIVE, archive.toString(), compression);
    Path work = Files.createTempDirectory(archive.getParent(), "layers-");
    for (int i = 0; i < scripts.length; i++) {
      Path tree = Files.createDirectory(work.resolve("tree-" + i));
      Path tar = work.resolve("layer-" + i);
      Images.check(tree, scripts[i]);
      Images.check(
          tree, "tar --numeric-owner --xattrs --xattrs-include='*' --sparse -cf '" + tar + "' .");
      command.add(tar.toString());
    }
    run(command.build(), work);
    return archive;
  }

  /** What a program prints that must succeed. */
  static String run(List<String> command, Path directory) throws Exception {
    return Installation.check(Installation.execute(directory, ImmutableMap.of(), command)).out();
  }
}
