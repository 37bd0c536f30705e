/* Mounts that appear where they belong. With the mount API of Linux 5.2 every mount is made
 * detached and moved to a target that is open already, so no path is resolved twice. Without it,
 * mount(2) makes it on that target, and what lies there then is opened and compared. */
#define _GNU_SOURCE
#include "facilities.h"

#include "kernel.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DATA = 4000 }; /* mount(2): a page */

static char words[160];

const char *
kernel_words(void)
{
        return words;
}

/* A file system context keeps messages for us, such as "e overlay: ..." (Documentation/filesystems/
 * mount_api.rst). errno stays. */
static void
keep_kernel_words(int context)
{
        int error = errno;
        ssize_t length = read(context, words, sizeof(words) - 1);
        words[length > 0 ? length : 0] = '\0';
        words[strcspn(words, "\n")] = '\0';
        if (words[0] != '\0' && words[1] == ' ')
                memmove(words, words + 2, strlen(words + 2) + 1);
        errno = error;
}

int
new_filesystem(const char *type, const char *source, char *const *options, unsigned attributes)
{
        int context = kernel_fsopen(type), mount = -1;
        if (context < 0)
                return -1;
        int failed = kernel_fsconfig(context, CONTEXT_STRING, "source", source);
        for (; *options != NULL && failed == 0; options++) {
                char name[64];
                const char *value = strchr(*options, '=');
                size_t length = value == NULL ? strlen(*options) : (size_t)(value - *options);
                snprintf(name, sizeof(name), "%.*s", (int)length, *options);
                failed = value == NULL ? kernel_fsconfig(context, CONTEXT_FLAG, name, NULL)
                                       : kernel_fsconfig(context, CONTEXT_STRING, name, value + 1);
        }
        if (failed == 0 && kernel_fsconfig(context, CONTEXT_CREATE, NULL, NULL) == 0)
                mount = kernel_fsmount(context, attributes);
        if (mount < 0)
                keep_kernel_words(context);
        close_quietly(context);
        return mount;
}

/* What is mounted on a directory that we hold: at the root of a process ".." stays, but ends on
 * what is mounted there (follow_dotdot, fs/namei.c). So the directory is our root for a moment. */
static int
on_top_of(int directory)
{
        int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), top = -1;
        if (root >= 0 && back >= 0 && fchdir(directory) == 0 && chroot(".") == 0) {
                top = open("/..", O_PATH | O_DIRECTORY | O_CLOEXEC);
                int error = errno;
                if (fchdir(root) < 0 || chroot(".") < 0 || fchdir(back) < 0)
                        die("cannot leave a directory that was the root for a moment");
                errno = error;
        }
        if (root >= 0)
                close_quietly(root);
        if (back >= 0)
                close_quietly(back);
        return top;
}

static enum placing
mount_new(const char *type, char *const *options, unsigned attributes, int target, int *root)
{
        char data[MAX_DATA] = "";
        size_t used = 0;
        for (; *options != NULL; options++) {
                /* There a comma always ends an option. */
                if (strchr(*options, ',') != NULL) {
                        errno = EINVAL;
                        return NOT_MADE;
                }
                used += (size_t)snprintf(data + used, sizeof(data) - used, "%s%s",
                                         used > 0 ? "," : "", *options);
                if (used >= sizeof(data)) {
                        errno = E2BIG;
                        return NOT_MADE;
                }
        }
        if (mount_between(-1, target, type, mount_flags(attributes), data) < 0)
                return NOT_MADE;
        if (root == NULL)
                return PLACED;
        *root = on_top_of(target);
        return *root < 0 ? NOT_PLACED : PLACED;
}

