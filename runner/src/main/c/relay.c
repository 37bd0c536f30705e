/* Between the container's pseudo-terminal (whose master side we hold) and the user's terminal. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

struct buffer {
        char bytes[4096]; /* PIPE_BUF: a pipe that polls writable takes it whole */
        size_t used;
};

static int master = -1;
static struct buffer to_container, to_user;
static int typed_signal(void);
static bool input_ended, output_ended, container_deaf, master_ended, keys_were_typed;

void
relay_resize(void)
{
        copy_window_size(master);
}

void
relay_start(int container_master)
{
        master = container_master;
        int flags = fcntl(master, F_GETFL);
        if (flags < 0 || fcntl(master, F_SETFL, flags | O_NONBLOCK) < 0)
                die("cannot set up the container's terminal");
        relay_resize();
        make_terminal_raw();
}

void
relay_without_input(void)
{
        input_ended = true;
}

bool
relay_is_on(void)
{
        return master >= 0;
}

bool
relay_takes_input(void)
{
        return master >= 0 && !master_ended && to_container.used == 0;
}

int
relay_type(const char *bytes, size_t size)
{
        memcpy(to_container.bytes, bytes, size);
        to_container.used = size;
        return typed_signal();
}

/* A program that draws the screen does so again when the size changes, and whoever looks on from
 * now on has seen nothing yet. */
void
relay_set_size(unsigned short rows, unsigned short columns)
{
        struct winsize size = {.ws_row = (unsigned short)(rows + 1), .ws_col = columns};
        if (master < 0)
                return;
        ioctl(master, TIOCSWINSZ, &size);
        size.ws_row = rows;
        ioctl(master, TIOCSWINSZ, &size);
}

bool
relay_was_left(void)
{
        bool were_typed = keys_were_typed;
        keys_were_typed = false;
        return were_typed;
}

void
relay_leave(void)
{
        restore_terminal();
        relay_without_input();
        to_user.used = 0;
}

void
relay_continue(void)
{
        keep_terminal_raw();
        relay_resize();
}

void
relay_prepare(struct pollfd polls[RELAY_POLLS])
{
        bool running = master >= 0 && !master_ended;
        bool wants_input = running && !input_ended && to_container.used == 0;
        int at_master = (to_user.used == 0 ? POLLIN : 0) | (to_container.used > 0 ? POLLOUT : 0);
        polls[0] = (struct pollfd){.fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = running && to_user.used > 0 ? STDOUT_FILENO : -1,
                                   .events = POLLOUT};
        /* Nothing asked: do not hear of a hang-up again and again. */
        polls[2] = (struct pollfd){.fd = running && at_master != 0 ? master : -1,
                                   .events = (short)at_master};
}

static void
read_input(void)
{
        static bool in_line;
        ssize_t got = read(STDIN_FILENO, to_container.bytes, sizeof(to_container.bytes) - MAX_KEYS);
        if (got > 0) {
                to_container.used = (size_t)got;
                in_line = to_container.bytes[got - 1] != '\n';
                keys_were_typed = find_detach_keys(to_container.bytes, &to_container.used);
        } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
                /* A terminal says end of file with its own character: ^D unless changed. Within a
                 * line the first one only ends the line (termios(3), VEOF). */
                struct termios modes;
                char end = tcgetattr(master, &modes) == 0 ? (char)modes.c_cc[VEOF] : '\4';
                to_container.bytes[0] = to_container.bytes[1] = end;
                to_container.used = in_line ? 2 : 1;
                input_ended = true;
        }
}

static void
write_out(struct buffer *buffer, int fd, bool *ended)
{
        ssize_t put = *ended ? (ssize_t)buffer->used : write(fd, buffer->bytes, buffer->used);
        if (put < 0 && errno != EINTR && errno != EAGAIN) {
                *ended = true;
                put = (ssize_t)buffer->used;
        }
        if (put > 0) {
                buffer->used -= (size_t)put;
                memmove(buffer->bytes, buffer->bytes + put, buffer->used);
        }
}

static void
read_output(void)
{
        ssize_t got = read(master, to_user.bytes, sizeof(to_user.bytes));
        if (got > 0) {
                to_user.used = (size_t)got;
                tell_attachers(STDOUT_FILENO, to_user.bytes, to_user.used);
        } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
                master_ended = true; /* EIO: nobody has the other side open */
        }
}

pid_t
relay_foreground(void)
{
        return tcgetpgrp(master);
}

/* The terminal sends a signal for one of these characters unless it stands behind one that takes
 * its meaning away (termios(3), ISIG and VLNEXT). */
static int
typed_signal(void)
{
        static bool is_literal;
        struct termios modes;
        int typed = 0;
        if (tcgetattr(master, &modes) < 0 || !(modes.c_lflag & ISIG))
                return 0;
        bool has_literals = (modes.c_lflag & ICANON) && (modes.c_lflag & IEXTEN);
        for (size_t i = 0; i < to_container.used; i++) {
                cc_t c = (cc_t)to_container.bytes[i];
                if (is_literal || c == _POSIX_VDISABLE)
                        is_literal = false;
                else if (c == modes.c_cc[VINTR])
                        typed = SIGINT;
                else if (c == modes.c_cc[VQUIT])
                        typed = SIGQUIT;
                else
                        is_literal = has_literals && c == modes.c_cc[VLNEXT];
        }
        return typed;
}

int
relay_move(const struct pollfd polls[RELAY_POLLS])
{
        int typed = 0;
        if (polls[0].revents != 0) {
                read_input();
                typed = typed_signal();
        }
        if (polls[1].revents != 0)
                write_out(&to_user, STDOUT_FILENO, &output_ended);
        if (polls[2].revents & POLLOUT)
                write_out(&to_container, master, &container_deaf);
        if ((polls[2].revents & (POLLIN | POLLHUP | POLLERR)) && to_user.used == 0)
                read_output();
        return typed;
}

/* Nobody may be reading any more, and the signal that would end us is blocked. */
static bool
write_rest(int signals)
{
        struct pollfd polls[2] = {{.fd = STDOUT_FILENO, .events = POLLOUT},
                                  {.fd = signals, .events = POLLIN}};
        struct signalfd_siginfo info;
        while (to_user.used > 0) {
                if (poll(polls, 2, -1) < 0 && errno != EINTR)
                        return false;
                if (polls[1].revents != 0 && read(signals, &info, sizeof(info)) == sizeof(info) &&
                    ends_by_default((int)info.ssi_signo))
                        return false;
                if (polls[0].revents != 0)
                        write_out(&to_user, STDOUT_FILENO, &output_ended);
        }
        return true;
}

void
relay_stop(int signals)
{
        while (master >= 0 && write_rest(signals)) {
                read_output();
                if (to_user.used == 0)
                        break; /* it ended, or somebody outlives the container and is silent */
        }
        restore_terminal();
}
