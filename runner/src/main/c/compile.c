/* The JVM turns the command line into a plan. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE_IMAGE = 16 << 20 }; /* bytes */

static void
script_path(const char *program, char path[PATH_MAX])
{
        /* <dist>/bin/jrun: twice up. */
        size_t length = strlen(program);
        for (int up = 0; up < 2; up++) {
                while (length > 0 && program[length - 1] != '/')
                        length--;
                while (length > 0 && program[length - 1] == '/')
                        length--;
        }
        int used = snprintf(path, PATH_MAX, "%.*s/lib/compile-plan", (int)length, program);
        if (used >= PATH_MAX) {
                errno = ENAMETOOLONG;
                die("cannot start the plan compiler beside %s", program);
        }
}

/* Whether an argument may be an image that takes seconds to read: then the JVM's second compiler is
 * worth its start, for with it digests take a tenth of the time. */
static bool
names_large_image(char **arguments)
{
        struct stat file;
        char layout[PATH_MAX];
        for (; *arguments != NULL; arguments++) {
                if (stat(*arguments, &file) < 0)
                        continue;
                if (S_ISREG(file.st_mode) && file.st_size >= LARGE_IMAGE)
                        return true;
                if (S_ISDIR(file.st_mode) &&
                    snprintf(layout, PATH_MAX, "%s/oci-layout", *arguments) < PATH_MAX &&
                    access(layout, F_OK) == 0)
                        return true;
        }
        return false;
}

/* It inherits them, and a variable says which they are. */
static bool
hand_down(const int questions[2])
{
        char text[32];
        snprintf(text, sizeof(text), "%d %d", questions[0], questions[1]);
        return fcntl(questions[0], F_SETFD, 0) == 0 && fcntl(questions[1], F_SETFD, 0) == 0 &&
               setenv("JRUN_PORTS", text, 1) == 0;
}

static noreturn void
become_compiler(const char *script, char **arguments, int plan_fd, const char *facts,
                const int questions[2], pid_t parent)
{
        /* A launcher that is killed takes the compiler with it. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
            fcntl(plan_fd, F_SETFD, 0) < 0 || setenv("JRUN_LAUNCHER", facts, 1) < 0 ||
            setenv("JRUN_WORK", names_large_image(arguments) ? "long" : "short", 1) < 0 ||
            !hand_down(questions))
                _exit(EXIT_NOT_SET_UP);
        restore_signals();
        execv(script, arguments);
        die("cannot start %s (bin and lib of an installation belong together)", script);
}

static void
pass_on_signals(int signals, pid_t pid, int *stopped_by)
{
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof(info)) == sizeof(info)) {
                int signal = (int)info.ssi_signo;
                /* What the terminal sends it sends to the whole process group. */
                if (info.ssi_code != SI_KERNEL)
                        kill(pid, signal);
                if (ends_by_default(signal))
                        *stopped_by = signal;
        }
}

static void
await_compiler(pid_t pid, struct signals signals, int *stopped_by)
{
        struct pollfd polls[3] = {{.fd = signals.container, .events = POLLIN},
                                  {.fd = signals.children, .events = POLLIN},
                                  {.events = POLLIN}};
        *stopped_by = 0;
        do {
                polls[2].fd = questions_descriptor();
                if (poll(polls, 3, -1) < 0) {
                        if (errno != EINTR)
                                die("cannot wait for the plan compiler");
                        continue;
                }
                if (polls[2].revents != 0)
                        answer_question();
                pass_on_signals(signals.container, pid, stopped_by);
        } while (!has_ended(signals, pid));
        close_questions();
}

int
compile_plan(const char *program, char **arguments, int plan_fd, const char *facts,
             struct signals signals, int *stopped_by)
{
        char script[PATH_MAX];
        int status, questions[2];
        script_path(program, script);
        if (!open_questions(questions))
                die("cannot create a pipe");
        pid_t launcher = getpid(), pid = fork();
        if (pid == 0)
                become_compiler(script, arguments, plan_fd, facts, questions, launcher);
        if (pid < 0)
                die("cannot start the plan compiler");
        close(questions[0]);
        close(questions[1]);
        await_compiler(pid, signals, stopped_by);
        if (waitpid(pid, &status, 0) < 0)
                die("cannot wait for the plan compiler");
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
