/* The container's first process when its program is to be another one: reaps whoever loses his
 * parent, passes signals on to its child, the program, and ends as that does. It is this program
 * again, sealed, so that nothing in the image is needed for it and nothing of its
 * memory, arguments and environment tells of the host. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int program = -1;

void
stay_as_init(const struct step *step)
{
        program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        if (program < 0)
                fail(0);
}

bool
stays_as_init(void)
{
        return program >= 0;
}

/* The child is a process group of its own, so that the terminal's signals are its alone. */
static void
take_foreground(uint32_t part)
{
        if (setpgid(0, 0) < 0)
                fail(part);
        /* Our signals are blocked, so that we are not stopped for doing this. */
        if (terminal_fd >= 0 && tcsetpgrp(terminal_fd, getpid()) < 0)
                fail(part);
}

void
become_init(char *const *environment, uint32_t part)
{
        char number[16];
        char *arguments[] = {(char[]){INIT_NAME}, number, NULL};
        /* Blocked, no signal is lost on the first process of a pid namespace (pid_namespaces(7)),
         * and execve leaves the mask as it is. */
        if (!block_all_signals())
                fail(part);
        pid_t child = fork();
        if (child < 0)
                fail(part);
        if (child == 0) {
                take_foreground(part);
                return;
        }
        snprintf(number, sizeof(number), "%d", (int)child);
        if (close_from(STDERR_FILENO + 1, true) == 0)
                syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
        fail(part);
}

/* Returns whether the program has ended, and how. */
static bool
reap(pid_t child, int *status)
{
        pid_t pid;
        while ((pid = waitpid(-1, status, WNOHANG | WUNTRACED)) > 0) {
                if (pid != child)
                        continue;
                if (!WIFSTOPPED(*status))
                        return true;
                /* There is nobody who could continue it after a ^Z. */
                if (WSTOPSIG(*status) == SIGTSTP)
                        kill(-child, SIGCONT);
        }
        return false;
}

noreturn void
run_init(const char *number)
{
        pid_t child = (pid_t)strtol(number, NULL, 10);
        int status;
        prctl(PR_SET_NAME, "init");
        /* A pipe is to end when the program closes it. execve has closed all others. */
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                close(fd);
        /* Not sigwait(3): while that waits, signals do not show as blocked, and the launcher would
         * take them for lost. SIGCHLD comes here too, also one from before we were this program. */
        int signals = open_all_signals();
        while (!reap(child, &status)) {
                struct signalfd_siginfo info;
                if (read(signals, &info, sizeof(info)) != sizeof(info))
                        _exit(EXIT_NOT_SET_UP); /* no descriptor: nothing can be passed on */
                if (info.ssi_signo != SIGCHLD)
                        kill(child, (int)info.ssi_signo);
        }
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}
