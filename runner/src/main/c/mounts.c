/* The steps that mount: on targets that are open already, so no path is resolved twice. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_OPTIONS = 16 }; /* of one file system; devpts, which has most, has four */

/* Trees of the host, until they are placed. */
enum { MAX_SOURCES = 256 };
static struct {
        const char *path;
        bool recursive;
        int tree;
} sources[MAX_SOURCES];
static int source_count;

void
open_source(const struct step *step)
{
        bool recursive = step->number[0] != 0;
        int tree = -1;
        if (source_count == MAX_SOURCES)
                errno = EMFILE;
        else
                tree = open_tree_at(AT_FDCWD, host_path(step->word.item[0]), recursive);
        if (tree < 0)
                fail(0);
        sources[source_count].path = step->word.item[0];
        sources[source_count].recursive = recursive;
        sources[source_count++].tree = tree;
}

/* The tree that was opened before for this, or one opened now. */
static int
take_source(const char *path, bool recursive)
{
        for (int i = 0; i < source_count; i++)
                if (sources[i].tree >= 0 && sources[i].recursive == recursive &&
                    strcmp(sources[i].path, path) == 0) {
                        int tree = sources[i].tree;
                        sources[i].tree = -1;
                        return tree;
                }
        return open_tree_at(AT_FDCWD, host_path(path), recursive);
}

void
slave_root(const struct step *step)
{
        if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
                fail(0);
        /* While the host's /dev can be seen. */
        take_null_device(open_tree_at(AT_FDCWD, "/dev/null", false));
}

/* An overlay's root directory has the owner and mode of the upper one. */
static bool
make_upper(int layer, const struct stat *lower)
{
        if (mkdirat(layer, "upper", 0755) < 0 || mkdirat(layer, "work", 0755) < 0)
                return false;
        /* EINVAL: an owner that our user namespace has no number for stays root. */
        if (fchownat(layer, "upper", lower->st_uid, lower->st_gid, AT_SYMLINK_NOFOLLOW) < 0 &&
            errno != EINVAL)
                return false;
        return fchmodat(layer, "upper", lower->st_mode & 07777, 0) == 0;
}

void
overlay_root(const struct step *step)
{
        struct stat status;
        int lower = open_lower(step->word.item[0]);
        if (lower < 0 || fstat(lower, &status) < 0)
                fail(0);
        char *layer_options[] = {(char[]){"mode=0700"}, NULL};
        int layer = -1;
        int target = open(host_path(step->word.item[1]), O_PATH | O_DIRECTORY | O_CLOEXEC);
        /* Placed first: overlay takes an upper layer from our own mount namespace only. */
        if (target < 0 || place_new("tmpfs", layer_options, 0, target, &layer) != PLACED ||
            !make_upper(layer, &status))
                fail(1);
        /* By descriptor: lowerdir= has colons and backslashes to escape in a path. */
        char lower_option[64], upper_option[64], work_option[64];
        snprintf(lower_option, sizeof(lower_option), "lowerdir=/proc/self/fd/%d", lower);
        snprintf(upper_option, sizeof(upper_option), "upperdir=/proc/self/fd/%d/upper", layer);
        snprintf(work_option, sizeof(work_option), "workdir=/proc/self/fd/%d/work", layer);
        char *options[] = {lower_option, upper_option, work_option,
                           step->number[0] ? (char[]){"userxattr"} : NULL, NULL};
        errno = EPERM; /* what kernels without it say */
        if ((step->number[0] != 0 && !kernel_has(USERNS_OVERLAY)) ||
            place_new("overlay", options, 0, layer, &root_fd) != PLACED)
                fail(2);
        if (leave_out_of_binds(layer) < 0)
                fail(1);
        close(lower);
        close(layer);
        close(target);
}

/* Links of the image must not lead what a user mounts into procfs: programs, and we, trust what
 * is read there (CVE-2025-52881). */
static bool
is_in_proc(int target)
{
        struct statfs filesystem;
        if (fstatfs(target, &filesystem) < 0)
                return true;
        errno = EXDEV;
        return filesystem.f_type == MAGIC_PROC;
}

void
mount_filesystem(const struct step *step)
{
        const char *path = step->word.item[1];
        const struct strings *given = &step->list[0];
        char *options[MAX_OPTIONS + 2] = {0}, mode[16];
        struct stat status;
        bool follow = step->number[1] != 0, keeps_mode = step->number[2] != 0;
        int target = open_in_root(path, O_PATH | (follow ? 0 : O_NOFOLLOW));
        if (target < 0 && errno == ENOENT) {
                keeps_mode = false;
                target = make_missing_in_root(path, 0755);
        }
        if (target < 0 || fstat(target, &status) < 0)
                fail(1);
        if (S_ISLNK(status.st_mode)) {
                errno = ELOOP;
                fail(1);
        }
        if (given->count > MAX_OPTIONS) {
                errno = E2BIG;
                fail(0);
        }
        memcpy(options, given->item, given->count * sizeof(*options));
        if (keeps_mode) {
                /* The last one counts. */
                snprintf(mode, sizeof(mode), "mode=%o", status.st_mode & 07777);
                options[given->count] = mode;
        }
        if (follow && is_in_proc(target))
                fail(1);
        enum placing result =
                place_new(step->word.item[0], options, (unsigned)step->number[0], target, NULL);
        if (result != PLACED)
                fail(result == NOT_MADE ? 0 : 1);
        close(target);
}

void
bind_mount(const struct step *step)
{
        const struct change change = {.set = step->number[0],
                                      .clear = step->number[2],
                                      .propagation = step->number[3],
                                      .recursive = step->number[1] != 0};
        struct stat status;
        int tree = take_source(step->word.item[0], change.recursive);
        if (tree < 0 || fstat(tree, &status) < 0)
                fail(0);
        int target = S_ISDIR(status.st_mode) ? make_directory_in_root(step->word.item[1], 0755)
                                             : make_file_in_root(step->word.item[1]);
        if (target < 0 || is_in_proc(target))
                fail(1);
        enum placing result = place_tree(tree, &change, target, step->word.item[1]);
        if (result != PLACED)
                fail(result == NOT_MADE ? 0 : 1);
        close(tree);
        close(target);
}

int
bind_descriptor(int fd, const char *path)
{
        int tree = open_tree_at(fd, "", false);
        int target = tree < 0 ? -1 : make_file_in_root(path);
        return target >= 0 && place_tree(tree, NULL, target, path) == PLACED ? 0 : -1;
}

void
read_only_root(const struct step *step)
{
        if (change_mount(root_fd, ATTRIBUTE_READ_ONLY) < 0)
                fail(0);
}

void
remount_read_only(const struct step *step)
{
        int mount = open_in_root(step->word.item[0], O_PATH);
        if (mount < 0 || change_mount(mount, ATTRIBUTE_READ_ONLY) < 0)
                fail(0);
        close(mount);
}

void
pivot_root_in(const struct step *step)
{
        if (!kernel_has(MOUNT_API)) {
                /* mount(2) copies only what our mount namespace still has. */
                take_null_device(open_in_root("/dev/null", O_PATH | O_NOFOLLOW));
        }
        /* "." for both stacks the old root on the new one, so no directory of the image is needed
         * for it; see NOTES in pivot_root(2). */
        if (fchdir(root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
            umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
                fail(0);
        /* What else was mounted on the old root would be on the new one now, and there too. */
        struct stat root, top;
        if (fstat(root_fd, &root) < 0 || stat("/..", &top) < 0)
                fail(0);
        errno = EXDEV;
        if (root.st_dev != top.st_dev || root.st_ino != top.st_ino)
                fail(0);
}
