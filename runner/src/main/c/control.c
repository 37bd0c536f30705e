/* Plans without a container: what is done with one that runs. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Since Linux 5.1 and 5.3; who is not our child can be meant without doubt by nothing else. */
static int
open_pidfd(uint64_t pid)
{
        errno = ENOSYS;
        return kernel_has(PIDFD_SETNS) ? (int)syscall(NR_PIDFD_OPEN, (pid_t)pid, 0) : -1;
}

int
send_signal(int process, int signal)
{
        return (int)syscall(NR_PIDFD_SEND_SIGNAL, process, signal, NULL, 0);
}

int
open_process(uint64_t pid, uint64_t start)
{
        int fd = open_pidfd(pid);
        /* Once it is open, the number cannot become another's unseen. */
        if (fd >= 0 && start_of_process((pid_t)pid) != start) {
                close(fd);
                errno = ESRCH;
                return -1;
        }
        return fd;
}

static bool
ends_within(int process, int milliseconds)
{
        struct pollfd end = {.fd = process, .events = POLLIN};
        int got;
        do
                got = poll(&end, 1, milliseconds);
        while (got < 0 && errno == EINTR);
        return got > 0;
}

uint32_t
signal_process(const struct step *step, pid_t pid)
{
        int process = open_process(step->number[0], step->number[1]);
        if (process < 0 || send_signal(process, (int)step->number[2]) < 0)
                return 1;
        close(process);
        return 0;
}

/* Asks the launcher of the container, which knows what its program does with signals, and ends its
 * first process if that does not help. What the launcher has to do behind it is waited for. */
uint32_t
stop_container(const struct step *step, pid_t pid)
{
        int first = open_process(step->number[0], step->number[1]);
        int launcher = open_process(step->number[2], step->number[3]);
        if (launcher < 0)
                return errno == ESRCH ? 0 : 1; /* it has ended meanwhile */
        int seconds = step->number[5] > 2000000 ? 2000000 : (int)step->number[5];
        if (send_signal(launcher, (int)step->number[4]) < 0 && errno != ESRCH)
                return 1;
        if (!ends_within(launcher, 1000 * seconds) && first >= 0)
                send_signal(first, SIGKILL);
        ends_within(launcher, -1);
        close(launcher);
        if (first >= 0)
                close(first);
        return 0;
}

/* Who is frozen in a cgroup of version 1 does not even end by SIGKILL. */
uint32_t
thaw(const struct step *step, pid_t pid)
{
        /* Without the cgroup the container has ended. */
        return set_frozen(step->word.item[0], false) || errno == ENOENT || errno == ENODEV ? 0 : 1;
}

uint32_t
forget_container(const struct step *step, pid_t pid)
{
        return remove_ended_record(step->word.item[0], step->number[0], step->number[1]) ? 0 : 1;
}

uint32_t
print_name(const struct step *step, pid_t pid)
{
        const char *name = step->word.item[0];
        return *name == '\0' || dprintf(STDOUT_FILENO, "%s\n", name) > 0 ? 0 : 1;
}

/* Why is the step's text. */
uint32_t
refuse_container(const struct step *step, pid_t pid)
{
        errno = 0;
        return 1;
}

/* Prints how it ended, if that is wanted. */
uint32_t
await_end(const struct step *step, pid_t pid)
{
        int status;
        char path[PATH_MAX];
        snprintf(path, sizeof(path), "%s/end", step->word.item[0]);
        int end = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (end < 0)
                return 1;
        int launcher = open_process(step->number[0], step->number[1]);
        if (launcher < 0 && errno != ESRCH)
                return 1;
        if (launcher >= 0)
                ends_within(launcher, -1);
        if (!read_end(end, &status)) {
                errno = ESRCH; /* nobody was left to write it */
                return 1;
        }
        close(end);
        return step->number[2] == 0 || dprintf(STDOUT_FILENO, "%d\n", status) > 0 ? 0 : 1;
}
