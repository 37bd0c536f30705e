/* The launcher while the container runs: starts it, passes signals on, relays its terminal, and
 * ends as it ended. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct container {
        const struct plan *plan;
        pid_t pid;
        int reports;
        bool has_pid_namespace;
        bool started;          /* it has left our code */
        struct report failure; /* kind is 0 if there is none */
        int ended_by;          /* the signal that we ended it for, or 0 */
};

/* How long the container may run; step is NULL if that is for ever. */
static struct {
        const struct step *step;
        int timer;
        bool passed;
} time_limit = {.timer = -1};

void
print_failure(const struct plan *plan, const struct report *failure)
{
        const struct step *step = &plan->step[failure->step];
        char detail[sizeof(failure->detail)];
        /* The kernel quotes what it was given, and that may hold control sequences. */
        for (size_t i = 0; i < sizeof(detail); i++) {
                unsigned char c = (unsigned char)failure->detail[i];
                detail[i] = (c > 0 && c < ' ') || c >= 0x7f ? '?' : (char)c;
        }
        for (uint32_t i = 0; i < step->failure.count; i++)
                if (step->failed[i].part == failure->part &&
                    step->failed[i].error == (uint32_t)failure->error) {
                        bool more = failure->error == 0 && *detail != '\0';
                        dprintf(STDERR_FILENO, "jrun: %s%s%s\n", step->failure.item[i],
                                more ? ": " : "", more ? detail : "");
                        return;
                }
        const char *text = failure->part < step->failure.count ? step->failure.item[failure->part]
                                                               : "a step failed";
        dprintf(STDERR_FILENO, "jrun: %s: %s%s%s%s\n", text, strerror(failure->error),
                *detail ? " (" : "", detail, *detail ? ")" : "");
}

static int
failure_status(const struct plan *plan, const struct report *failure)
{
        if (plan->step[failure->step].kind != STEP_EXEC)
                return EXIT_NOT_SET_UP;
        /* Parts: not there, not executable, its interpreter is not there, init. */
        static const int statuses[] = {EXIT_NOT_FOUND, EXIT_NOT_EXECUTABLE, EXIT_NOT_EXECUTABLE};
        return failure->part < 3 ? statuses[failure->part] : EXIT_NOT_SET_UP;
}

/* Of a word that could not be sent: the process has ended, perhaps without reading another, and we
 * will see why. */
static bool
has_nobody_to_read(int error)
{
        return error == EPIPE || error == ECONNRESET;
}

/* The launcher's steps after the clone, then the word that the new process waits for. */
static void
admit(struct container *container)
{
        const struct plan *plan = container->plan;
        bool ready = await_cgroups(READY_TO_JOIN, &container->failure) &&
                     open_oom_files(plan, &container->failure);
        if (ready && waits_for_cgroups() && !send_join(container->reports) &&
            !has_nobody_to_read(errno))
                die("cannot start the container");
        /* While it works. If we end before, it does with us. */
        if (ready && !record_start(container->pid))
                die("cannot record that the container runs");
        if (ready && waits_for_launcher(plan)) {
                ready = take_launcher_steps(plan, plan->clone + 1, plan->first_own, container->pid,
                                            &container->failure);
                if (ready && !send_go(container->reports) && !has_nobody_to_read(errno))
                        die("cannot start the container");
        }
        if (!ready)
                kill(container->pid, SIGKILL);
}

/* Without a cgroup that could not be made, what needs it fails, too. */
static void
prefer_failure_of_keeper(struct report *failure)
{
        struct report first;
        if (!await_cgroups(READY_TO_JOIN, &first))
                *failure = first;
}

/* Returns false and a failure filled in if the kernel refuses. */
static bool
start(struct container *container)
{
        int reports[2];
        const struct plan *plan = container->plan;
        bool into_cgroup;
        start_keeper(plan);
        if (!take_launcher_steps(plan, 0, plan->clone + plan->enters, 0, &container->failure) ||
            !await_cgroups(READY_TO_CLONE, &container->failure) ||
            !open_cgroup_to_clone_into(plan, &container->failure)) {
                prefer_failure_of_keeper(&container->failure);
                return false;
        }
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, reports) < 0)
                die("cannot create a socket pair");
        pid_t pid = clone_container(plan, &into_cgroup);
        int error = errno;
        if (pid == 0) {
                close(reports[0]);
                become_container(plan, reports[1], into_cgroup);
        }
        close(reports[1]);
        container->reports = reports[0];
        container->pid = pid;
        if (pid < 0) {
                container->failure = (struct report){
                        .kind = REPORT_FAILURE, .step = plan->clone, .error = error};
                prefer_failure_of_keeper(&container->failure);
        } else
                admit(container);
        return pid > 0;
}

