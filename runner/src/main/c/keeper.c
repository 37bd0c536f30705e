/* The process that makes the container's cgroups and removes them, its network and its temporary
 * place, after our end, whatever brings that about: nobody can run code after SIGKILL, so only
 * somebody else can remove what we leave. It is in a session of its own, where no terminal's
 * signals arrive, and has nothing open but a socket to us. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL = 3 }; /* its socket */

static pid_t keeper;
static int keeper_socket = -1;

/* It sends one when the cgroups of version 2 are ready, one when all are, and one when they are
 * gone. */
enum { ALL_REPORTS = READY_TO_JOIN + 1 };
static int reports_received;

/* In the keeper, which has nothing to tell but to the launcher. */
static void
leave_everything(int control)
{
        if (control != CONTROL)
                dup3(control, CONTROL, O_CLOEXEC);
        close_from(CONTROL + 1, false);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
                dup2(null, fd);
        close_from(CONTROL + 1, false);
        setsid();
        (void)!chdir("/");
        prctl(PR_SET_NAME, "jrun-cgroups");
}

/* When the container need not wait for it. */
static void
sweep_beside(const struct plan *plan)
{
        char directory[PATH_MAX];
        for (uint32_t i = 0; i < plan->clone; i++) {
                if (plan->step[i].kind != STEP_KEEP_RECORD)
                        continue;
                snprintf(directory, sizeof(directory), "%s", plan->step[i].word.item[0]);
                char *slash = strrchr(directory, '/');
                if (slash != NULL) {
                        *slash = '\0';
                        sweep_records(directory);
                }
        }
}

/* And says so. */
static void
make_some_cgroups(const struct plan *plan, bool of_version_2, int control)
{
        struct report report = make_cgroups(plan, of_version_2);
        send(control, &report, sizeof(report), MSG_NOSIGNAL);
        if (report.kind == REPORT_FAILURE)
                _exit(EXIT_NOT_SET_UP);
}

static struct report
leave_places(const struct plan *plan)
{
        leave_network(plan);
        return remove_temporary_place(plan);
}

static struct report
remove_all(const struct plan *plan)
{
        struct report cgroups = remove_all_cgroups(plan), places = leave_places(plan);
        return places.kind == REPORT_FAILURE && cgroups.kind != REPORT_FAILURE ? places : cgroups;
}

static noreturn void
keep(const struct plan *plan, int control)
{
        char nothing;
        umask(022);
        make_some_cgroups(plan, true, control); /* first of all: for that the launcher waits */
        leave_everything(control);
        make_some_cgroups(plan, false, CONTROL);
        sweep_beside(plan);
        /* Nothing is ever sent: this ends with the launcher, or when it wants us to. */
        while (read(CONTROL, &nothing, 1) < 0 && errno == EINTR)
                ;
        struct report report = remove_all(plan);
        send(CONTROL, &report, sizeof(report), MSG_NOSIGNAL);
        _exit(0);
}

/* Returns false if the keeper has ended without a word. */
static bool
receive_report(struct report *report)
{
        ssize_t got;
        do
                got = recv(keeper_socket, report, sizeof(*report), 0);
        while (got < 0 && errno == EINTR);
        reports_received++;
        return got == (ssize_t)sizeof(*report);
}

void
await_keeper(void)
{
        if (keeper > 0)
                waitpid(keeper, NULL, 0);
        keeper = 0;
}

void
start_keeper(const struct plan *plan)
{
        int control[2];
        if (!makes_cgroups(plan) && !has_lease(plan) && !has_temporary_place(plan))
                return;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
                die("cannot create a socket pair");
        keeper = fork();
        if (keeper < 0)
                die("cannot start the process that keeps the cgroups");
        if (keeper == 0) {
                close(control[0]);
                keep(plan, control[1]);
        }
        close(control[1]);
        keeper_socket = control[0];
}

bool
await_cgroups(enum readiness readiness, struct report *failure)
{
        while (keeper > 0 && reports_received < (int)readiness) {
                struct report report;
                errno = 0;
                if (!receive_report(&report))
                        die("the process that keeps the cgroups has ended");
                if (report.kind != REPORT_FAILURE)
                        continue;
                *failure = report;
                close(keeper_socket);
                await_keeper();
                return false;
        }
        return true;
}

bool
waits_for_cgroups(void)
{
        return keeper > 0 && has_joined();
}

struct report
release_keeper(const struct plan *plan)
{
        struct report report = {.kind = 0};
        release_network();
        if (keeper <= 0)
                return leave_places(plan);
        shutdown(keeper_socket, SHUT_WR);
        /* After a failure of ours it may have more to say than that all is gone. */
        bool ended = false;
        while (!ended && reports_received < ALL_REPORTS) {
                if (!receive_report(&report)) { /* somebody has killed it */
                        report = remove_all(plan);
                        ended = true;
                } else if (report.kind == REPORT_FAILURE && reports_received < ALL_REPORTS) {
                        /* It has failed, too, and removed the cgroups that it had made. */
                        report = leave_places(plan);
                        ended = true;
                }
        }
        close(keeper_socket);
        return report;
}
