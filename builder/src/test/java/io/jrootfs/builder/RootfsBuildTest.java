package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image says of itself, by way of the whole pipeline. */
class RootfsBuildTest {
  private static final String CONVENTIONAL_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @TempDir Path directory;
  private Path work;
  private Path image;

  @BeforeEach
  void resolveLinks() throws Exception {
    work = directory.toRealPath();
    image = work.resolve("image.tar");
  }

  private void build(ImmutableList<String> programs, ImmutableList<RootfsRequest.Copy> copies)
      throws Exception {
    RootfsRequest request =
        new RootfsRequest(
            Optional.empty(),
            programs,
            copies,
            ImmutableList.of(),
            Additions.none(),
            ImageSettings.none(),
            0,
            Optional.empty(),
            new RootfsRequest.Output(
                image, RootfsRequest.Format.HYBRID, Compression.NONE, /* keepOwners= */ false));
    Sysroot sysroot = Sysroot.of(Path.of("/"));
    Closure closure =
        RootfsBuild.resolve(
            programs,
            sysroot,
            ImmutableList.of(
                SysrootPath.of("/usr/bin"), SysrootPath.of(work.resolve("tools").toString())),
            SysrootPath.of(work.toString()));
    RootfsBuild.write(
        request,
        ImageDefaults.of(closure),
        RootfsBuild.assemble(
                request, new RootfsBuild.Resolved(closure, ImmutableList.of()), sysroot)
            .rootfs());
  }

  private ImageConfig config() throws Exception {
    return ImageReader.open(image, ImageSelection.forThisMachine(), work).config();
  }

  private void script(String path, String text) throws Exception {
    Path file = work.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theFirstProgramIsTheCommandAndPathIsTheConventionalOne() throws Exception {
    build(ImmutableList.of("true", "false"), ImmutableList.of());
    assertThat(config().cmd()).containsExactly("/usr/bin/true");
    assertThat(config().env()).containsExactly(CONVENTIONAL_PATH);
  }

  @Test
  void pathHoldsWhereEveryProgramIsAndWhereEnvFindsWhatAScriptStarts() throws Exception {
    script("scripts/greet", "#!/usr/bin/env interpreter\n");
    script("tools/interpreter", "#!/bin/sh\n");
    build(ImmutableList.of("scripts/greet"), ImmutableList.of());
    assertThat(config().env())
        .containsExactly(
            CONVENTIONAL_PATH + ":" + work.resolve("scripts") + ":" + work.resolve("tools"));
  }

  @Test
  void theHistoryNamesTheProgramsAndNoPlaceThatWasCopiedFrom() throws Exception {
    Path file = Files.writeString(work.resolve("greeting"), "hello\n");
    ImmutableList<RootfsRequest.Copy> copies =
        ImmutableList.of(new RootfsRequest.Copy(file, RootfsPath.of("/srv/greeting")));

    build(ImmutableList.of("true", "false"), copies);
    assertThat(text()).contains("\"created_by\":\"jbuild rootfs --add true,false\"");

    build(ImmutableList.of(), copies);
    assertThat(text()).contains("\"created_by\":\"jbuild rootfs\"");
  }

  private String text() throws Exception {
    return Files.readString(image, StandardCharsets.ISO_8859_1);
  }
}
