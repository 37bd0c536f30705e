/* Resolves paths below a root by openat2(2) and by walk.c, which is to be the same.
 *   walk_oracle ROOT <PATHS
 * Prints what differs, then how many have been compared and how many of them led to a file. */
#define _GNU_SOURCE
#include "facilities.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool by_kernel;

bool
kernel_has(enum facility facility)
{
        return by_kernel;
}

void
close_quietly(int fd)
{
        int error = errno;
        close(fd);
        errno = error;
}

struct outcome {
        int error;
        struct stat status;
};

static struct outcome
resolve(int root, const char *path, int flags, bool kernel)
{
        struct outcome outcome = {0};
        int fd;
        by_kernel = kernel;
        /* EAGAIN: somebody has renamed or mounted something anywhere on this machine meanwhile, so
         * that the kernel could not trust "..". */
        do
                fd = root < 0 ? open_without_links(path, flags) : open_within(root, path, flags);
        while (fd < 0 && errno == EAGAIN);
        outcome.error = fd < 0 ? errno : 0;
        if (fd >= 0 && fstat(fd, &outcome.status) < 0)
                outcome.error = -1;
        if (fd >= 0)
                close(fd);
        return outcome;
}

int
main(int argc, char **argv)
{
        static const int flags[] = {O_PATH, O_PATH | O_DIRECTORY, O_PATH | O_NOFOLLOW,
                                    O_PATH | O_DIRECTORY | O_NOFOLLOW, O_RDONLY | O_NONBLOCK};
        char line[4096];
        unsigned compared = 0, found = 0;
        int root = argc == 2 ? open(argv[1], O_PATH | O_DIRECTORY) : -1;
        while (fgets(line, sizeof(line), stdin) != NULL) {
                line[strcspn(line, "\n")] = '\0';
                for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
                        struct outcome meant = resolve(root, line, flags[i], true);
                        struct outcome ours = resolve(root, line, flags[i], false);
                        compared++;
                        found += meant.error == 0;
                        if (meant.error != ours.error ||
                            meant.status.st_ino != ours.status.st_ino ||
                            meant.status.st_dev != ours.status.st_dev)
                                printf("%s %#x: %s, not %s\n", line, (unsigned)flags[i],
                                       strerror(ours.error), strerror(meant.error));
                }
        }
        printf("%u %u\n", compared, found);
        return 0;
}
