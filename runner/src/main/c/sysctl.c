/* Kernel parameters of the container's own namespaces. /proc/sys shows each process those of the
 * namespaces that it is in. */
#define _GNU_SOURCE
#include "launcher.h"

#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool
is_procfs(int fd, dev_t *device)
{
        struct statfs filesystem;
        struct stat status;
        if (fstatfs(fd, &filesystem) < 0 || fstat(fd, &status) < 0)
                return false;
        *device = status.st_dev;
        errno = EXDEV;
        return filesystem.f_type == MAGIC_PROC;
}

void
set_sysctl(const struct step *step)
{
        const char *value = step->word.item[1];
        ssize_t length = (ssize_t)strlen(value);
        dev_t device, device_of_file;
        int proc = open_in_root("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW);
        if (proc < 0 || !is_procfs(proc, &device))
                fail(0);
        /* A procfs has no links below sys; what is mounted there is another file system, or another
         * procfs, and not to be written (CVE-2025-52881). */
        int file = openat(proc, step->word.item[0], O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
        if (file < 0 || !is_procfs(file, &device_of_file))
                fail(1);
        if (device_of_file != device) {
                errno = EXDEV;
                fail(1);
        }
        /* In one: the kernel takes each write for a whole value. */
        errno = EINVAL;
        if (write(file, value, (size_t)length) != length)
                fail(1);
        close(file);
        close(proc);
}
