/* Those who attach to a container: they see what it says and type what it reads, by a socket in its
 * record. Messages both ways begin with a letter that says what they are.
 *
 * Nobody of them can hold the container up: who reads nothing for a second gets the rest when he
 * reads again, but for what came meanwhile, and is waited for again when he has read all. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { STALL_MS = 1000 };

static struct attacher {
        int fd;        /* or -1 */
        uint64_t lost; /* bytes that he has not seen; if any, he is behind */
        bool is_slow;  /* he has been waited for, and is not again before he has read all */
        bool has_left; /* only what he typed before is still of interest */
} attachers[MAX_ATTACHERS];

static int directory = -1, listener = -1;

/* The container's standard input, if it is a pipe. */
static int input_end = -1, input = -1;
static char pending[MESSAGE_SIZE];
static size_t pending_used;
static bool input_ends;

bool
name_attachers_socket(int record, struct sockaddr_un *address)
{
        /* By way of the directory, as a whole path may be longer than an address can be. */
        *address = (struct sockaddr_un){.sun_family = AF_UNIX};
        int length = snprintf(address->sun_path, sizeof(address->sun_path),
                              "/proc/self/fd/%d/attach", record);
        return length < (int)sizeof(address->sun_path);
}

uint32_t
serve_attachers(const struct step *step, pid_t unused)
{
        struct sockaddr_un address;
        int ends[2];
        for (int i = 0; i < MAX_ATTACHERS; i++)
                attachers[i].fd = -1;
        directory = open(step->word.item[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        /* Before it has a name: that of a socket gets the mode that the socket has (unix(7)). */
        if (directory < 0 || listener < 0 || !name_attachers_socket(directory, &address) ||
            fchmod(listener, S_IRWXU) < 0 ||
            bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
            listen(listener, MAX_ATTACHERS) < 0)
                return 0 + 1;
        if (step->number[0] != 0) {
                if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0)
                        return 0 + 1;
                input_end = ends[0];
                input = ends[1];
        }
        return step->number[1] != 0 && !open_streams() ? 0 + 1 : 0;
}

int
attachers_input(void)
{
        return input_end;
}

void
attachers_let_go(void)
{
        if (input_end >= 0)
                close(input_end);
        input_end = -1;
}

static void
drop(struct attacher *attacher)
{
        close(attacher->fd);
        attacher->fd = -1;
}

static bool
try_to_send(int fd, char kind, const void *bytes, size_t size)
{
        struct iovec parts[2] = {{.iov_base = &kind, .iov_len = 1},
                                 {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/* Whether he has read all that was sent to him. */
static bool
has_caught_up(int fd)
{
        int unread;
        return ioctl(fd, SIOCOUTQ, &unread) == 0 && unread == 0;
}

static bool
send_in_time(struct attacher *attacher, char kind, const void *bytes, size_t size)
{
        struct pollfd room = {.fd = attacher->fd, .events = POLLOUT};
        if (try_to_send(attacher->fd, kind, bytes, size))
                return true;
        if (errno != EAGAIN || attacher->is_slow)
                return false;
        attacher->is_slow = poll(&room, 1, STALL_MS) <= 0;
        return !attacher->is_slow && try_to_send(attacher->fd, kind, bytes, size);
}

static void
tell(struct attacher *attacher, char kind, const char *bytes, size_t size)
{
        attacher->is_slow = attacher->is_slow && !has_caught_up(attacher->fd);
        if (attacher->lost > 0) {
                if (!try_to_send(attacher->fd, FRAME_LOST, &attacher->lost, sizeof(attacher->lost)))
                        attacher->lost += size;
                else
                        attacher->lost = 0;
        }
        if (attacher->lost == 0 && !send_in_time(attacher, kind, bytes, size))
                attacher->lost = size;
}

void
tell_attachers(int stream, const char *bytes, size_t size)
{
        for (int i = 0; listener >= 0 && i < MAX_ATTACHERS; i++)
                if (attachers[i].fd >= 0 && !attachers[i].has_left)
                        tell(&attachers[i], stream == STDERR_FILENO ? FRAME_ERROR : FRAME_OUTPUT,
                             bytes, size);
}

static bool
takes_input(void)
{
        return relay_is_on() ? relay_takes_input() : pending_used == 0;
}

void
attachers_prepare(struct pollfd polls[ATTACHER_POLLS])
{
        polls[0] = (struct pollfd){.fd = listener, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = pending_used > 0 ? input : -1, .events = POLLOUT};
        /* Without room for what he types, we hear of his end only, and once. */
        short wanted = takes_input() ? POLLIN : 0;
        for (int i = 0; i < MAX_ATTACHERS; i++) {
                bool is_of_interest = listener >= 0 && (wanted != 0 || !attachers[i].has_left);
                polls[2 + i] = (struct pollfd){.fd = is_of_interest ? attachers[i].fd : -1,
                                               .events = wanted};
        }
}

static void
accept_one(void)
{
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
                return;
        for (int i = 0; i < MAX_ATTACHERS; i++) {
                if (attachers[i].fd >= 0 && attachers[i].has_left)
                        drop(&attachers[i]);
                if (attachers[i].fd < 0) {
                        attachers[i] = (struct attacher){.fd = fd};
                        return;
                }
        }
        try_to_send(fd, FRAME_FULL, NULL, 0);
        close(fd);
}

/* What nobody reads any more is lost, as on any pipe. */
static void
write_input(void)
{
        ssize_t put = input < 0 ? (ssize_t)pending_used : write(input, pending, pending_used);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
                put = (ssize_t)pending_used;
        if (put > 0) {
                pending_used -= (size_t)put;
                memmove(pending, pending + put, pending_used);
        }
        if (input_ends && pending_used == 0 && input >= 0) {
                close(input);
                input = -1;
        }
}

/* Returns the signal that the container's terminal sends for it, or 0. */
static int
take_input(const char *bytes, size_t size)
{
        if (size == 0)
                return 0;
        if (relay_is_on())
                return relay_type(bytes, size);
        memcpy(pending, bytes, size);
        pending_used = size;
        write_input();
        return 0;
}

/* Returns the signal that the container's terminal sends for what he typed, or 0. */
static int
hear(struct attacher *attacher)
{
        char message[MESSAGE_SIZE];
        unsigned short size[2];
        ssize_t got = recv(attacher->fd, message, sizeof(message), 0);
        if (got <= 0) {
                if (got == 0 || (errno != EAGAIN && errno != EINTR))
                        drop(attacher);
                return 0;
        }
        const char *body = message + 1;
        size_t length = (size_t)got - 1;
        if (message[0] == FRAME_INPUT)
                return take_input(body, length);
        if (message[0] == FRAME_INPUT_END && !relay_is_on()) {
                input_ends = true;
                write_input();
        }
        if (message[0] == FRAME_SIZE && length == sizeof(size)) {
                memcpy(size, body, sizeof(size));
                relay_set_size(size[0], size[1]);
        }
        return 0;
}

int
attachers_move(const struct pollfd polls[ATTACHER_POLLS])
{
        if (polls[0].revents != 0)
                accept_one();
        if (polls[1].revents != 0)
                write_input();
        /* One at a time, as the next may find no room for what he types; the user may have typed,
         * too. */
        for (int i = 0; i < MAX_ATTACHERS; i++)
                if (polls[2 + i].fd >= 0 && polls[2 + i].revents != 0) {
                        if (takes_input())
                                return hear(&attachers[i]);
                        attachers[i].has_left = (polls[2 + i].revents & POLLHUP) != 0;
                }
        return 0;
}

/* He who has got it knows that nothing is missing. */
static void
end_one(struct attacher *attacher)
{
        if (attacher->lost == 0 ||
            send_in_time(attacher, FRAME_LOST, &attacher->lost, sizeof(attacher->lost)))
                send_in_time(attacher, FRAME_END, NULL, 0);
}

void
attachers_end(void)
{
        if (listener < 0)
                return;
        close(listener);
        unlinkat(directory, "attach", 0);
        for (int i = 0; i < MAX_ATTACHERS; i++)
                if (attachers[i].fd >= 0) {
                        end_one(&attachers[i]);
                        drop(&attachers[i]);
                }
        listener = -1;
}
