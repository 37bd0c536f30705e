/* The other side of attachers.c: shows what a container says and sends it what the user types. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

/* The numbers of the step. */
enum { LAUNCHER, START, TERMINAL, INPUT, SIGNALS, KEYS };

/* The parts that can fail after the first, which is to get there. */
enum { NO_WORD_OF_ITS_END = 1, TOO_MANY = 2, NO_SIGNALS = 3 };

static int container = -1, launcher = -1;
static const struct step *step;

/* What is to be written: to the container a whole message, to the user bytes. */
static struct {
        char bytes[MESSAGE_SIZE];
        size_t used;
} to_container, to_user;
static int user_fd;

static bool has_input, reader_left, keys_were_typed, is_complete, was_full;

/* Where the launcher writes how the container has ended, open as it may go with the record. */
static int end_file = -1;

/* Returns 0 or a part plus one. The socket is that of the launcher that the record is of. */
static uint32_t
connect_to_launcher(void)
{
        struct sockaddr_un address;
        struct ucred peer;
        socklen_t size = sizeof(peer);
        int record = open(step->word.item[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        container = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        if (record < 0 || container < 0 || !name_attachers_socket(record, &address) ||
            connect(container, (struct sockaddr *)&address, sizeof(address)) < 0 ||
            getsockopt(container, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
                return 0 + 1;
        end_file = openat(record, "end", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (end_file < 0)
                return 0 + 1;
        close(record);
        if (step->number[SIGNALS] != 0) {
                launcher = open_process(step->number[LAUNCHER], step->number[START]);
                if (launcher < 0)
                        return (errno == ESRCH ? 0 : NO_SIGNALS) + 1;
        }
        errno = ESRCH;
        return (uint64_t)peer.pid == step->number[LAUNCHER] &&
                               start_of_process(peer.pid) == step->number[START]
                       ? 0
                       : 0 + 1;
}

/* Small messages, for which there is room unless the launcher is about to end. */
static void
send_message(char kind, const void *bytes, size_t size)
{
        char message[16] = {kind};
        memcpy(message + 1, bytes, size);
        (void)!send(container, message, size + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
send_window_size(void)
{
        struct winsize size;
        if (step->number[TERMINAL] != 0 && get_window_size(&size)) {
                unsigned short numbers[2] = {size.ws_row, size.ws_col};
                send_message(FRAME_SIZE, numbers, sizeof(numbers));
        }
}

static void
read_user(void)
{
        char *body = to_container.bytes + 1;
        ssize_t got = read(STDIN_FILENO, body, TYPED_AT_ONCE - MAX_KEYS);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
                return;
        if (got <= 0) {
                has_input = false;
                to_container.bytes[0] = FRAME_INPUT_END;
                to_container.used = 1;
                return;
        }
        size_t typed = (size_t)got;
        if (step->number[TERMINAL] != 0 && isatty(STDIN_FILENO))
                keys_were_typed = find_detach_keys(body, &typed);
        to_container.bytes[0] = FRAME_INPUT;
        to_container.used = typed == 0 ? 0 : typed + 1;
}

static void
send_typed(void)
{
        if (to_container.used > 0 && (send(container, to_container.bytes, to_container.used,
                                           MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
                                      errno != EAGAIN))
                to_container.used = 0;
}

/* Returns false at the end. */
static bool
hear_container(void)
{
        char message[MESSAGE_SIZE];
        uint64_t lost;
        ssize_t got = recv(container, message, sizeof(message), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
                return true;
        if (got <= 0)
                return false;
        size_t size = (size_t)got - 1;
        if (message[0] == FRAME_OUTPUT || message[0] == FRAME_ERROR) {
                memcpy(to_user.bytes, message + 1, size);
                to_user.used = size;
                user_fd = message[0] == FRAME_ERROR ? STDERR_FILENO : STDOUT_FILENO;
        }
        if (message[0] == FRAME_LOST && size == sizeof(lost)) {
                memcpy(&lost, message + 1, sizeof(lost));
                dprintf(STDERR_FILENO,
                        "\r\njrun: %llu bytes are missing here: nobody read them\r\n",
                        (unsigned long long)lost);
        }
        is_complete = is_complete || message[0] == FRAME_END;
        was_full = was_full || message[0] == FRAME_FULL;
        return true;
}

static void
show(void)
{
        ssize_t put = write(user_fd, to_user.bytes, to_user.used);
        if (put < 0 && errno != EINTR && errno != EAGAIN) {
                reader_left = true;
                put = (ssize_t)to_user.used;
        }
        if (put > 0) {
                to_user.used -= (size_t)put;
                memmove(to_user.bytes, to_user.bytes + put, to_user.used);
        }
}

/* Returns the signal that ends us, or 0. A terminal that is lost is the user's and not the
 * container's. */
static int
take_signal(int signals)
{
        struct signalfd_siginfo info;
        if (read(signals, &info, sizeof(info)) != sizeof(info))
                return 0;
        int signal = (int)info.ssi_signo;
        if (signal == SIGCONT)
                keep_terminal_raw();
        if (signal == SIGWINCH || signal == SIGCONT)
                send_window_size();
        else if (launcher >= 0 && signal != SIGHUP)
                send_signal(launcher, signal); /* who knows what its program does with them */
        else if (ends_by_default(signal))
                return signal;
        return 0;
}

/* Until somebody leaves. Returns the signal that ended it, or 0. */
static int
relay_messages(int signals)
{
        bool is_there = true;
        int ended_by = 0;
        while ((is_there || to_user.used > 0) && ended_by == 0 && !reader_left) {
                bool types = is_there && has_input && to_container.used == 0;
                short wanted = (short)((to_user.used == 0 ? POLLIN : 0) |
                                       (to_container.used > 0 ? POLLOUT : 0));
                struct pollfd polls[] = {
                        {.fd = is_there && wanted != 0 ? container : -1, .events = wanted},
                        {.fd = types ? STDIN_FILENO : -1, .events = POLLIN},
                        {.fd = to_user.used > 0 ? user_fd : -1, .events = POLLOUT},
                        {.fd = signals, .events = POLLIN},
                };
                if (poll(polls, sizeof(polls) / sizeof(*polls), -1) < 0)
                        continue; /* EINTR */
                if (polls[2].revents != 0)
                        show();
                if (polls[0].revents & (POLLIN | POLLHUP | POLLERR) && to_user.used == 0)
                        is_there = hear_container();
                if (polls[0].revents & POLLOUT)
                        send_typed();
                if (polls[1].revents != 0)
                        read_user();
                if (polls[3].revents != 0)
                        ended_by = take_signal(signals);
                if (keys_were_typed)
                        break;
        }
        return ended_by;
}

/* After the end of the connection. */
static int
container_status(const struct plan *plan)
{
        int status;
        struct report failure = {.part = NO_WORD_OF_ITS_END, .error = ECONNRESET};
        if (was_full)
                failure = (struct report){.part = TOO_MANY, .error = EBUSY};
        else if (read_end(end_file, &status)) {
                if (!is_complete)
                        dprintf(STDERR_FILENO, "jrun: the rest is missing here: nobody read it\n");
                return status;
        }
        print_failure(plan, &failure);
        return EXIT_NOT_SET_UP;
}

int
run_attach(const struct plan *plan, struct signals signals)
{
        step = &plan->step[0];
        set_detach_keys(step->number + KEYS, step->number_count - KEYS);
        has_input = step->number[INPUT] != 0;
        uint32_t failed = connect_to_launcher();
        if (failed > 0) {
                struct report failure = {.part = failed - 1, .error = errno};
                print_failure(plan, &failure);
                return EXIT_NOT_SET_UP;
        }
        if (step->number[TERMINAL] != 0 && has_input)
                make_terminal_raw();
        send_window_size();
        int ended_by = relay_messages(signals.container);
        send_typed();
        restore_terminal();
        if (ended_by != 0)
                return 128 + ended_by;
        if (reader_left)
                return 128 + SIGPIPE;
        if (keys_were_typed)
                return 0;
        return container_status(plan);
}
