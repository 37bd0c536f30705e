/* System calls and constants that the C library we are built with may not have yet.
 *
 * The names are ours and the numbers are the kernel's (include/uapi/linux), so the same sources
 * build with any libc; from 424 on a system call has one number on every architecture.
 */
#ifndef JRUN_KERNEL_H
#define JRUN_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kernel_call {
        NR_PIDFD_SEND_SIGNAL = 424,
        NR_OPEN_TREE = 428,
        NR_MOVE_MOUNT = 429,
        NR_FSOPEN = 430,
        NR_FSCONFIG = 431,
        NR_FSMOUNT = 432,
        NR_PIDFD_OPEN = 434,
        NR_CLONE3 = 435,
        NR_CLOSE_RANGE = 436,
        NR_OPENAT2 = 437,
        NR_MOUNT_SETATTR = 442,
};

/* linux/openat2.h */
#define ROOT_ONLY (0x10 | 0x02) /* RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS */
#define NO_LINKS 0x04           /* RESOLVE_NO_SYMLINKS, magic ones included */

/* linux/mount.h, linux/fcntl.h */
#define TREE_CLONE 0x1u
#define TREE_CLOEXEC ((unsigned)O_CLOEXEC)
#define TREE_RECURSIVE 0x8000u
#define EMPTY_PATH 0x1000u
#define MOVE_BY_DESCRIPTORS (0x4u | 0x40u) /* F_EMPTY_PATH | T_EMPTY_PATH */
#define CONTEXT_CLOEXEC 0x1u
#define CONTEXT_FLAG 0u
#define CONTEXT_STRING 1u
#define CONTEXT_CREATE 6u
#define ATTRIBUTE_READ_ONLY 0x1u

/* linux/close_range.h */
#define RANGE_CLOEXEC 0x4u

/* linux/magic.h */
#define MAGIC_PROC 0x9fa0
#define MAGIC_CGROUP 0x27e0eb
#define MAGIC_CGROUP2 0x63677270

/* linux/sched.h: struct clone_args, its first version (up to tls) and that of Linux 5.7 */
#define INTO_CGROUP 0x200000000ULL
struct clone_arguments {
        uint64_t flags;
        uint64_t pidfd;
        uint64_t child_tid;
        uint64_t parent_tid;
        uint64_t exit_signal;
        uint64_t stack;
        uint64_t stack_size;
        uint64_t tls;
        uint64_t set_tid;
        uint64_t set_tid_size;
        uint64_t cgroup;
};
enum { CLONE_ARGUMENTS_FIRST_SIZE = 64 };

static inline int
kernel_openat2(int directory, const char *path, int flags, uint64_t resolve)
{
        struct {
                uint64_t flags, mode, resolve;
        } how = {.flags = (uint64_t)flags, .resolve = resolve};
        return (int)syscall(NR_OPENAT2, directory, path, &how, sizeof(how));
}

static inline int
kernel_open_tree(int directory, const char *path, unsigned flags)
{
        return (int)syscall(NR_OPEN_TREE, directory, path, flags);
}

static inline int
kernel_move_mount(int mount, int target)
{
        return (int)syscall(NR_MOVE_MOUNT, mount, "", target, "", MOVE_BY_DESCRIPTORS);
}

static inline int
kernel_fsopen(const char *type)
{
        return (int)syscall(NR_FSOPEN, type, CONTEXT_CLOEXEC);
}

static inline int
kernel_fsconfig(int context, unsigned command, const char *key, const char *value)
{
        return (int)syscall(NR_FSCONFIG, context, command, key, value, 0);
}

static inline int
kernel_fsmount(int context, unsigned attributes)
{
        return (int)syscall(NR_FSMOUNT, context, CONTEXT_CLOEXEC, attributes);
}

static inline int
kernel_mount_setattr(int mount, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation)
{
        struct {
                uint64_t set, clear, propagation, user_namespace;
        } change = {.set = set, .clear = clear, .propagation = propagation};
        return (int)syscall(NR_MOUNT_SETATTR, mount, "", flags | EMPTY_PATH, &change,
                            sizeof(change));
}

static inline int
kernel_close_range(unsigned first, unsigned flags)
{
        return (int)syscall(NR_CLOSE_RANGE, first, ~0u, flags);
}

/* linux/bpf.h: programs of type BPF_PROG_TYPE_CGROUP_DEVICE */
static inline int
kernel_bpf_load_device_filter(const uint64_t *instructions, uint32_t count)
{
        struct {
                uint32_t type, instruction_count;
                uint64_t instructions, license;
                uint32_t log_level, log_size;
                uint64_t log;
                uint32_t kernel_version, flags;
                char name[16];
        } load = {.type = 15,
                  .instruction_count = count,
                  .instructions = (uint64_t)(uintptr_t)instructions,
                  .license = (uint64_t)(uintptr_t) "",
                  .name = "jrun_devices"};
        return (int)syscall(SYS_bpf, 5 /* BPF_PROG_LOAD */, &load, sizeof(load));
}

static inline int
kernel_bpf_attach_device_filter(int program, int cgroup)
{
        struct {
                uint32_t target, program, type, flags;
        } attach = {.target = (uint32_t)cgroup,
                    .program = (uint32_t)program,
                    .type = 6,   /* BPF_CGROUP_DEVICE */
                    .flags = 2}; /* BPF_F_ALLOW_MULTI: those of the cgroups above stay */
        return (int)syscall(SYS_bpf, 8 /* BPF_PROG_ATTACH */, &attach, sizeof(attach));
}

#endif
