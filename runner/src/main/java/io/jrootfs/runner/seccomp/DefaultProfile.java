package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * The profile of a container that asks for none: the calls that programs need, and by capability
 * those that administer.
 *
 * <p>The same calls under the same conditions as docker's (github.com/moby/profiles,
 * seccomp/default.json, Apache-2.0), as far as they concern our machines. In code and not in JSON:
 * it is needed before every start.
 */
public final class DefaultProfile {
  private static final String ALWAYS =
      """
      accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown
      chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
      clock_gettime64 clock_nanosleep clock_nanosleep_time64 close close_range connect
      copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old
      epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat
      exit exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark
      fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync
      fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs
      fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait
      futex_waitv futex_wake futimesat getcpu getcwd getdents getdents64 getegid getegid32
      geteuid geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid
      getpgrp getpid getppid getpriority getrandom getresgid getresgid32 getresuid
      getresuid32 getrlimit get_robust_list getrusage getsid getsockname getsockopt
      get_thread_area gettid gettimeofday getuid getuid32 getxattr getxattrat
      inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel ioctl
      io_destroy io_getevents io_pgetevents io_pgetevents_time64 ioprio_get ioprio_set
      io_setup io_submit ipc kill landlock_add_rule landlock_create_ruleset
      landlock_restrict_self lchown lchown32 lgetxattr link linkat listen listmount listxattr
      listxattrat llistxattr _llseek lremovexattr lseek lsetxattr lstat lstat64 madvise
      map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod
      mknodat mlock mlock2 mlockall mmap mmap2 mprotect mq_getsetattr mq_notify mq_open
      mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink
      mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
      name_to_handle_at nanosleep newfstatat _newselect open openat openat2 pause pidfd_open
      pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64
      prctl pread64 preadv preadv2 prlimit64 process_mrelease pselect6 pselect6_time64
      pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recv recvfrom
      recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename
      renameat renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending
      rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
      rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_getaffinity sched_getattr sched_getparam
      sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval
      sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
      sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop
      semtimedop_time64 send sendfile sendfile64 sendmmsg sendmsg sendto setfsgid setfsgid32
      setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority
      setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32
      setrlimit set_robust_list setsid setsockopt set_thread_area set_tid_address setuid
      setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd
      signalfd4 sigprocmask sigreturn socketcall socketpair splice stat stat64 statfs
      statfs64 statmount statx symlink symlinkat sync sync_file_range syncfs sysinfo tee
      tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64
      timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
      timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask
      uname unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice
      wait4 waitid waitpid write writev
      """;

  /** What administers the kernel, whatever part of it. */
  private static final String ADMINISTRATION =
      """
      bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie
      lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree
      perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2
      unshare
      """;

  /** All CLONE_NEW* flags of linux/sched.h that clone(2) takes. */
  private static final long NEW_NAMESPACES = 0x7e02_0000;

  /** AF_* of linux/socket.h: all below are allowed, AF_DECnet and others that are gone are not. */
  private static final int FIRST_RETIRED_FAMILY = 12;

  /**
   * Those above that are allowed. Not among them: AF_ALG (38), for nothing in a container needs the
   * kernel's cryptography, and AF_VSOCK (40), which namespaces do not separate.
   */
  private static final int[] FAMILIES = {
    13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44,
    45
  };

  /** PER_LINUX, UNAME26 and PER_LINUX32 of linux/personality.h; the last one only asks. */
  private static final long[] PERSONALITIES = {0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffffL};

  private static final String SYS_ADMIN = "CAP_SYS_ADMIN";

  private DefaultProfile() {}

