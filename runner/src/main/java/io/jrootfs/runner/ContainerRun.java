package io.jrootfs.runner;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.runner.bundle.Bundle;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.bundle.BundleException;
import io.jrootfs.runner.bundle.FileIdentity;
import io.jrootfs.runner.bundle.IndexMounts;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.DeviceArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.plan.LaunchPlan;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.plan.PlanCompiler;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.Device;
import io.jrootfs.runner.spec.FilesystemOverrides;
import io.jrootfs.runner.spec.Host;
import io.jrootfs.runner.spec.Isolation;
import io.jrootfs.runner.spec.Overrides;
import io.jrootfs.runner.spec.ProcessOverrides;
import io.jrootfs.runner.spec.SpecException;
import io.jrootfs.runner.spec.SpecRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** From an image and the user's wishes to the plan that the launcher executes. */
public final class ContainerRun {
  private final BundleCache cache;
  private final Host host;

  /**
   * @param cache where images are made ready
   * @param host what it is planned for
   */
  public ContainerRun(BundleCache cache, Host host) {
    this.cache = cache;
    this.host = host;
  }

  /**
   * Whether an image's layers can be mounted by an index.
   *
   * @param facts from the launcher
   * @param isolation the namespaces of the container
   * @param host what it is planned for
   * @param environment the caller's
   * @throws IOException if the kernel's files cannot be read
   */
  public static IndexMounts mounts(
      LauncherFacts facts, Isolation isolation, Host host, ImmutableMap<String, String> environment)
      throws IOException {
    return IndexTrial.of(HostReader.isCalledByRoot(facts), host.kernel(), isolation, environment);
  }

  /**
   * A plan, and what must be said about it.
   *
   * @param plan ready to be executed
   * @param spec what it makes
   * @param bundle what it runs
   * @param preview what the bundle is of; empty after {@link ContainerRun#prepare}
   */
  public record Prepared(
      LaunchPlan plan, ContainerSpec spec, Bundle bundle, Optional<BundleCache.Preview> preview) {
    /** Whether the bundle has yet to be made for the plan to work. */
    public boolean isUnmade() {
      return preview.map(BundleCache.Preview::makes).orElse(false);
    }
  }

  /**
   * Makes the image ready if need be and plans the run.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if the image holds something that cannot be run
   * @throws SpecException if image and request do not make a container
   * @throws LimitException if a limit cannot be enforced
   * @throws HostSourceException if what is to be seen of the host is not there
   * @throws IOException if files cannot be read or written
   */
  public Prepared prepare(RunRequest request, BundleCache.Listener listener)
      throws ImageFormatException,
          BundleException,
          SpecException,
          LimitException,
          HostSourceException,
          IOException {
    Overrides overrides = withEnvironmentFiles(request, withHostsFiles(request));
    Bundle bundle = cache.open(request.image(), listener);
    return prepared(bundle, overrides, Optional.empty());
  }

  /**
   * Plans the run and changes nothing.
   *
   * @throws ImageFormatException if it is no image, or a damaged one
   * @throws BundleException if the image holds something that cannot be run
   * @throws SpecException if image and request do not make a container
   * @throws LimitException if a limit cannot be enforced
   * @throws HostSourceException if what is to be seen of the host is not there
   * @throws IOException if files cannot be read
   */
  public Prepared preview(RunRequest request)
      throws ImageFormatException,
          BundleException,
          SpecException,
          LimitException,
          HostSourceException,
          IOException {
    Overrides overrides = withEnvironmentFiles(request, withHostsFiles(request));
    BundleCache.Preview preview = cache.preview(request.image());
    return prepared(preview.bundle(), overrides, Optional.of(preview));
  }

  private Prepared prepared(
      Bundle bundle, Overrides overrides, Optional<BundleCache.Preview> preview)
      throws SpecException, LimitException {
    Accounts accounts = Accounts.parse(bundle.accounts().passwd(), bundle.accounts().group());
    ContainerSpec spec =
        new SpecRules(bundle.config(), overrides, accounts, host)
            .derive(
                bundle.root().toString(),
                bundle.layers().stream().map(Path::toString).collect(toImmutableList()),
                bundle.image().map(FileIdentity::status),
                bundle.mountPoint().toString(),
                bundle.name(),
                bundle.ownCopy());
    return new Prepared(PlanCompiler.compile(spec).after(holding(bundle)), spec, bundle, preview);
  }

  private static ImmutableList<LifecycleStep> holding(Bundle bundle) {
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    bundle.temporary().ifPresent(place -> steps.add(new LifecycleStep.RemoveAtEnd(place)));
    bundle.held().ifPresent(file -> steps.add(new LifecycleStep.HoldBundle(file)));
    return steps.build();
  }

  private Overrides withHostsFiles(RunRequest request) throws HostSourceException, IOException {
    FilesystemOverrides filesystem = request.overrides().filesystem();
    ImmutableList.Builder<Mount> mounts = ImmutableList.builder();
    mounts.addAll(filesystem.mounts());
    for (BindArgument volume : request.volumes()) {
      mounts.add(HostMounts.of(volume));
    }
    ImmutableList.Builder<Device> devices = ImmutableList.builder();
    devices.addAll(filesystem.devices());
    for (DeviceArgument device : request.devices()) {
      devices.addAll(HostDevices.of(device));
    }
    if (request.overrides().process().privileges().privileged()) {
      devices.addAll(HostDevices.others(devices.build(), host.userNamespace()));
    }
    return request
        .overrides()
        .withFilesystem(filesystem.withMounts(mounts.build()).withDevices(devices.build()));
  }

  private static Overrides withEnvironmentFiles(RunRequest request, Overrides overrides)
      throws IOException {
    ImmutableList.Builder<String> entries = ImmutableList.builder();
    for (Path file : request.environmentFiles()) {
      entries.addAll(EnvironmentFile.read(file));
    }
    ProcessOverrides process = overrides.process();
    return overrides.withProcess(process.withEnv(entries.addAll(process.env()).build()));
  }
}
