package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.runner.bundle.Bundle;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.bundle.BundleException;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.plan.LaunchPlan;
import io.jrootfs.runner.plan.PlanCompiler;
import io.jrootfs.runner.spec.Accounts;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.FilesystemOverrides;
import io.jrootfs.runner.spec.Host;
import io.jrootfs.runner.spec.Overrides;
import io.jrootfs.runner.spec.SpecException;
import io.jrootfs.runner.spec.SpecRules;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** From an image and the user's wishes to the plan that the launcher executes. */
public final class ContainerRun {
  private final BundleCache cache;
  private final Host host;

  /**
   * @param cache where images are unpacked
   * @param host what it is planned for
   */
  public ContainerRun(BundleCache cache, Host host) {
    this.cache = cache;
    this.host = host;
  }

  /**
   * A plan, and what must be said about it.
   *
   * @param plan ready to be executed
   * @param bundle what it runs
   * @param unpacks whether the image has yet to be unpacked for the plan to work; never after
   *     {@link ContainerRun#prepare}
   */
  public record Prepared(LaunchPlan plan, Bundle bundle, boolean unpacks) {}

  /**
   * Unpacks the image if need be and plans the run.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if the image holds something that cannot be run
   * @throws SpecException if image and request do not make a container
   * @throws LimitException if a limit cannot be enforced
   * @throws VolumeSourceException if a volume's source is not there
   * @throws IOException if files cannot be read or written
   */
  public Prepared prepare(RunRequest request, BundleCache.Listener listener)
      throws ImageFormatException,
          BundleException,
          SpecException,
          LimitException,
          VolumeSourceException,
          IOException {
    Overrides overrides = withVolumes(request);
    Bundle bundle = cache.open(request.image(), listener);
    return new Prepared(plan(bundle, overrides), bundle, false);
  }

  /**
   * Plans the run and changes nothing.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if the image holds something that cannot be run
   * @throws SpecException if image and request do not make a container
   * @throws LimitException if a limit cannot be enforced
   * @throws VolumeSourceException if a volume's source is not there
   * @throws IOException if files cannot be read
   */
  public Prepared preview(RunRequest request)
      throws ImageFormatException,
          BundleException,
          SpecException,
          LimitException,
          VolumeSourceException,
          IOException {
    Overrides overrides = withVolumes(request);
    BundleCache.Preview preview = cache.preview(request.image());
    return new Prepared(plan(preview.bundle(), overrides), preview.bundle(), preview.unpacks());
  }

  private LaunchPlan plan(Bundle bundle, Overrides overrides) throws SpecException, LimitException {
    Accounts accounts = Accounts.parse(bundle.accounts().passwd(), bundle.accounts().group());
    ContainerSpec spec =
        new SpecRules(bundle.config(), overrides, accounts, host)
            .derive(bundle.root().toString(), bundle.mountPoint().toString(), bundle.name());
    return PlanCompiler.compile(spec);
  }

  private static Overrides withVolumes(RunRequest request)
      throws VolumeSourceException, IOException {
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    FilesystemOverrides filesystem = request.overrides().filesystem();
    mounts.addAll(filesystem.mounts());
    for (BindArgument volume : request.volumes()) {
      mounts.add(volume.toMount(source(volume).toString()));
    }
    return request.overrides().withFilesystem(filesystem.withMounts(mounts.build()));
  }

  private static Path source(BindArgument volume) throws VolumeSourceException, IOException {
    try {
      return Path.of(volume.source()).toRealPath();
    } catch (NoSuchFileException e) {
      throw new VolumeSourceException(
          volume, "'" + volume.source() + "' does not exist; create it first");
    } catch (AccessDeniedException e) {
      throw new VolumeSourceException(
          volume, "'" + volume.source() + "' cannot be reached: permission denied");
    } catch (FileSystemException e) {
      throw new VolumeSourceException(
          volume, "'" + volume.source() + "' cannot be reached: " + e.getReason());
    }
  }
}
