/* Attributes of mounts without mount_setattr(2): each mount of a tree is remounted by itself, with
 * what it has and what is asked for. The list of mounts is the kernel's; one that cannot be reached
 * because another covers it makes the whole fail, for it would stay as it is. */
#define _GNU_SOURCE
#include "facilities.h"

#include "kernel.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

/* linux/mount.h; the time of access is a number and no bits, of which 0 is MS_RELATIME */
enum { ACCESS_TIME = 0x70, NO_ACCESS_TIME = 0x10, STRICT_ACCESS_TIME = 0x20 };

static const struct {
        const char *option;
        uint64_t attribute;
        unsigned long flag;
} names[] = {
        {"ro", 0x1, MS_RDONLY},
        {"nosuid", 0x2, MS_NOSUID},
        {"nodev", 0x4, MS_NODEV},
        {"noexec", 0x8, MS_NOEXEC},
        {"nodiratime", 0x80, MS_NODIRATIME},
        {"nosymfollow", 0x200000, MS_NOSYMFOLLOW},
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

struct mount {
        int id, parent;
        char *path;
        uint64_t attributes;
        bool chosen;
};

unsigned long
mount_flags(uint64_t attributes)
{
        uint64_t time = attributes & ACCESS_TIME;
        unsigned long flags = time == NO_ACCESS_TIME       ? MS_NOATIME
                              : time == STRICT_ACCESS_TIME ? MS_STRICTATIME
                                                           : MS_RELATIME;
        for (int i = 0; i < NAMES; i++)
                if (attributes & names[i].attribute)
                        flags |= names[i].flag;
        return flags;
}

static uint64_t
attributes_of(char *options)
{
        uint64_t attributes = STRICT_ACCESS_TIME;
        char *rest = NULL;
        for (char *option = strtok_r(options, ",", &rest); option != NULL;
             option = strtok_r(NULL, ",", &rest)) {
                if (strcmp(option, "noatime") == 0)
                        attributes = (attributes & ~(uint64_t)ACCESS_TIME) | NO_ACCESS_TIME;
                if (strcmp(option, "relatime") == 0)
                        attributes &= ~(uint64_t)ACCESS_TIME;
                for (int i = 0; i < NAMES; i++)
                        if (strcmp(option, names[i].option) == 0)
                                attributes |= names[i].attribute;
        }
        return attributes;
}

/* proc(5): white space and backslashes are octal there. */
static void
unescape(char *path)
{
        char *to = path;
        for (const char *from = path; *from != '\0';) {
                if (from[0] == '\\' && from[1] != '\0' && from[2] != '\0' && from[3] != '\0') {
                        *to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
                                       (from[3] - '0'));
                        from += 4;
                } else {
                        *to++ = *from++;
                }
        }
        *to = '\0';
}

static int
mount_id(int fd)
{
        char file[32], line[64];
        int id = -1;
        snprintf(file, sizeof(file), "fdinfo/%d", fd);
        int info = open_own_proc(file);
        FILE *lines = info < 0 ? NULL : fdopen(info, "r");
        while (lines != NULL && fgets(line, sizeof(line), lines) != NULL)
                if (sscanf(line, "mnt_id: %d", &id) == 1)
                        break;
        if (lines != NULL)
                fclose(lines);
        if (id < 0)
                errno = EXDEV;
        return id;
}

bool
is_same_mount(int one, int other)
{
        int id = mount_id(one);
        return id < 0 || id == mount_id(other);
}

/* Returns all mounts that we see, or NULL. */
static struct mount *
read_mounts(size_t *count)
{
        struct mount *mounts = NULL;
        char *line = NULL;
        size_t size = 0, room = 0;
        int info = open_own_proc("mountinfo");
        FILE *lines = info < 0 ? NULL : fdopen(info, "r");
        *count = 0;
        while (lines != NULL && getline(&line, &size, lines) > 0) {
                struct mount mount = {0};
                char *options = NULL;
                if (*count == room) {
                        room = room * 2 + 64;
                        struct mount *more = realloc(mounts, room * sizeof(*mounts));
                        if (more == NULL)
                                return NULL;
                        mounts = more;
                }
                if (sscanf(line, "%d %d %*s %*s %ms %ms", &mount.id, &mount.parent, &mount.path,
                           &options) != 4) {
                        errno = EXDEV;
                        return NULL;
                }
                unescape(mount.path);
                mount.attributes = attributes_of(options);
                free(options);
                mounts[(*count)++] = mount;
        }
        free(line);
        if (lines != NULL)
                fclose(lines);
        return mounts;
}

/* The mounts of the tree below. A parent may stand behind its child in the list. */
static void
choose_below(struct mount *mounts, size_t count)
{
        for (bool more = true; more;) {
                more = false;
                for (size_t i = 0; i < count; i++)
                        for (size_t j = 0; j < count && !mounts[i].chosen; j++)
                                if (mounts[j].chosen && mounts[j].id == mounts[i].parent)
                                        more = mounts[i].chosen = true;
        }
}

static uint64_t
wanted(const struct mount *mount, const struct change *change)
{
        return (mount->attributes & ~change->clear) | change->set;
}

static int
remount(const struct mount *mount, int fd, const struct change *change)
{
        unsigned long flags = mount_flags(wanted(mount, change));
        return mount_between(fd, fd, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
}

/* By its path from the tree's root on, as the container may not be below ours yet. */
static int
remount_below(const struct mount *root, int root_of_tree, const struct mount *mount,
              const struct change *change)
{
        size_t above = strcmp(root->path, "/") == 0 ? 0 : strlen(root->path);
        if (strncmp(mount->path, root->path, above) != 0 || mount->path[above] != '/') {
                errno = EBUSY;
                return -1;
        }
        int fd = open_within(root_of_tree, mount->path + above, O_PATH | O_NOFOLLOW);
        if (fd < 0)
                return -1;
        int result = -1;
        if (mount_id(fd) == mount->id)
                result = remount(mount, fd, change);
        else
                errno = EBUSY; /* another covers it */
        close_quietly(fd);
        return result;
}

int
change_attached(int fd, const struct change *change)
{
        size_t count;
        const struct mount *root = NULL;
        int id = mount_id(fd), result = -1;
        struct mount *mounts = id < 0 ? NULL : read_mounts(&count);
        if (mounts == NULL)
                return -1;
        errno = EXDEV; /* if it is not in our mount namespace */
        for (size_t i = 0; i < count; i++)
                if (mounts[i].id == id) {
                        mounts[i].chosen = true;
                        root = &mounts[i];
                        result = wanted(root, change) == root->attributes
                                         ? 0
                                         : remount(root, fd, change);
                }
        if (change->recursive && result == 0)
                choose_below(mounts, count);
        for (size_t i = 0; i < count && result == 0; i++)
                if (mounts[i].chosen && mounts[i].id != id &&
                    wanted(&mounts[i], change) != mounts[i].attributes)
                        result = remount_below(root, fd, &mounts[i], change);
        int error = errno;
        for (size_t i = 0; i < count; i++)
                free(mounts[i].path);
        free(mounts);
        errno = error;
        return result;
}