enum placing
place_new(const char *type, char *const *options, unsigned attributes, int target, int *root)
{
        if (!kernel_has(MOUNT_API))
                return mount_new(type, options, attributes, target, root);
        int mount = new_filesystem(type, type, options, attributes);
        if (mount < 0)
                return NOT_MADE;
        if (kernel_move_mount(mount, target) < 0) {
                close_quietly(mount);
                return NOT_PLACED;
        }
        if (root != NULL)
                *root = mount;
        else
                close(mount);
        return PLACED;
}

int
open_tree_at(int directory, const char *path, bool recursive)
{
        if (kernel_has(MOUNT_API))
                return kernel_open_tree(directory, path,
                                        TREE_CLONE | TREE_CLOEXEC |
                                                (*path == '\0' ? EMPTY_PATH : 0) |
                                                (recursive ? TREE_RECURSIVE : 0));
        if (*path == '\0')
                return fcntl(directory, F_DUPFD_CLOEXEC, 0);
        return openat(directory, path, O_PATH | O_CLOEXEC);
}

/* Nobody else mounts in our mount namespace, but an image's or a volume's directories may have been
 * exchanged since target was opened. Returns the new mount. */
static int
open_placed(int tree, int target, const char *path)
{
        struct stat meant, found;
        int mount = open_in_root(path, O_PATH);
        if (mount < 0)
                return -1;
        if (fstat(tree, &meant) == 0 && fstat(mount, &found) == 0 && meant.st_dev == found.st_dev &&
            meant.st_ino == found.st_ino && !is_same_mount(mount, target))
                return mount;
        close(mount);
        errno = EAGAIN;
        return -1;
}

static enum placing
bind_tree(int tree, const struct change *change, int target, const char *path, int *placed)
{
        bool recursive = change != NULL && change->recursive;
        if (change != NULL && change->propagation == MS_SHARED) {
                errno = ENOSYS; /* the host's mounts are slaves by now */
                return NOT_MADE;
        }
        if (mount_between(tree, target, NULL, MS_BIND | (recursive ? MS_REC : 0), NULL) < 0)
                return NOT_MADE;
        if (change == NULL)
                return PLACED;
        *placed = open_placed(tree, target, path);
        return *placed < 0 ? NOT_PLACED : PLACED;
}

/* The mounts' propagation first, so that none is added that would not be changed. */
static enum placing
change_placed(int mount, const struct change *change)
{
        unsigned long propagation =
                (unsigned long)change->propagation | (change->recursive ? MS_REC : 0);
        if (change->propagation != 0 && mount_between(mount, mount, NULL, propagation, NULL) < 0)
                return NOT_MADE;
        return change_attached(mount, change) < 0 ? NOT_MADE : PLACED;
}

enum placing
place_tree(int tree, const struct change *change, int target, const char *path)
{
        int placed = tree;
        enum placing result = PLACED;
        if (!kernel_has(MOUNT_API)) {
                result = bind_tree(tree, change, target, path, &placed);
        } else {
                /* While nobody sees it: what the host mounts below the source could come in
                 * without our flags. */
                if (change != NULL && kernel_has(MOUNT_SETATTR) &&
                    kernel_mount_setattr(tree, change->recursive ? TREE_RECURSIVE : 0, change->set,
                                         change->clear, change->propagation) < 0)
                        return NOT_MADE;
                if (kernel_move_mount(tree, target) < 0)
                        return NOT_PLACED;
                if (kernel_has(MOUNT_SETATTR))
                        return PLACED;
        }
        if (result == PLACED && change != NULL)
                result = change_placed(placed, change);
        if (placed >= 0 && placed != tree)
                close_quietly(placed);
        return result;
}

int
leave_out_of_binds(int mount)
{
        if (kernel_has(MOUNT_API))
                return 0;
        return mount_between(mount, mount, NULL, MS_UNBINDABLE, NULL);
}

int
change_mount(int mount, uint64_t set)
{
        struct change change = {.set = set};
        if (kernel_has(MOUNT_SETATTR))
                return kernel_mount_setattr(mount, 0, set, 0, 0);
        return change_attached(mount, &change);
}
