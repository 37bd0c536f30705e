/* The user's terminal: raw while another program's is shown there, and as it was before behind
 * that.
 */
#define _GNU_SOURCE
#include "launcher.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static bool is_raw;
static struct termios user_modes;

void
make_terminal_raw(void)
{
        static bool is_known_at_exit;
        struct termios raw;
        if (tcgetattr(STDIN_FILENO, &raw) < 0)
                return; /* not a terminal */
        if (!is_raw)
                user_modes = raw;
        if (!is_known_at_exit)
                atexit(restore_terminal); /* die() leaves without any other call */
        is_known_at_exit = true;
        cfmakeraw(&raw);
        is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void
keep_terminal_raw(void)
{
        if (is_raw)
                make_terminal_raw();
}

void
restore_terminal(void)
{
        if (!is_raw)
                return;
        /* From the background too, where it would stop us. */
        sigset_t output_stop, before;
        sigemptyset(&output_stop);
        sigaddset(&output_stop, SIGTTOU);
        sigprocmask(SIG_BLOCK, &output_stop, &before);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &user_modes);
        is_raw = false;
        if (!sigismember(&before, SIGTTOU))
                sigprocmask(SIG_UNBLOCK, &output_stop, NULL);
}

bool
get_window_size(struct winsize *size)
{
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (ioctl(fd, TIOCGWINSZ, size) == 0)
                        return true;
        return false;
}

void
copy_window_size(int terminal)
{
        struct winsize size;
        if (terminal >= 0 && get_window_size(&size))
                ioctl(terminal, TIOCSWINSZ, &size);
}
