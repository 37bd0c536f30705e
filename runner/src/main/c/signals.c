/* Signals as data in the launcher, as usual in what it starts. */
#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sets of signals are the kernel's and go to it by system calls: each C library keeps some of them
 * to itself (32 and 33; musl 34, too) and leaves those out of every set that it touches. */
typedef uint64_t signal_set;

enum { LAST_SIGNAL = 64 };

static signal_set original_mask;
static struct sigaction original_child;
static signal_set ending;    /* those of the watched that end who does nothing about them */
static signal_set untouched; /* those that were found to be at their default */

/* Ours are the faults, which have no later, and the job control that stops the launcher itself.
 * A write to a closed pipe shall be an error and no signal. */
static const int not_for_the_container[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE,
                                            SIGILL,  SIGTRAP, SIGABRT, SIGSYS, SIGCHLD,
                                            SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGPIPE};

static signal_set
only(int signal)
{
        return (signal_set)1 << (signal - 1);
}

static bool
change_mask(int how, signal_set set, signal_set *before)
{
        return syscall(SYS_rt_sigprocmask, how, &set, before, sizeof(set)) == 0;
}

static int
open_signals(signal_set set, int flags)
{
        return (int)syscall(SYS_signalfd4, -1, &set, sizeof(set), SFD_CLOEXEC | flags);
}

/* The handler is the first word of what the kernel tells (struct sigaction, asm/signal.h). */
static bool
is_ignored(int signal)
{
        uintptr_t action[8] = {0};
        return syscall(SYS_rt_sigaction, signal, NULL, action, sizeof(signal_set)) == 0 &&
               action[0] == (uintptr_t)SIG_IGN;
}

struct signals
watch_signals(void)
{
        struct signals signals;
        signal_set watched = ~(signal_set)0;
        for (size_t i = 0; i < sizeof(not_for_the_container) / sizeof(int); i++)
                watched &= ~only(not_for_the_container[i]);
        /* Who starts us with a signal ignored (nohup, a shell's &) wants it ignored. */
        for (int signal = 1; signal <= LAST_SIGNAL; signal++)
                if ((watched & only(signal)) && is_ignored(signal))
                        watched &= ~only(signal);
        untouched = watched; /* we catch none, and execve has made those of before the default */
        ending = watched;
        for (int signal = 1; signal <= LAST_SIGNAL; signal++)
                if (!ends_by_default(signal))
                        ending &= ~only(signal);
        /* An ignored SIGCHLD would throw exit statuses away. */
        struct sigaction by_default = {.sa_handler = SIG_DFL};
        if (sigaction(SIGCHLD, &by_default, &original_child) < 0 ||
            !change_mask(SIG_BLOCK, watched | only(SIGPIPE) | only(SIGCHLD), &original_mask))
                die("cannot set up signals");
        signals.container = open_signals(watched, SFD_NONBLOCK);
        signals.children = open_signals(only(SIGCHLD), SFD_NONBLOCK);
        if (signals.container < 0 || signals.children < 0)
                die("cannot create a signal descriptor");
        return signals;
}

int
open_ending_signals(void)
{
        return open_signals(ending, SFD_NONBLOCK);
}

bool
block_all_signals(void)
{
        return change_mask(SIG_BLOCK, ~(signal_set)0, NULL);
}

int
open_all_signals(void)
{
        return open_signals(~(signal_set)0, 0);
}

bool
has_ended(struct signals signals, pid_t pid)
{
        struct signalfd_siginfo info;
        siginfo_t end = {.si_pid = 0};
        /* First, so that the next end is a new signal. One may stand for several children. */
        while (read(signals.children, &info, sizeof(info)) == sizeof(info))
                ;
        if (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) < 0)
                die("cannot wait for process %d", (int)pid);
        return end.si_pid == pid;
}

void
restore_signals(void)
{
        sigaction(SIGCHLD, &original_child, NULL);
        change_mask(SIG_SETMASK, original_mask, NULL);
}

void
reset_signals(void)
{
        /* By the system call itself: the C library keeps 32 and 33 to itself, but somebody before
         * us (a JVM, say) may have them ignored, and execve keeps that. All zeros is SIG_DFL. */
        const uint64_t by_default[8] = {0};
        for (int signal = 1; signal <= LAST_SIGNAL; signal++)
                if (signal != SIGKILL && signal != SIGSTOP && !(untouched & only(signal)))
                        syscall(SYS_rt_sigaction, signal, by_default, NULL, sizeof(signal_set));
        change_mask(SIG_SETMASK, 0, NULL);
}

bool
ends_by_default(int signal)
{
        return signal != SIGCHLD && signal != SIGCONT && signal != SIGURG && signal != SIGWINCH &&
               signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU && signal != SIGSTOP;
}

/* Who waits in sigwait(3) blocks what he waits for, but /proc/PID/status does not show that while
 * he does (kernel/signal.c, do_sigtimedwait). tini, for one, lives in it. */
static bool
waits_for_signals(pid_t pid)
{
        char path[64], line[32] = "";
        snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
        FILE *call = fopen(path, "re");
        if (call == NULL)
                return false;
        long number = fgets(line, sizeof(line), call) == NULL ? -1 : strtol(line, NULL, 10);
        fclose(call);
        return number == SYS_rt_sigtimedwait;
}

bool
is_noticed(pid_t pid, int signal)
{
        char path[64], line[256];
        snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
        FILE *status = fopen(path, "re");
        if (status == NULL)
                return true; /* it is gone: nothing is lost on it */
        bool noticed = false;
        while (fgets(line, sizeof(line), status) != NULL) {
                unsigned long long set;
                if ((sscanf(line, "SigBlk: %llx", &set) == 1 ||
                     sscanf(line, "SigIgn: %llx", &set) == 1 ||
                     sscanf(line, "SigCgt: %llx", &set) == 1) &&
                    (set >> (signal - 1) & 1))
                        noticed = true;
        }
        fclose(status);
        return noticed || waits_for_signals(pid);
}
