/* The program pasta, which carries what the container's network sends by sockets of the user's. It
 * is our child and ends with us, so it cannot outlive the container. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_WITHIN = 10000 /* ms */ };

static pid_t pasta;
static int words = -1; /* what it says; our end stays open, else saying something would end it */

static noreturn void
become_pasta(char **command, int network, int ready, int says, pid_t launcher)
{
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != launcher)
                _exit(EXIT_NOT_SET_UP);
        /* Signals of the user's terminal are for the container. */
        setsid();
        (void)!chdir("/");
        umask(022);
        if (dup2(network, STDIN_FILENO) < 0 || dup2(ready, STDOUT_FILENO) < 0 ||
            dup2(says, STDERR_FILENO) < 0 || close_from(STDERR_FILENO + 1, false) < 0)
                _exit(EXIT_NOT_SET_UP);
        restore_signals();
        execv(command[0], command);
        dprintf(STDERR_FILENO, "cannot start %s: %s\n", command[0], strerror(errno));
        _exit(EXIT_NOT_SET_UP);
}

const char *
words_of_pasta(void)
{
        static char said[160];
        char text[4096], *rest = text;
        ssize_t got = words < 0 ? 0 : read(words, text, sizeof(text) - 1);
        text[got > 0 ? got : 0] = '\0';
        said[0] = '\0';
        /* Where there is no syslog it complains of that, too. */
        for (const char *line; (line = strsep(&rest, "\n")) != NULL;)
                if (*line != '\0' && strncmp(line, "Failed to send", strlen("Failed to send")) != 0)
                        snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s%s",
                                 *said == '\0' ? "" : "; ", line);
        for (char *c = said; *c != '\0'; c++)
                if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
                        *c = '?';
        return said;
}

/* It says its pid when it has connected the container; the end of file is its own. Nobody waits on
 * for it who has been told to end. */
static bool
is_ready(int ready)
{
        struct pollfd polls[] = {{.fd = ready, .events = POLLIN},
                                 {.fd = open_ending_signals(), .events = POLLIN}};
        char byte;
        int count;
        if (polls[1].fd < 0)
                return false;
        do
                count = poll(polls, 2, READY_WITHIN);
        while (count < 0 && errno == EINTR);
        int error = count == 0 ? ETIMEDOUT : errno;
        close(polls[1].fd);
        errno = count > 0 ? EINTR : error;
        if (count <= 0 || polls[1].revents != 0)
                return false;
        ssize_t got = read(ready, &byte, 1);
        errno = got == 0 ? 0 : errno;
        return got == 1;
}

static bool
start(char **command, int network)
{
        int ready[2], says[2];
        if (pipe2(ready, O_CLOEXEC) < 0)
                return false;
        if (pipe2(says, O_CLOEXEC | O_NONBLOCK) < 0) {
                close_quietly(ready[0]);
                close_quietly(ready[1]);
                return false;
        }
        pid_t launcher = getpid();
        pasta = fork();
        if (pasta == 0)
                become_pasta(command, network, ready[1], says[1], launcher);
        close_quietly(ready[1]);
        close_quietly(says[1]);
        words = says[0];
        bool started = pasta > 0 && is_ready(ready[0]);
        int error = errno;
        close(ready[0]);
        if (!started)
                end_pasta();
        errno = error;
        return started;
}

/* Before there is an interface: for a second or two the kernel would ask around whether somebody
 * else has its IPv6 address, and answer nobody meanwhile. In there nobody else is. A kernel without
 * IPv6 has no such setting, nor the need. */
static void
trust_addresses(int network)
{
        pid_t child = fork();
        if (child == 0) {
                int fd = setns(network, CLONE_NEWNET) < 0
                                 ? -1
                                 : open("/proc/sys/net/ipv6/conf/default/accept_dad",
                                        O_WRONLY | O_CLOEXEC);
                _exit(fd < 0 || write(fd, "0", 1) != 1);
        }
        if (child > 0)
                waitpid(child, NULL, 0);
}

uint32_t
run_pasta(const struct step *step, pid_t pid)
{
        char path[64];
        snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
        int network = open(path, O_RDONLY | O_CLOEXEC);
        if (network < 0)
                return 0 + 1;
        trust_addresses(network);
        bool started = start(step->list[0].item, network);
        close_quietly(network);
        let_go_of_ports(false); /* it has them now */
        return started ? 0 : 1 + 1;
}

void
notice_end_of_pasta(void)
{
        int status;
        if (pasta <= 0 || waitpid(pasta, &status, WNOHANG) != pasta)
                return;
        pasta = 0;
        const char *why = words_of_pasta();
        if (*why == '\0')
                why = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "by itself";
        dprintf(STDERR_FILENO,
                "jrun: the program pasta has ended (%s): the container has no network any more\n",
                why);
}

void
end_pasta(void)
{
        if (pasta <= 0)
                return;
        kill(pasta, SIGKILL);
        waitpid(pasta, NULL, 0);
        pasta = 0;
}
