/* A container that outlives the command: the launcher that watches it is a child of the one that
 * the user waits for, which ends when the program runs. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user's side reads a byte from it, or the end of a launcher that could not start anything. */
static int started = -1;
static bool detached;

static noreturn void
await_start(pid_t launcher, int start, const char *text)
{
        char byte;
        int status;
        ssize_t got;
        do
                got = read(start, &byte, 1);
        while (got < 0 && errno == EINTR);
        if (got == 1) {
                size_t length = strlen(text);
                bool printed =
                        length == 0 || (write(STDOUT_FILENO, text, length) == (ssize_t)length &&
                                        write(STDOUT_FILENO, "\n", 1) == 1);
                _exit(printed ? 0 : EXIT_NOT_SET_UP);
        }
        if (waitpid(launcher, &status, 0) < 0 || !WIFEXITED(status))
                die("the launcher that was to watch the container has ended");
        _exit(WEXITSTATUS(status)); /* it has said why */
}

void
detach(const struct plan *plan)
{
        int ends[2];
        const struct step *step = NULL;
        for (uint32_t i = 0; i < plan->clone; i++)
                if (plan->step[i].kind == STEP_DETACH)
                        step = &plan->step[i];
        if (step == NULL)
                return;
        if (pipe2(ends, O_CLOEXEC) < 0)
                die("cannot create a pipe");
        pid_t launcher = fork();
        if (launcher < 0)
                die("cannot start the launcher that watches the container");
        if (launcher > 0) {
                close(ends[1]);
                await_start(launcher, ends[0], step->word.item[0]);
        }
        close(ends[0]);
        started = ends[1];
        detached = true;
        /* No terminal's signals, and none to open by accident. */
        if (setsid() < 0)
                die("cannot start a session");
}

bool
is_detached(void)
{
        return detached;
}

static bool
point_at(int fd, int target)
{
        return fd >= 0 && dup2(fd, target) >= 0;
}

bool
take_detached_streams(void)
{
        if (!detached)
                return true;
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        bool taken = point_at(null, STDIN_FILENO);
        for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
                taken = taken && point_at(log_descriptor(fd) >= 0 ? log_descriptor(fd) : null, fd);
        return taken;
}

void
let_user_go(void)
{
        if (started < 0)
                return;
        /* From here on, what the launcher writes to its output is the container's terminal's. */
        if (!take_detached_streams())
                die("cannot leave the user's terminal");
        log_let_go();
        (void)!write(started, "", 1); /* if he has gone already, so be it */
        close(started);
        started = -1;
}
