package io.jrootfs.builder.cli;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;

/** {@code jbuild rootfs}: from programs and files to an image. */
final class RootfsCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis(
            "jbuild rootfs [OPTIONS] (--debootstrap SUITE | --from IMAGE | --add NAME,... | --copy"
                + " SRC)...")
        .description(
            "Makes a root filesystem image of programs, with everything they load when they start,"
                + " and of files and trees, on a Debian or Ubuntu system or another image if one is"
                + " named.",
            "The first program becomes the image's command. The image loads in docker, podman,"
                + " skopeo and containerd, and runs with jrun.")
        .footer(
            "  jbuild rootfs --add bash,ls -o image.tar",
            "  jbuild rootfs --add bash --copy /etc/services:/etc/services --dry-run",
            "  jbuild rootfs --debootstrap bookworm --variant minbase --slim",
            "  jbuild rootfs --from image.tar --copy /etc/services:/etc/services -o more.tar");
    command.addArgGroup(ContentOptions.declare());
    command.addArgGroup(PackageOptions.declare());
    command.addArgGroup(BaseOptions.declare());
    command.addArgGroup(ResolutionOptions.declare("%nWhere from:%n"));
    command.addArgGroup(RecipeOptions.declare());
    command.addArgGroup(ImageOptions.declare());
    command.addArgGroup(OutputOptions.declare());
    command.addArgGroup(SbomOptions.declare());
    command.addArgGroup(DeliveryOptions.declare());
    command.addArgGroup(LookOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console) throws Exception {
    new RootfsRun(given, console).run();
    return ExitCode.DONE.status();
  }
}
