/* A container that outlives the command: the launcher that watches it is a child of the one that
 * the user waits for, which ends when the program runs. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user's side reads a byte from it, or the end of a launcher that could not start anything. */
static int started = -1;
/* And from this one the word that he has left, or the end of one that ends with the container. */
static int user_waits = -1;
static bool detached;

static noreturn void
await_start(pid_t launcher, int start, const char *text, struct signals signals)
{
        struct pollfd polls[2] = {{.fd = signals.container, .events = POLLIN},
                                  {.fd = start, .events = POLLIN}};
        struct signalfd_siginfo info;
        char byte;
        int status;
        ssize_t got;
        /* The launcher is in a session of its own, so what the user's terminal sends comes to us
         * alone. */
        while (polls[1].revents == 0)
                if (poll(polls, 2, -1) > 0 && polls[0].revents != 0 && polls[1].revents == 0 &&
                    read(signals.container, &info, sizeof(info)) == sizeof(info) &&
                    ends_by_default((int)info.ssi_signo))
                        kill(launcher, (int)info.ssi_signo);
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

/* In the process that the user waits for: it ends as the launcher does, or when he leaves. What is
 * typed on the terminal it sends to both, but that it is lost (SIGHUP) only to the leader of its
 * session (tty_signal_session_leader in drivers/tty/tty_jobctrl.c). */
static noreturn void
stand_before(pid_t launcher, int left, struct signals signals)
{
        struct pollfd polls[2] = {{.fd = signals.container, .events = POLLIN},
                                  {.fd = left, .events = POLLIN}};
        struct signalfd_siginfo info;
        bool is_leader = getsid(0) == getpid();
        char byte;
        int status;
        for (;;) {
                if (poll(polls, 2, -1) < 0)
                        continue; /* EINTR */
                if (polls[0].revents != 0 &&
                    read(signals.container, &info, sizeof(info)) == sizeof(info) &&
                    (info.ssi_code != SI_KERNEL || (info.ssi_signo == SIGHUP && is_leader)))
                        kill(launcher, (int)info.ssi_signo);
                if (polls[1].revents != 0)
                        break;
        }
        if (read(left, &byte, 1) == 1)
                _exit(0);
        if (waitpid(launcher, &status, 0) < 0)
                die("cannot wait for the launcher that watches the container");
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* Returns in the process that is to watch the container, with one end of a pipe to the other. */
static int
split(const struct step *step, struct signals signals)
{
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
                die("cannot create a pipe");
        pid_t user_side = getpid(), launcher = fork();
        if (launcher < 0)
                die("cannot start the launcher that watches the container");
        if (launcher > 0) {
                close(ends[1]);
                let_go_of_ports(true); /* the other has them */
                if (step->kind == STEP_DETACH)
                        await_start(launcher, ends[0], step->word.item[0], signals);
                stand_before(launcher, ends[0], signals);
        }
        close(ends[0]);
        /* As long as the user has not left, the container ends with what he waits for. */
        if (step->kind == STEP_DETACH_KEYS &&
            (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != user_side))
                _exit(EXIT_NOT_SET_UP);
        return ends[1];
}

void
detach(const struct plan *plan, struct signals signals)
{
        const struct step *step = NULL;
        for (uint32_t i = 0; i < plan->clone; i++)
                if (plan->step[i].kind == STEP_DETACH || plan->step[i].kind == STEP_DETACH_KEYS)
                        step = &plan->step[i];
        if (step == NULL)
                return;
        int end = split(step, signals);
        if (step->kind == STEP_DETACH_KEYS) {
                set_detach_keys(step->number, step->number_count);
                user_waits = end;
                return;
        }
        started = end;
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

static bool
take_streams(int input)
{
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        bool taken = point_at(input >= 0 ? input : null, STDIN_FILENO);
        for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
                taken = taken && point_at(log_descriptor(fd) >= 0 ? log_descriptor(fd) : null, fd);
        close_quietly(null);
        return taken;
}

bool
take_detached_streams(void)
{
        return !detached || take_streams(attachers_input());
}

void
let_user_go(void)
{
        if (started < 0)
                return;
        /* From here on, what the launcher writes to its output is the container's terminal's. */
        if (!take_streams(-1))
                die("cannot leave the user's terminal");
        log_let_go();
        attachers_let_go();
        (void)!write(started, "", 1); /* if he has gone already, so be it */
        close(started);
        started = -1;
}

void
leave_user(void)
{
        if (user_waits < 0)
                return;
        prctl(PR_SET_PDEATHSIG, 0);
        /* Out of the terminal's session: its end is nobody's business here any more. */
        if (setsid() < 0 || !take_streams(-1))
                die("cannot leave the user's terminal");
        log_begin();
        (void)!write(user_waits, "", 1); /* if he has gone already, so be it */
        close(user_waits);
        user_waits = -1;
}