static void
read_report(struct container *container)
{
        struct report report;
        struct iovec data = {.iov_base = &report, .iov_len = sizeof(report)};
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = {.msg_iov = &data,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof(control)};
        ssize_t got = recvmsg(container->reports, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        /* A process that ends before it has read our word resets the connection, which is told once
         * and ahead of its last report. */
        if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == ECONNRESET))
                return;
        if (got != sizeof(report)) {
                /* End of file: execve has closed the other end, or the process has ended. */
                container->started = true;
                if (container->failure.kind != REPORT_FAILURE) {
                        record_running();
                        let_user_go();
                }
                close(container->reports);
                container->reports = -1;
                return;
        }
        if (report.kind == REPORT_FAILURE && report.step < container->plan->step_count)
                container->failure = report;
        if (report.kind == REPORT_TERMINAL) {
                const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
                int master;
                errno = EMFILE; /* why the kernel leaves a descriptor out */
                if (rights == NULL || rights->cmsg_type != SCM_RIGHTS)
                        die("cannot receive the container's terminal");
                memcpy(&master, CMSG_DATA(rights), sizeof(master));
                relay_start(master);
                if (is_detached())
                        relay_without_input();
        }
}

/* Wherever it is, and if somebody has paused it. */
static void
end_container(const struct container *container)
{
        kill(container->pid, SIGKILL);
        thaw_joined();
}

/* The kernel does not deliver a signal with default action to the first process of a pid namespace
 * (pid_namespaces(7)), so `sleep` in there would ignore ^C. We do what the signal would have done.
 * So too before the program has started: there is nothing to save yet. Returns whether we did. */
static bool
end_if_lost(struct container *container, int signal)
{
        bool started = container->started && container->failure.kind != REPORT_FAILURE;
        if (!ends_by_default(signal) ||
            (started && (!container->has_pid_namespace || is_noticed(container->pid, signal))))
                return false;
        container->ended_by = signal;
        end_container(container);
        return true;
}

static void
pass_on(struct container *container, int signal)
{
        if (signal == SIGWINCH)
                relay_resize();
        if (signal == SIGCONT)
                relay_continue();
        if (!end_if_lost(container, signal))
                kill(container->pid, signal);
}

/* The container's terminal has sent it, unless the kernel threw it away as above. */
static void
notice_typed(struct container *container, int signal)
{
        if (signal != 0 && relay_foreground() == container->pid)
                end_if_lost(container, signal);
}

static bool
start_timer(uint64_t seconds)
{
        /* All zeros would stop the timer. */
        struct itimerspec end = {.it_value = {.tv_sec = (time_t)seconds, .tv_nsec = 1}};
        return timerfd_settime(time_limit.timer, 0, &end, NULL) == 0;
}

uint32_t
limit_time(const struct step *step, pid_t pid)
{
        time_limit.step = step;
        time_limit.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
        return time_limit.timer >= 0 && start_timer(step->number[0]) ? 0 : 1;
}

static void
time_is_up(struct container *container)
{
        uint64_t count;
        if (read(time_limit.timer, &count, sizeof(count)) != sizeof(count))
                return;
        if (time_limit.passed || !start_timer(time_limit.step->number[2]))
                end_container(container);
        else
                pass_on(container, (int)time_limit.step->number[1]);
        time_limit.passed = true;
}

