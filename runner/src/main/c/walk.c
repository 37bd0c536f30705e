/* Paths without openat2(2). Every component is opened by itself and never through a link: links are
 * read and taken as text, and ".." is taken off the names behind us. So the kernel never resolves
 * anything but one name in a directory that we hold, whoever changes the tree meanwhile, and there
 * is nothing that could lead outside and had to be noticed afterwards. */
#define _GNU_SOURCE
#include "facilities.h"

#include "kernel.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_LINKS = 40, PROC_ROOT_INODE = 1 }; /* linux/namei.h, linux/proc_ns.h */
enum { MAX_OPENED = 50000 };                  /* links with many ".." make us begin again */

struct walk {
        int root;
        int at; /* -1: where the names behind us lead, but not opened yet */
        bool follows;
        int links, opened;
        char behind[PATH_MAX]; /* each with a slash before it */
        char ahead[PATH_MAX];
};

static int
refuse(int error)
{
        errno = error;
        return -1;
}

static int
open_name(struct walk *walk, int directory, const char *name, int flags)
{
        if (++walk->opened > MAX_OPENED)
                return refuse(ELOOP);
        return openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);
}

static void
forget_place(struct walk *walk)
{
        if (walk->at >= 0)
                close_quietly(walk->at);
        walk->at = -1;
}

/* Opens the names behind us again. They were directories; EAGAIN if they are no longer. */
static int
reach_place(struct walk *walk)
{
        char name[NAME_MAX + 1];
        if (walk->at >= 0)
                return 0;
        walk->at = open_name(walk, walk->root, ".", O_PATH | O_DIRECTORY);
        for (const char *next = walk->behind; walk->at >= 0 && *next != '\0';) {
                size_t length = strcspn(++next, "/");
                memcpy(name, next, length);
                name[length] = '\0';
                next += length;
                int below = open_name(walk, walk->at, name, O_PATH | O_DIRECTORY);
                if (below < 0 && (errno == ENOENT || errno == ENOTDIR))
                        errno = EAGAIN;
                forget_place(walk);
                walk->at = below;
        }
        return walk->at < 0 ? -1 : 0;
}

/* procfs has links that are none, but lead straight to a file; those at its top (self, mounts) are
 * text. */
static bool
is_text(int link, int directory)
{
        struct statfs of_link, of_directory;
        struct stat status;
        if (fstatfs(link, &of_link) < 0 || fstatfs(directory, &of_directory) < 0 ||
            fstat(directory, &status) < 0)
                return false;
        return of_link.f_type != MAGIC_PROC ||
               (of_directory.f_type == MAGIC_PROC && status.st_ino == PROC_ROOT_INODE);
}

static int
follow(struct walk *walk, int link)
{
        char text[PATH_MAX];
        if (!walk->follows || ++walk->links > MAX_LINKS || !is_text(link, walk->at))
                return refuse(ELOOP);
        ssize_t length = readlinkat(link, "", text, sizeof(text));
        if (length <= 0)
                return length < 0 ? -1 : refuse(ENOENT);
        size_t left = strlen(walk->ahead) + 1;
        if ((size_t)length + left > sizeof(walk->ahead))
                return refuse(ENAMETOOLONG);
        memmove(walk->ahead + length, walk->ahead, left);
        memcpy(walk->ahead, text, (size_t)length);
        if (text[0] == '/') {
                walk->behind[0] = '\0';
                forget_place(walk);
        }
        return 0;
}

/* Takes the next name off what is ahead. Returns its length, 0 at the end. */
static size_t
take_name(struct walk *walk, char name[NAME_MAX + 1])
{
        size_t start = strspn(walk->ahead, "/");
        size_t length = strcspn(walk->ahead + start, "/");
        if (length > NAME_MAX)
                return length;
        memcpy(name, walk->ahead + start, length);
        name[length] = '\0';
        memmove(walk->ahead, walk->ahead + start + length,
                strlen(walk->ahead + start + length) + 1);
        return length;
}

static int
enter(struct walk *walk, int directory, const char *name)
{
        size_t used = strlen(walk->behind);
        if (used + 1 + strlen(name) >= sizeof(walk->behind))
                return refuse(ENAMETOOLONG);
        snprintf(walk->behind + used, sizeof(walk->behind) - used, "/%s", name);
        forget_place(walk);
        walk->at = directory;
        return 0;
}

/* The last name of a path, which is found and no link to follow. */
static int
open_last(struct walk *walk, int found, mode_t mode, const char *name, int flags)
{
        if ((flags & O_DIRECTORY) && !S_ISDIR(mode))
                return refuse(ENOTDIR);
        if (flags & O_PATH)
                return fcntl(found, F_DUPFD_CLOEXEC, 0);
        return open_name(walk, walk->at, name, flags); /* ELOOP if it has become a link */
}

/* Returns 1 if there is more to walk, 0 with the result in *result. */
static int
take_step(struct walk *walk, int flags, int *result)
{
        char name[NAME_MAX + 1];
        struct stat status;
        size_t length = take_name(walk, name);
        if (length > NAME_MAX)
                return refuse(ENAMETOOLONG);
        if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
                char *last = strrchr(walk->behind, '/');
                if (strcmp(name, "..") == 0 && last != NULL) {
                        *last = '\0';
                        forget_place(walk);
                }
                if (*walk->ahead != '\0' && length > 0)
                        return 1;
                if (reach_place(walk) < 0)
                        return -1;
                *result = open_name(walk, walk->at, ".", flags);
                return *result < 0 ? -1 : 0;
        }
        bool last = *walk->ahead == '\0';
        int outcome = -1;
        int found = reach_place(walk) < 0 ? -1 : open_name(walk, walk->at, name, O_PATH);
        if (found < 0 || fstat(found, &status) < 0) {
                outcome = -1;
        } else if (S_ISLNK(status.st_mode) && !(last && (flags & O_NOFOLLOW))) {
                outcome = follow(walk, found) < 0 ? -1 : 1;
        } else if (last) {
                *result = open_last(walk, found, status.st_mode, name, flags);
                outcome = *result < 0 ? -1 : 0;
        } else if (!S_ISDIR(status.st_mode)) {
                outcome = refuse(ENOTDIR);
        } else if (enter(walk, found, name) == 0) {
                return 1;
        }
        if (found >= 0)
                close_quietly(found);
        return outcome;
}

static int
walk_path(int root, const char *path, int flags, bool follows)
{
        static struct walk walk;
        int result = -1, outcome = 1;
        walk = (struct walk){.root = root, .at = -1, .follows = follows};
        if (*path == '\0' || strlen(path) >= sizeof(walk.ahead))
                return refuse(*path == '\0' ? ENOENT : ENAMETOOLONG);
        snprintf(walk.ahead, sizeof(walk.ahead), "%s", path);
        while (outcome == 1)
                outcome = take_step(&walk, flags, &result);
        forget_place(&walk);
        return outcome < 0 ? -1 : result;
}

int
open_within(int root, const char *path, int flags)
{
        if (kernel_has(OPENAT2))
                return kernel_openat2(root, path, flags | O_CLOEXEC, ROOT_ONLY);
        return walk_path(root, path, flags, true);
}

int
open_without_links(const char *path, int flags)
{
        if (kernel_has(OPENAT2))
                return kernel_openat2(AT_FDCWD, path, flags | O_CLOEXEC, NO_LINKS);
        int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int fd = root < 0 ? -1 : walk_path(root, path, flags, false);
        if (root >= 0)
                close_quietly(root);
        return fd;
}
