/* The unpacked image that a container runs from stays in the cache as long as somebody holds its
 * file of that name (UnpackedImages.java), and the kernel lets go of it with us. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* That something was used is noticed once in so many seconds. */
enum { USE_NOTICED = 3600 };

/* If it cannot be noticed, on a file system that is read-only, nothing is removed there. A time
 * that has not come yet was written when a clock was wrong, and says nothing (UseTimes.java). */
void
notice_use(int fd, const struct stat *status)
{
        time_t now = time(NULL), used = status->st_mtim.tv_sec;
        if (used < now - USE_NOTICED || used > now + USE_NOTICED)
                futimens(fd, NULL);
}

/* Not closed: with any descriptor of the file, a process closes all its locks of it (fcntl(2)). */
uint32_t
hold_bundle(const struct step *step, pid_t unused)
{
        struct stat held, named;
        struct flock shared = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
        int fd = open(step->word.item[0], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        /* Who looks whether anybody holds it has it locked for a moment. */
        if (fd < 0 || fcntl(fd, F_SETLKW, &shared) < 0 || fstat(fd, &held) < 0 ||
            stat(step->word.item[0], &named) < 0)
                return 0 + 1;
        if (held.st_ino != named.st_ino || held.st_dev != named.st_dev) {
                errno = ENOENT; /* removed between both */
                return 0 + 1;
        }
        notice_use(fd, &held);
        return 0;
}
