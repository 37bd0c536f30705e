/* Into a container that runs: the namespaces of its first process, which is known by its number and
 * its start, so that a number that somebody else has got meanwhile fools nobody.
 *
 * The container's processes can see the new one as soon as it is in their pid namespace. So it
 * cannot be traced, nor can what it has open be reached through /proc (prctl(2), PR_SET_DUMPABLE),
 * until execve makes another program of it. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* A cgroup namespace limits where a process can be moved to, and none is moved before it is there;
 * without a mount namespace of its own, the launcher still finds the host's files. */
enum { LATER = CLONE_NEWCGROUP | CLONE_NEWNS };

enum { KINDS = 8 };
static const struct {
        uint64_t kind;
        const char *file;
} files[KINDS] = {
        {CLONE_NEWUSER, "ns/user"}, {CLONE_NEWIPC, "ns/ipc"},       {CLONE_NEWUTS, "ns/uts"},
        {CLONE_NEWNET, "ns/net"},   {CLONE_NEWPID, "ns/pid"},       {CLONE_NEWTIME, "ns/time"},
        {CLONE_NEWNS, "ns/mnt"},    {CLONE_NEWCGROUP, "ns/cgroup"},
};

/* What is joined later: one descriptor for all of it, or one for each kind. */
static struct {
        int fd;
        int kinds;
} later[2];
static unsigned later_count;

static bool
is_our_mount_namespace(int process)
{
        struct stat theirs, ours;
        return fstatat(process, "ns/mnt", &theirs, 0) < 0 || stat("/proc/self/ns/mnt", &ours) < 0 ||
               (theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev);
}

/* At once, with the rights that we have outside: a namespace need not belong to the user namespace
 * that is joined with it. */
static bool
join_by_pidfd(pid_t pid, uint64_t start, int kinds)
{
        int process = (int)syscall(NR_PIDFD_OPEN, pid, 0);
        if (process < 0)
                return false;
        errno = ESRCH;
        if (start_of_process(pid) == start &&
            ((kinds & ~LATER) == 0 || setns(process, kinds & ~LATER) == 0)) {
                later[later_count].fd = process;
                later[later_count++].kinds = kinds & LATER;
                return true;
        }
        close_quietly(process);
        return false;
}

/* One after the other: before the user namespace what we may join as who we are, then the rest as
 * who we are in there. */
static bool
join_in_turn(int fds[KINDS], bool has_user)
{
        for (int turn = has_user ? 0 : 1; turn < 3; turn++)
                for (int i = 0; i < KINDS; i++) {
                        bool is_user = files[i].kind == CLONE_NEWUSER;
                        if (fds[i] < 0 || (is_user && turn != 1) ||
                            (!is_user && turn == 1 && has_user))
                                continue;
                        if (setns(fds[i], (int)files[i].kind) < 0) {
                                if (turn == 0 && errno == EPERM)
                                        continue;
                                return false;
                        }
                        close(fds[i]);
                        fds[i] = -1;
                }
        return true;
}

static bool
join_by_files(int process, uint64_t kinds)
{
        int fds[KINDS];
        for (int i = 0; i < KINDS; i++) {
                fds[i] = -1;
                if (!(kinds & files[i].kind))
                        continue;
                int fd = openat(process, files[i].file, O_RDONLY | O_CLOEXEC);
                if (fd < 0)
                        return false;
                if (files[i].kind & LATER) {
                        later[later_count].fd = fd;
                        later[later_count++].kinds = (int)files[i].kind;
                } else {
                        fds[i] = fd;
                }
        }
        return join_in_turn(fds, (kinds & CLONE_NEWUSER) != 0);
}

uint32_t
enter_container(const struct step *step, pid_t unused)
{
        (void)unused;
        char path[32];
        pid_t pid = (pid_t)step->number[0];
        uint64_t start = step->number[1], kinds = step->number[2];
        snprintf(path, sizeof(path), "/proc/%d", (int)pid);
        /* Whoever gets the number later, this leads to the process or to nobody. */
        int process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (process < 0 || start_of_process(pid) != start) {
                errno = ESRCH;
                return 0 + 1;
        }
        errno = EXDEV;
        if (is_our_mount_namespace(process))
                return 1 + 1;
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
                return 1 + 1;
        /* While that is possible: there, setgroups may be denied (user_namespaces(7)). */
        if ((kinds & CLONE_NEWUSER) && setgroups(0, NULL) < 0 && errno != EPERM)
                return 1 + 1;
        bool joined = kernel_has(PIDFD_SETNS) && join_by_pidfd(pid, start, (int)kinds);
        /* Before 5.8 it is no descriptor for setns(2). */
        if (!joined && (!kernel_has(PIDFD_SETNS) || errno == EINVAL))
                joined = join_by_files(process, kinds);
        close_quietly(process);
        return joined ? 0 : 1 + 1;
}

unsigned
keep_entry(unsigned first)
{
        /* Upwards first, so that none is overwritten by another. */
        for (unsigned i = 0; i < later_count; i++) {
                later[i].fd = fcntl(later[i].fd, F_DUPFD_CLOEXEC, (int)(first + later_count));
                if (later[i].fd < 0)
                        fail(0);
        }
        for (unsigned i = 0; i < later_count; i++)
                later[i].fd = dup3(later[i].fd, (int)(first + i), O_CLOEXEC);
        return first + later_count;
}

void
enter_mounts(uint32_t part)
{
        /* The cgroup namespace first: with the mounts go the rights to find it. */
        for (unsigned i = later_count; i-- > 0;) {
                if (setns(later[i].fd, later[i].kinds) < 0)
                        fail(part);
                close(later[i].fd);
        }
        root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (root_fd < 0)
                fail(part);
}
