package io.jrootfs.runner.plan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A launch plan as the launcher reads it ({@code src/main/c/plan.c}). This is the description of
 * the format; both sides change together, as they are installed together.
 *
 * <p>All numbers are little-endian. A <em>string list</em> is {@code u32 count, u32 size}, then
 * {@code size} bytes: {@code count} UTF-8 strings, each with its NUL.
 *
 * <pre>
 * plan   "jrunplan", u32 version (1), u32 number of steps, steps
 * step   u32 kind                  the numbers of enum step_kind in plan.h
 *        u32 count, u64 numbers    flags, modes, ids: below
 *        string list               words: the step's single strings
 *        string lists              as many as the kind has, none for most
 *        string list               failure texts: one for each part of the step that can fail,
 *                                  then sentences for single errors; then for each of them
 *          u32 part, u32 errno     errno is 0 for the first kind
 * </pre>
 *
 * <table>
 * <caption>Steps</caption>
 * <tr><th>kind<th>numbers<th>words<th>lists
 * <tr><td>1 Clone<td>CLONE_NEW* flags
 * <tr><td>2 SlaveRoot
 * <tr><td>3 OverlayRoot<td>userxattr<td>lower, mount point
 * <tr><td>4 MountFilesystem<td>MOUNT_ATTR_*, follow links, keep mode<td>type, target<td>options
 * <tr><td>5 BindMount<td>MOUNT_ATTR_* set, recursive, MOUNT_ATTR_* cleared, MS_*<td>source, target
 * <tr><td>6 MakeDirectory<td>mode<td>path
 * <tr><td>7 MakeSymlink<td><td>path, target
 * <tr><td>8 MakeDevice<td>S_IF*, mode, uid, gid, major, minor<td>path
 * <tr><td>9 OpenTerminal<td>is the console
 * <tr><td>10 MaskPath<td><td>path
 * <tr><td>11 ReadOnlyPath<td><td>path
 * <tr><td>12 ReadOnlyRoot
 * <tr><td>13 PivotRoot
 * <tr><td>14 SetHostname<td><td>name
 * <tr><td>15 LoopbackUp
 * <tr><td>16 WorkingDirectory<td>made if absent<td>path
 * <tr><td>17 Credentials<td>uid, gid, capability mask, ambient mask, no new
 *     privileges, groups ...
 * <tr><td>18 Exec<td><td><td>candidates, arguments, environment
 * <tr><td>19 MapIds<td><td>lines of uid_map, lines of gid_map
 * <tr><td>20 OpenSource<td>recursive<td>source
 * <tr><td>21 WriteFile<td>mode, two errnos to pass over<td>path, content
 * <tr><td>22 Inheritance<td>umask
 * <tr><td>23 Seccomp<td>flags, instructions ... (struct sock_filter, 16 bits of code lowest)
 * <tr><td>24 Join<td>CLONE_NEW* flag<td>path
 * <tr><td>25 OffsetClocks<td><td>lines of timens_offsets
 * <tr><td>26 ShiftRoot<td><td>directory, path of a user namespace or ""
 * <tr><td>27 SetDomainName<td><td>name
 * <tr><td>40 MakeCgroup<td>version<td>mount point, path
 * <tr><td>41 WriteCgroup<td>errno that is no failure, or 0, only into an empty file<td>directory<td>files, their values
 * <tr><td>42 FilterDevices<td>instructions ...<td>directory
 * <tr><td>43 JoinCgroup<td>version<td>directory
 * <tr><td>44 CountOomKills<td><td>directory, file, key, file of the limit, two texts
 * <tr><td>45 RemountReadOnly<td><td>path
 * <tr><td>46 EnterCgroups
 * <tr><td>50 SetSysctl<td>CLONE_NEW* flag<td>path in procfs, value
 * <tr><td>51 LimitTime<td>seconds, signal, seconds until SIGKILL, exit status
 * <tr><td>52 RaiseResourceLimit<td>RLIMIT_*, hard
 * <tr><td>53 LimitResource<td>RLIMIT_*, soft, hard
 * <tr><td>54 AdjustOomScore<td><td>adjustment
 * <tr><td>55 StayAsInit
 * <tr><td>60 KeepRecord<td>removed at the end<td>directory
 * <tr><td>61 KeepLog<td>bytes of a file, files<td>directory
 * <tr><td>62 Detach<td><td>text to print
 * <tr><td>63 SignalProcess<td>pid, start, signal
 * <tr><td>64 StopContainer<td>pid, start, launcher's pid, start, signal, seconds
 * <tr><td>65 AwaitEnd<td>launcher's pid, start, prints the status<td>directory of the record
 * <tr><td>66 Enter<td>pid, start, CLONE_NEW* flags
 * <tr><td>67 NewKeyring
 * <tr><td>68 MountIndex<td><td>index, mount point<td>layers; the identity of their file or none
 * <tr><td>71 HoldBundle<td><td>path
 * <tr><td>72 RemoveAtEnd<td><td>directory
 * <tr><td>76 Thaw<td><td>directory of the cgroup
 * <tr><td>77 RemoveRecord<td>launcher's pid, start<td>directory of the record
 * <tr><td>78 WritePidFile<td><td>path
 * <tr><td>79 DetachKeys<td>codes ...
 * <tr><td>80 ServeAttachers<td>has input, has streams<td>directory of the record
 * <tr><td>81 Attach<td>launcher's pid, start, has a terminal, takes input, takes signals, codes
 *     ...<td>directory of the record
 * <tr><td>82 RunPasta<td><td><td>command
 * <tr><td>84 PrintName<td><td>name or ""
 * <tr><td>85 Refuse
 * <tr><td>86 ReservePort<td>SOCK_*, port, held<td>address
 * <tr><td>87 TakeLease<td><td>lock, directory of the network, name, holder
 * <tr><td>88 ChangeSetting<td><td>path in procfs, value, file that keeps the old one or "";
 *     patterns of others that change along with it, the values that they get
 * <tr><td>89 SendNetlink<td>protocol, errno that is no failure or 0, place of the new process's
 *     number or 0, size, bytes ... (eight in a number, the first one lowest)
 * <tr><td>90 ConfigureNetwork<td>as SendNetlink
 * <tr><td>91 TellNames<td><td>directory of the network
 * <tr><td>92 Words<td>replaced arguments, whether others may follow<td><td>words
 * <tr><td>93 CallerFacts<td><td>facts
 * <tr><td>94 Variables<td><td><td>entries
 * <tr><td>95 Link<td><td>path, target
 * <tr><td>96 Text<td><td>path, filter, text
 * <tr><td>97 Accessible<td>for writing, given<td>path
 * <tr><td>98 Absent, SameFile<td>0, 1 or 2 (unchanged), then as far as they count: device, inode,
 *     size, seconds and nanoseconds of modification and of change<td>path
 * <tr><td>99 MakeRecord<td><td>directory, id<td>names, texts
 * </table>
 */
