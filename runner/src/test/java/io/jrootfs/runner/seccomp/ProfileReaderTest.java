package io.jrootfs.runner.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {
  @TempDir Path directory;

  private ProfileReader.ReadProfile read(String json) throws IOException, ProfileException {
    return ProfileReader.read(Files.writeString(directory.resolve("profile.json"), json));
  }

  @Test
  void everyPropertyOfARuleIsRead() throws Exception {
    ProfileReader.ReadProfile read =
        read(
            """
            {
              "defaultAction": "SCMP_ACT_KILL_PROCESS",
              "archMap": [
                {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                {"architecture": "SCMP_ARCH_S390X", "subArchitectures": ["SCMP_ARCH_S390"]},
                {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}
              ],
              "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"],
              "syscalls": [
                {
                  "names": ["read", "write"],
                  "action": "SCMP_ACT_TRACE",
                  "errnoRet": 17,
                  "args": [
                    {"index": 5, "value": 18446744073709551615, "op": "SCMP_CMP_MASKED_EQ",
                     "valueTwo": 8}
                  ],
                  "comment": "",
                  "includes": {"caps": ["CAP_BPF"], "arches": ["amd64"], "minKernel": "4.8"},
                  "excludes": {"arches": ["s390"]}
                },
                {"name": "open", "action": "SCMP_ACT_KILL", "args": null, "includes": {}}
              ]
            }
            """);
    assertThat(read.warnings()).isEmpty();
    assertThat(read.profile())
        .isEqualTo(
            new SeccompProfile(
                new Action(Action.Kind.KILL_PROCESS, 0),
                ImmutableSet.of(Abi.X86_64, Abi.X86),
                2,
                ImmutableList.of(
                    new SyscallRule(
                        ImmutableList.of("read", "write"),
                        new Action(Action.Kind.TRACE, 17),
                        ImmutableList.of(
                            new ArgumentTest(5, ArgumentTest.Operator.MASKED_EQ, -1, 8)),
                        new RuleCondition(
                            ImmutableSet.of("CAP_BPF"),
                            ImmutableSet.of("amd64"),
                            Optional.of(new KernelVersion(4, 8))),
                        RuleCondition.NONE.withArchitectures(ImmutableSet.of("s390"))),
                    new SyscallRule(
                        ImmutableList.of("open"),
                        new Action(Action.Kind.KILL_THREAD, 0),
                        ImmutableList.of(),
                        RuleCondition.NONE,
                        RuleCondition.NONE))));
  }

  @Test
  void profileOfTheRuntimeSpecificationIsRead() throws Exception {
    SeccompProfile profile =
        read("""
                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
                 "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_MIPS"]}
                """)
            .profile();
    assertThat(profile)
        .isEqualTo(
            new SeccompProfile(
                Action.errno(38), ImmutableSet.of(Abi.X86_64, Abi.X32), 0, ImmutableList.of()));
  }

  @Test
  void defaultProfileInJsonIsTheDefaultProfile() throws Exception {
    ProfileReader.ReadProfile read = read(ProfileJson.ofDefaultProfile());
    assertThat(read)
        .isEqualTo(new ProfileReader.ReadProfile(DefaultProfile.profile(), ImmutableList.of()));
  }

  @Test
  void profileOfPodmanIsReadWithoutComplaint() throws Exception {
    ProfileReader.ReadProfile read =
        ProfileReader.read(Path.of("/usr/share/containers/seccomp.json"));
    assertThat(read.warnings()).isEmpty();
    Bpf filter =
        new Bpf(
            FilterCompiler.compile(
                    read.profile(), Machine.X86_64, ImmutableSet.of(), new KernelVersion(6, 1))
                .program());
    assertThat(filter.run(Abi.X86_64, 0)).isEqualTo(Action.ALLOW.returnValue());
    // mq_open is allowed, _sysctl refused by name, and 999 is newer than all.
    assertThat(filter.run(Abi.X86_64, 999)).isEqualTo(Action.errno(38).returnValue());
  }

  @Test
  void unknownCallsAndPropertiesAreToldOf() throws Exception {
    assertThat(
            read("""
                    {"defaultAction": "SCMP_ACT_ALLOW", "x": [{"y": 1}],
                     "syscalls": [{"names": ["read", "raed"], "action": "SCMP_ACT_LOG", "arg": []}]}
                    """)
                .warnings())
        .containsExactly(
            "seccomp profile '%s' at /x: 'x' is not a property that a profile has here; it is ignored"
                .formatted(directory.resolve("profile.json")),
            "seccomp profile '%s' at /syscalls/0/names/1: jrun knows no system call 'raed'; it is ignored"
                .formatted(directory.resolve("profile.json")),
            "seccomp profile '%s' at /syscalls/0/arg: 'arg' is not a property that a profile has here; it is ignored"
                .formatted(directory.resolve("profile.json")));
  }

  /** JSON in apostrophes for quotes; the pointer; the problem. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                        |                       | is empty; a profile is a JSON object
          []                                        |                       | expected an object, found an array
          {                                         |                       | not valid JSON: Unexpected end-of-input: expected close marker for Object
          {'defaultAction':'SCMP_ACT_LOG'} x        |                       | not valid JSON: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
          {'defaultAction':'SCMP_ACT_LOG'} {}       |                       | more follows behind the profile's end
          {'flags':[],'flags':[]}                   | /flags                | not valid JSON: Duplicate field 'flags'
          {}                                        |                       | has no defaultAction
          {'defaultAction':'SCMP_ACT_ALOW'}         | /defaultAction        | 'SCMP_ACT_ALOW' is not an action; there are SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_LOG, SCMP_ACT_ALLOW
          {'defaultAction':7}                       | /defaultAction        | expected a text, found an integer
          {'defaultAction':'SCMP_ACT_NOTIFY'}       | /defaultAction        | SCMP_ACT_NOTIFY needs a listener, which jrun does not have
          {'defaultErrnoRet':1,'defaultAction':'SCMP_ACT_ALLOW'} |          | defaultErrnoRet goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE only
          {'defaultErrnoRet':4096}                  | /defaultErrnoRet      | 4096 is not a number from 0 to 4095
          {'defaultErrnoRet':-1}                    | /defaultErrnoRet      | -1 is not a number from 0 to 4095
          {'defaultErrnoRet':1.5}                   | /defaultErrnoRet      | expected a number from 0 to 4095, found a fraction
          {'defaultErrno':'EODD'}                   | /defaultErrno         | 'EODD' is unknown to jrun; use defaultErrnoRet
          {'defaultErrno':'EPERM','defaultErrnoRet':2} | /defaultErrnoRet   | defaultErrnoRet and defaultErrno contradict each other
          {'architectures':['SCMP_ARCH_VAX']}       | /architectures/0      | 'SCMP_ARCH_VAX' is not an architecture such as SCMP_ARCH_X86_64
          {'architectures':'SCMP_ARCH_X86'}         | /architectures        | expected an array, found a text
          {'architectures':[],'archMap':[],'defaultAction':'SCMP_ACT_LOG'} | | has both architectures and archMap; remove one
          {'archMap':[{'architecture':true}]}       | /archMap/0/architecture | expected a text, found a truth value
          {'flags':['SECCOMP_FILTER_FLAG_X']}       | /flags/0              | 'SECCOMP_FILTER_FLAG_X' is not a flag that jrun has; it has SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW
          {'listenerPath':'/run/x'}                 | /listenerPath         | jrun has no listener for SCMP_ACT_NOTIFY; remove it
          {'syscalls':{}}                           | /syscalls             | expected an array, found an object
          {'syscalls':[null]}                       | /syscalls/0           | expected an object, found null
          {'syscalls':[{'action':'SCMP_ACT_LOG'}]}  | /syscalls/0           | needs either names or a name
          {'syscalls':[{'names':[''],'action':'SCMP_ACT_LOG'}]} | /syscalls/0/names/0 | an empty name
          {'syscalls':[{'names':['read','write'],'name':'open'}]} | /syscalls/0 | needs either names or a name
          {'syscalls':[{'names':['read']}]}         | /syscalls/0           | has no action
          {'syscalls':[{'names':['read'],'action':'x'}]} | /syscalls/0/action | 'x' is not an action; there are SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_LOG, SCMP_ACT_ALLOW
          {'syscalls':[{'args':[{'index':6}]}]}     | /syscalls/0/args/0/index | 6 is not a number from 0 to 5
          {'syscalls':[{'args':[{'value':18446744073709551616}]}]} | /syscalls/0/args/0/value | 18446744073709551616 is not a number from 0 to 2^64-1
          {'syscalls':[{'args':[{'op':'SCMP_CMP_IN'}]}]} | /syscalls/0/args/0/op | 'SCMP_CMP_IN' is not a comparison; there are SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ
          {'syscalls':[{'args':[{'index':0,'op':'SCMP_CMP_EQ'}]}]} | /syscalls/0/args/0 | needs index, value and op
          {'syscalls':[{'includes':{'minKernel':'new'}}]} | /syscalls/0/includes/minKernel | 'new' is not a version such as 4.8
          {'a':[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]} | /a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0 | not valid JSON: Document nesting depth (17) exceeds the maximum allowed (16, from `StreamReadConstraints.getMaxNestingDepth()`)
          """)
  void whatIsNoProfileIsRefusedByPlace(String json, String pointer, String problem)
      throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("profile.json"), json == null ? "" : json.replace('\'', '"'));
    assertThat(failure(file).getMessage())
        .isEqualTo(
            "seccomp profile '"
                + file
                + "'"
                + (pointer == null ? "" : " at " + pointer)
                + ": "
                + problem);
  }

  private static ProfileException failure(Path file) {
    return catchThrowableOfType(ProfileException.class, () -> ProfileReader.read(file));
  }

  @Test
  void whatIsNoRegularFileIsRefusedWithoutWaiting() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertThat(failure(fifo).problem()).isEqualTo("is not a regular file");
    assertThat(failure(Path.of("/dev/zero")).problem()).isEqualTo("is not a regular file");
    assertThat(failure(directory).problem()).isEqualTo("is a directory");
    assertThat(failure(directory.resolve("none")).problem()).isEqualTo("does not exist");
    Path huge = Files.write(directory.resolve("huge"), new byte[ProfileReader.MAX_SIZE + 1]);
    assertThat(failure(huge).problem()).isEqualTo("is larger than 1048576 bytes");
  }
}