  /** The profile. */
  public static SeccompProfile profile() {
    ImmutableList.Builder<SyscallRule> rules = ImmutableList.builder();
    rules.add(allow(ALWAYS));
    rules.add(allow("process_vm_readv process_vm_writev ptrace", since(new KernelVersion(4, 8))));
    rules.add(allow("socket", ArgumentTest.Operator.LT, FIRST_RETIRED_FAMILY));
    for (int family : FAMILIES) {
      rules.add(allow("socket", ArgumentTest.Operator.EQ, family));
    }
    for (long personality : PERSONALITIES) {
      rules.add(allow("personality", ArgumentTest.Operator.EQ, personality));
    }
    rules.add(
        allow(
            "arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls",
            on(Machine.ARM64)));
    rules.add(allow("arch_prctl modify_ldt", on(Machine.X86_64)));
    addByCapability(rules);
    addClone(rules);
    return new SeccompProfile(
        Action.errno(Action.EPERM), ImmutableSet.copyOf(Abi.values()), 0, rules.build());
  }

  private static void addByCapability(ImmutableList.Builder<SyscallRule> rules) {
    rules.add(allow("open_by_handle_at", having("CAP_DAC_READ_SEARCH")));
    rules.add(allow(ADMINISTRATION, having(SYS_ADMIN)));
    rules.add(allow("reboot", having("CAP_SYS_BOOT")));
    rules.add(allow("chroot", having("CAP_SYS_CHROOT")));
    rules.add(allow("delete_module init_module finit_module", having("CAP_SYS_MODULE")));
    rules.add(allow("acct", having("CAP_SYS_PACCT")));
    rules.add(
        allow(
            "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace",
            having("CAP_SYS_PTRACE")));
    rules.add(allow("iopl ioperm", having("CAP_SYS_RAWIO")));
    rules.add(allow("settimeofday stime clock_settime clock_settime64", having("CAP_SYS_TIME")));
    rules.add(allow("vhangup", having("CAP_SYS_TTY_CONFIG")));
    rules.add(
        allow("get_mempolicy mbind set_mempolicy set_mempolicy_home_node", having("CAP_SYS_NICE")));
    rules.add(allow("syslog", having("CAP_SYSLOG")));
    rules.add(allow("bpf", having("CAP_BPF")));
    rules.add(allow("perf_event_open", having("CAP_PERFMON")));
  }

  /** Processes and threads, but no namespaces, which open much of the kernel to attack. */
  private static void addClone(ImmutableList.Builder<SyscallRule> rules) {
    rules.add(
        new SyscallRule(
            words("clone"),
            Action.ALLOW,
            ImmutableList.of(
                new ArgumentTest(0, ArgumentTest.Operator.MASKED_EQ, NEW_NAMESPACES, 0)),
            RuleCondition.NONE,
            having(SYS_ADMIN)));
    // Its flags are behind a pointer, out of a filter's sight; libc takes ENOSYS for "use clone".
    rules.add(
        new SyscallRule(
            words("clone3"),
            Action.errno(Action.ENOSYS),
            ImmutableList.of(),
            RuleCondition.NONE,
            having(SYS_ADMIN)));
  }

  private static SyscallRule allow(String names) {
    return allow(names, RuleCondition.NONE);
  }

  private static SyscallRule allow(String names, RuleCondition includes) {
    return new SyscallRule(
        words(names), Action.ALLOW, ImmutableList.of(), includes, RuleCondition.NONE);
  }

  private static SyscallRule allow(String name, ArgumentTest.Operator operator, long value) {
    return new SyscallRule(
        words(name),
        Action.ALLOW,
        ImmutableList.of(new ArgumentTest(0, operator, value, 0)),
        RuleCondition.NONE,
        RuleCondition.NONE);
  }

  private static RuleCondition having(String capability) {
    return new RuleCondition(ImmutableSet.of(capability), ImmutableSet.of(), Optional.empty());
  }

  private static RuleCondition on(Machine machine) {
    return new RuleCondition(
        ImmutableSet.of(), ImmutableSet.of(machine.profileName()), Optional.empty());
  }

  private static RuleCondition since(KernelVersion kernel) {
    return new RuleCondition(ImmutableSet.of(), ImmutableSet.of(), Optional.of(kernel));
  }

  private static ImmutableList<String> words(String text) {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    int start = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || text.charAt(at) <= ' ') {
        if (at > start) {
          words.add(text.substring(start, at));
        }
        start = at + 1;
      }
    }
    return words.build();
  }
}
