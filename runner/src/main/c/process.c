/* What the process itself becomes: its terminal, directory, user, program. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
enum { DEVPTS_MAGIC = 0x1cd1 }; /* linux/magic.h */

enum { FIRST_GROUP = 5 }; /* of the numbers of STEP_CREDENTIALS */

int terminal_fd = -1;

void
open_terminal(const struct step *step)
{
        struct statfs filesystem;
        int unlocked = 0;
        int master = open_in_root("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
        if (master < 0 || fstatfs(master, &filesystem) < 0)
                fail(0);
        if (filesystem.f_type != DEVPTS_MAGIC) {
                errno = ENOTTY;
                fail(0);
        }
        /* The other side by ioctl and not by its path, which could be anything by now
         * (CVE-2025-52565). */
        if (ioctl(master, TIOCSPTLCK, &unlocked) < 0 ||
            (terminal_fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
                fail(0);
        /* By us, though the launcher does it later too: so the program never sees another size. */
        copy_window_size(master);
        /* Before the launcher has it: a ^C would be lost on a terminal that is nobody's yet. */
        if (ioctl(terminal_fd, TIOCSCTTY, 0) < 0)
                fail(0);
        send_terminal(master);
        close(master);
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (dup2(terminal_fd, fd) < 0)
                        fail(0);
        if (step->number[0] != 0 && bind_descriptor(terminal_fd, "/dev/console") < 0)
                fail(1);
}

void
working_directory(const struct step *step)
{
        char path[PATH_MAX];
        const char *directory = step->word.item[0];
        int fd = step->number[0] != 0 ? make_directory_in_root(directory, 0755)
                                      : open_in_root(directory, O_PATH | O_DIRECTORY);
        if (fd < 0 || fchdir(fd) < 0)
                fail(0);
        /* By the system call: it says "(unreachable)" outside of the root, where libc would go
         * looking for a path (CVE-2024-21626). */
        if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
                fail(0);
        if (path[0] != '/') {
                errno = EXDEV;
                fail(0);
        }
        close(fd);
}

void
new_keyring(const struct step *step)
{
        /* Who refuses us this call refuses it to the container, too: then there is no way to the
         * caller's keys but around the filter that he is in himself. */
        if (kernel_has(KEYRINGS) &&
            syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0)
                fail(0);
}

void
limit_resource(const struct step *step)
{
        struct rlimit limit = {.rlim_cur = step->number[1], .rlim_max = step->number[2]};
        if (setrlimit((int)step->number[0], &limit) < 0)
                fail(0);
}

static int
capabilities(long get_or_set, struct __user_cap_data_struct sets[2])
{
        struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
        return (int)syscall(get_or_set, &header, sets);
}

static bool
may_set_groups(void)
{
        struct __user_cap_data_struct sets[2];
        if (capabilities(SYS_capget, sets) < 0)
                fail(2);
        return (sets[0].effective & (1u << CAP_SETGID)) != 0;
}

static void
set_groups(const struct step *step)
{
        uint32_t count = step->number_count - FIRST_GROUP;
        gid_t *groups = calloc((size_t)count + 1, sizeof(gid_t));
        if (groups == NULL)
                fail(0);
        for (uint32_t i = 0; i < count; i++)
                groups[i] = (gid_t)step->number[FIRST_GROUP + i];
        /* A namespace with a single id has setgroups denied; then there is nothing to drop that
         * would give anybody access. Without the capability there may well be. */
        bool may = may_set_groups();
        if (setgroups(count, groups) < 0 && !(count == 0 && errno == EPERM && may))
                fail(0);
        free(groups);
}

/* To what of mask we have: nobody can give more than he has. */
static void
keep_capabilities(uint64_t mask, uint64_t ambient)
{
        struct __user_cap_data_struct sets[2];
        if (capabilities(SYS_capget, sets) < 0)
                fail(2);
        for (int half = 0; half < 2; half++) {
                uint32_t kept = sets[half].permitted & (uint32_t)(mask >> (32 * half));
                sets[half].permitted = sets[half].effective = kept;
                /* What is inheritable would come back by a file's capabilities
                 * (CVE-2022-29162). Nothing is ambient without it, though. */
                sets[half].inheritable = kept & (uint32_t)(ambient >> (32 * half));
        }
        if (capabilities(SYS_capset, sets) < 0)
                fail(2);
        for (unsigned long capability = 0; capability < 64; capability++)
                if ((sets[capability / 32].inheritable >> (capability % 32) & 1) &&
                    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
                        fail(2);
}

static void
drop_from_bounding_set(uint64_t mask)
{
        for (unsigned long capability = 0;; capability++) {
                bool kept = capability < 64 && (mask >> capability & 1);
                if (kept || prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0)
                        continue;
                int error = errno;
                /* EINVAL ends the list of those that this kernel knows. */
                if (prctl(PR_CAPBSET_READ, capability) < 0)
                        return;
                errno = error;
                fail(2);
        }
}

static bool has_credentials;

void
take_credentials(const struct step *step)
{
        uid_t uid = (uid_t)step->number[0];
        gid_t gid = (gid_t)step->number[1];
        uint64_t mask = step->number[2], ambient = step->number[3];
        if (terminal_fd >= 0 && fchown(terminal_fd, uid, (gid_t)-1) < 0)
                fail(1);
        if (step->number[4] != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                fail(3);
        /* First: dropping from it needs a capability. */
        drop_from_bounding_set(mask);
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
                fail(2);
        set_groups(step);
        /* Over the change of user, until execve. */
        if (ambient != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
                fail(2);
        if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
                fail(1);
        keep_capabilities(uid == 0 ? mask : ambient, ambient);
        die_with_launcher(1);
        has_credentials = true;
}

void
leave_nothing(const struct step *step)
{
        umask((mode_t)step->number[0]);
        if (close_from(STDERR_FILENO + 1, true) < 0)
                fail(0);
        reset_signals();
}

void
set_filter(const struct step *step)
{
        static struct sock_filter instructions[BPF_MAXINSNS];
        uint32_t count = step->number_count - 1;
        if (count > BPF_MAXINSNS) {
                errno = E2BIG;
                fail(0);
        }
        for (uint32_t i = 0; i < count; i++) {
                uint64_t bits = step->number[1 + i];
                instructions[i] = (struct sock_filter){.code = (uint16_t)bits,
                                                       .jt = (uint8_t)(bits >> 16),
                                                       .jf = (uint8_t)(bits >> 24),
                                                       .k = (uint32_t)(bits >> 32)};
        }
        struct sock_fprog program = {.len = (unsigned short)count, .filter = instructions};
        /* From here on the filter decides about us, too. */
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, step->number[0], &program) < 0)
                fail(0);
}

/* How many of the first files that the program may be are not there. */
static uint32_t missing;

/* To look for a file costs a tenth of what a try to execute it does. Only who has the container's
 * user and no filter yet may look: then who finds nothing would not be told of more by execve. */
void
look_for_program(const struct step *exec)
{
        const struct strings *programs = &exec->list[0];
        while (has_credentials && missing + 1 < programs->count &&
               access(programs->item[missing], F_OK) < 0 && errno == ENOENT)
                missing++;
}

noreturn void
exec_program(const struct step *step)
{
        char **argv = step->list[1].item, **environment = step->list[2].item;
        uint32_t part = 0;
        int error = ENOENT;
        if (stays_as_init()) {
                become_init(environment, 3);
                reset_signals();
        }
        for (uint32_t i = missing; i < step->list[0].count; i++) {
                const char *program = step->list[0].item[i];
                execve(program, argv, environment);
                if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
                        fail(1);
                /* Not there: the next. There, but not for us: the next, and remember. */
                if (errno == EACCES) {
                        part = 1;
                        error = EACCES;
                } else if (errno == ENOENT && part == 0 && access(program, F_OK) == 0) {
                        part = 2; /* what is missing is its interpreter */
                }
        }
        errno = error;
        fail(part);
}
