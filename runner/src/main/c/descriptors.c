/* This process's descriptors: closed without close_range(2), and given to mount(2), which takes
 * paths only. Both go through procfs, which must be one: what an image or a user has at /proc could
 * list other descriptors, or have links instead of them (CVE-2025-52881). */
#define _GNU_SOURCE
#include "facilities.h"

#include "kernel.h"
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

/* /proc/self of the host. It stays ours when the container has a /proc of its own or none. */
static int own_proc = -1;

static int
open_proc(int directory, const char *path, int flags)
{
        struct statfs filesystem;
        int fd = openat(directory, path, flags | O_CLOEXEC);
        if (fd < 0 || (fstatfs(fd, &filesystem) == 0 && filesystem.f_type == MAGIC_PROC))
                return fd;
        close(fd);
        errno = EXDEV;
        return -1;
}

bool
hold_own_proc(void)
{
        if (kernel_has(CLOSE_RANGE) && kernel_has(MOUNT_API) && kernel_has(MOUNT_SETATTR))
                return true;
        own_proc = open_proc(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY);
        return own_proc >= 0;
}

int
open_own_proc(const char *file)
{
        if (own_proc >= 0)
                return open_proc(own_proc, file, O_RDONLY);
        char path[64];
        snprintf(path, sizeof(path), "/proc/self/%s", file);
        return open_proc(AT_FDCWD, path, O_RDONLY);
}

static bool
close_one(int fd, bool at_execve)
{
        return at_execve ? fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 : close(fd) == 0;
}

static int
close_listed(unsigned first, bool at_execve)
{
        int directory = open_own_proc("fd");
        DIR *list = directory < 0 ? NULL : fdopendir(directory);
        const struct dirent *entry;
        bool failed = false, seen_itself = false;
        if (list == NULL)
                return -1;
        while ((entry = readdir(list)) != NULL) {
                int fd = entry->d_name[0] == '.' ? -1 : atoi(entry->d_name);
                seen_itself = seen_itself || fd == directory;
                if (fd >= 0 && (unsigned)fd >= first && fd != directory)
                        failed = !close_one(fd, at_execve) || failed;
        }
        closedir(list);
        if (!seen_itself)
                errno = EXDEV; /* somebody else's */
        return failed || !seen_itself ? -1 : 0;
}

int
close_from(unsigned first, bool at_execve)
{
        if (kernel_has(CLOSE_RANGE)) {
                int result = kernel_close_range(first, at_execve ? RANGE_CLOEXEC : 0);
                if (result == 0 || errno != EINVAL) /* before 5.11, of the flag */
                        return result;
        }
        return close_listed(first, at_execve);
}

/* By a path relative to the list of our descriptors, as the only way to one that no mount of the
 * container's can get in between. */
int
mount_between(int from, int onto, const char *type, unsigned long flags, const char *data)
{
        char source[16], target[16];
        snprintf(source, sizeof(source), "%d", from);
        snprintf(target, sizeof(target), "%d", onto);
        int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int list = back < 0 ? -1 : open_own_proc("fd");
        int result = list < 0 ? -1 : fchdir(list);
        if (result == 0) {
                result = mount(from < 0 ? type : source, target, type, flags, data);
                int error = errno;
                if (fchdir(back) < 0)
                        result = -1;
                else
                        errno = error;
        }
        if (list >= 0)
                close_quietly(list);
        if (back >= 0)
                close_quietly(back);
        return result;
}