public final class PlanEncoder {
  private static final int VERSION = 1;

  /** As many bytes as the launcher accepts; execve(2) takes far fewer for its arguments. */
  private static final int MAX_SIZE = 16 << 20;

  private static final LaunchStep.Cases<EncodedStep> BY_FAMILY =
      new LaunchStep.Cases<>() {
        @Override
        public EncodedStep cgroup(CgroupStep step) {
          return step.match(new CgroupStepEncoder());
        }

        @Override
        public EncodedStep namespace(NamespaceStep step) {
          return step.match(new NamespaceStepEncoder());
        }

        @Override
        public EncodedStep mount(MountStep step) {
          return step.match(new MountStepEncoder());
        }

        @Override
        public EncodedStep process(ProcessStep step) {
          return step.match(new ProcessStepEncoder());
        }

        @Override
        public EncodedStep lifecycle(LifecycleStep step) {
          return step.match(new LifecycleStepEncoder());
        }

        @Override
        public EncodedStep network(NetworkStep step) {
          return step.match(new NetworkStepEncoder());
        }

        @Override
        public EncodedStep replay(ReplayStep step) {
          return step.match(new ReplayStepEncoder());
        }
      };

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);

  private PlanEncoder() {}

  /**
   * Encodes a plan.
   *
   * @throws IllegalArgumentException if a string holds a NUL character, a number is outside its
   *     range, the plan asks for no mount namespace, or the plan is larger than 16 MiB
   */
  public static byte[] encode(LaunchPlan plan) {
    return encode(plan.steps());
  }

  /** Encodes a plan without a container. */
  public static byte[] encode(ControlPlan plan) {
    return encode(plan.steps());
  }

  private static byte[] encode(ImmutableList<? extends LaunchStep> steps) {
    PlanEncoder encoder = new PlanEncoder();
    encoder.bytes.writeBytes("jrunplan".getBytes(US_ASCII));
    encoder.u32(VERSION);
    encoder.u32(steps.size());
    for (LaunchStep step : steps) {
      step.match(BY_FAMILY).writeTo(encoder, FailureTexts.forStep(step));
    }
    if (encoder.bytes.size() > MAX_SIZE) {
      throw new IllegalArgumentException("a plan of " + encoder.bytes.size() + " bytes");
    }
    return encoder.bytes.toByteArray();
  }

  void u32(long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write((int) (value >>> shift));
    }
  }

  void u64(long value) {
    u32(value);
    u32(value >>> 32);
  }

  void strings(List<String> strings) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (String string : strings) {
      if (string.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "NUL character in '" + string.replace('\0', '?') + "' of a launch plan");
      }
      joined.writeBytes(string.getBytes(UTF_8));
      joined.write(0);
    }
    u32(strings.size());
    u32(joined.size());
    bytes.writeBytes(joined.toByteArray());
  }
}