/* A child that nobody has waited for keeps its pid, so kill(2) is never another's. */
static void
supervise(struct container *container, struct signals signals)
{
        enum {
                SIGNALS,
                CHILDREN,
                REPORTS,
                TIMER,
                LOG,
                RELAY = LOG + LOG_POLLS,
                ATTACHERS = RELAY + RELAY_POLLS,
                POLLS = ATTACHERS + ATTACHER_POLLS
        };
        struct pollfd polls[POLLS];
        struct signalfd_siginfo info;
        bool ended = false;
        while (!ended) {
                polls[SIGNALS] = (struct pollfd){.fd = signals.container, .events = POLLIN};
                polls[CHILDREN] = (struct pollfd){.fd = signals.children, .events = POLLIN};
                polls[REPORTS] = (struct pollfd){.fd = container->reports, .events = POLLIN};
                polls[TIMER] = (struct pollfd){.fd = time_limit.timer, .events = POLLIN};
                log_prepare(&polls[LOG]);
                relay_prepare(&polls[RELAY]);
                attachers_prepare(&polls[ATTACHERS]);
                if (poll(polls, POLLS, -1) < 0) {
                        if (errno == EINTR)
                                continue;
                        die("cannot wait for the container");
                }
                /* Reports before signals: whether the program has started decides about those. */
                if (polls[REPORTS].revents != 0)
                        read_report(container);
                if (polls[SIGNALS].revents != 0 &&
                    read(signals.container, &info, sizeof(info)) == sizeof(info))
                        pass_on(container, (int)info.ssi_signo);
                ended = polls[CHILDREN].revents != 0 && has_ended(signals, container->pid);
                if (polls[CHILDREN].revents != 0 && !ended)
                        notice_end_of_pasta();
                if (polls[TIMER].revents != 0 && !ended)
                        time_is_up(container);
                log_move(&polls[LOG]);
                notice_typed(container, relay_move(&polls[RELAY]));
                if (relay_was_left()) {
                        relay_leave();
                        leave_user();
                }
                notice_typed(container, attachers_move(&polls[ATTACHERS]));
        }
        while (container->reports >= 0)
                read_report(container);
}

/* Whether what follows is about another one. */
static bool
ends_container(enum step_kind kind)
{
        return kind == STEP_PRINT_NAME || kind == STEP_AWAIT_END || kind == STEP_REFUSE;
}

int
run_control(const struct plan *plan)
{
        struct report failure;
        int status = 0;
        uint32_t i = 0;
        while (!take_launcher_steps(plan, i, plan->step_count, 0, &failure)) {
                print_failure(plan, &failure);
                status = EXIT_NOT_SET_UP;
                i = failure.step;
                while (i < plan->step_count && !ends_container(plan->step[i].kind))
                        i++;
                if (++i >= plan->step_count)
                        break;
        }
        return status;
}

/* As a shell has it, unless there is more to be said about the end. */
static int
exit_status(const struct container *container, int status)
{
        const struct plan *plan = container->plan;
        if (container->failure.kind == REPORT_FAILURE && container->ended_by == 0) {
                print_failure(plan, &container->failure);
                return failure_status(plan, &container->failure);
        }
        if (time_limit.passed) {
                struct report up = {.step = (uint32_t)(time_limit.step - plan->step),
                                    .part = 1,
                                    .error = ETIMEDOUT};
                print_failure(plan, &up);
                return (int)time_limit.step->number[3];
        }
        if (!WIFSIGNALED(status))
                return WEXITSTATUS(status);
        bool by_us = container->ended_by != 0 && WTERMSIG(status) == SIGKILL;
        return 128 + (by_us ? container->ended_by : WTERMSIG(status));
}

int
run_container(const struct plan *plan, struct signals signals)
{
        struct container container = {.plan = plan};
        container.has_pid_namespace = (plan->own_namespaces & CLONE_NEWPID) != 0;
        int status = 0;
        if (start(&container)) {
                supervise(&container, signals);
                if (waitpid(container.pid, &status, 0) < 0)
                        die("cannot wait for the container");
                end_pasta();
                relay_stop(signals.container);
                report_oom_kills();
        }
        struct report left_over = release_keeper(plan);
        if (left_over.kind == REPORT_FAILURE)
                print_failure(plan, &left_over);
        int ended = exit_status(&container, status);
        log_rest(); /* what we had to say, too */
        record_end(ended, container.started && container.failure.kind != REPORT_FAILURE);
        attachers_end();
        await_keeper();
        return ended;
}
