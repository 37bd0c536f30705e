/* Paths inside the container's root, whatever links it holds: resolved as if the process
 * were in there already, and never through the links of procfs (walk.c). */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int root_fd = -1;

/* Many entries of one directory are made one after the other. */
static struct {
        int fd;
        char path[PATH_MAX];
} last_parent = {.fd = -1};

void
close_quietly(int fd)
{
        int error = errno;
        close(fd);
        errno = error;
}

int
open_in_root(const char *path, int flags)
{
        int fd, tries = 0;
        /* EAGAIN: somebody renamed directories meanwhile, so ".." could not be trusted. */
        do
                fd = open_within(root_fd, path, flags);
        while (fd < 0 && errno == EAGAIN && ++tries < 100);
        return fd;
}

/* Into the directory, "" for none, and the last component. */
static bool
split(const char *path, char directory[PATH_MAX], char name[NAME_MAX + 1])
{
        size_t length = strlen(path);
        while (length > 1 && path[length - 1] == '/')
                length--;
        size_t start = length;
        while (start > 0 && path[start - 1] != '/')
                start--;
        if (start >= PATH_MAX || length - start > NAME_MAX) {
                errno = ENAMETOOLONG;
                return false;
        }
        memcpy(name, path + start, length - start);
        name[length - start] = '\0';
        memcpy(directory, path, start);
        directory[start] = '\0';
        return true;
}

int
parent_in_root(const char *path, char name[NAME_MAX + 1])
{
        char directory[PATH_MAX];
        if (!split(path, directory, name))
                return -1;
        if (last_parent.fd >= 0 && strcmp(directory, last_parent.path) == 0)
                return last_parent.fd;
        forget_parent();
        last_parent.fd = open_in_root(*directory ? directory : "/", O_PATH | O_DIRECTORY);
        memcpy(last_parent.path, directory, sizeof(directory));
        return last_parent.fd;
}

void
forget_parent(void)
{
        if (last_parent.fd >= 0)
                close_quietly(last_parent.fd);
        last_parent.fd = -1;
}

static int
open_prefix(const char *path, size_t length)
{
        char prefix[PATH_MAX] = "/";
        memcpy(prefix, path, length);
        prefix[length > 0 ? length : 1] = '\0';
        return open_in_root(prefix, O_PATH | O_DIRECTORY);
}

/* Creates the last component of the first length bytes of path in parent, and opens it. */
static int
make_component(int parent, const char *path, size_t length, mode_t mode)
{
        char name[NAME_MAX + 1];
        size_t start = length;
        while (start > 0 && path[start - 1] != '/')
                start--;
        if (length - start > NAME_MAX) {
                errno = ENAMETOOLONG;
                return -1;
        }
        memcpy(name, path + start, length - start);
        name[length - start] = '\0';
        /* A dangling link is EEXIST here and ENOENT again below: we do not create through it. */
        if (mkdirat(parent, name, mode) < 0 && errno != EEXIST)
                return -1;
        return open_prefix(path, length);
}

int
make_directory_in_root(const char *path, mode_t mode)
{
        int directory = open_in_root(*path ? path : "/", O_PATH | O_DIRECTORY);
        return directory < 0 && errno == ENOENT ? make_missing_in_root(path, mode) : directory;
}

/* Mostly all but the last component is there, so what is there is looked for from behind. */
int
make_missing_in_root(const char *path, mode_t mode)
{
        size_t length = strlen(path);
        if (length >= PATH_MAX) {
                errno = ENAMETOOLONG;
                return -1;
        }
        while (length > 0 && path[length - 1] == '/')
                length--;
        size_t at = length;
        int directory;
        do {
                while (at > 0 && path[at - 1] != '/')
                        at--;
                while (at > 0 && path[at - 1] == '/')
                        at--;
                directory = open_prefix(path, at);
        } while (directory < 0 && errno == ENOENT && at > 0);
        while (directory >= 0 && at < length) {
                at += strspn(path + at, "/");
                at += strcspn(path + at, "/");
                int next = make_component(directory, path, at, at == length ? mode : 0755);
                close_quietly(directory);
                directory = next;
        }
        return directory;
}

int
make_file_in_root(const char *path)
{
        char directory[PATH_MAX], name[NAME_MAX + 1];
        int fd = open_in_root(path, O_PATH);
        if (fd >= 0 || errno != ENOENT)
                return fd;
        if (!split(path, directory, name))
                return -1;
        int parent = make_directory_in_root(directory, 0755);
        if (parent < 0)
                return -1;
        /* O_EXCL does not follow a dangling link either. */
        fd = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
        close_quietly(parent);
        if (fd < 0 && errno != EEXIST)
                return -1;
        if (fd >= 0)
                close(fd);
        return open_in_root(path, O_PATH);
}
