/* The steps that mount. Every mount is made detached and moved to a target that is open already, so
 * no path is resolved twice. */
#define _GNU_SOURCE
#include "launcher.h"

#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PROC_MAGIC = 0x9fa0 }; /* linux/magic.h */
enum { MAX_OPTIONS = 16 };    /* of one file system; devpts, which has most, has four */

/* A mount that is put at several places: once it is somewhere, copies of it are made. */
struct cover {
        int mount;
        int error;
        bool placed;
};
static struct cover null_device = {.mount = -1};
static struct cover empty_directory = {.mount = -1};

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

/* options: "name=value" or "name". Returns a detached mount. */
static int
new_filesystem(const char *type, char *const *options, unsigned attributes)
{
        int context = kernel_fsopen(type), mount = -1;
        if (context < 0)
                return -1;
        int failed = kernel_fsconfig(context, CONTEXT_STRING, "source", type);
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

/* Trees of the host, until they are placed. */
enum { MAX_SOURCES = 256 };
static struct {
        const char *path;
        unsigned recursive;
        int tree;
} sources[MAX_SOURCES];
static int source_count;

static int
open_host_tree(const char *path, unsigned recursive)
{
        return kernel_open_tree(AT_FDCWD, host_path(path), TREE_CLONE | TREE_CLOEXEC | recursive);
}

void
open_source(const struct step *step)
{
        unsigned recursive = step->number[0] != 0 ? TREE_RECURSIVE : 0;
        int tree = -1;
        if (source_count == MAX_SOURCES)
                errno = EMFILE;
        else
                tree = open_host_tree(step->word.item[0], recursive);
        if (tree < 0)
                fail(0);
        sources[source_count].path = step->word.item[0];
        sources[source_count].recursive = recursive;
        sources[source_count++].tree = tree;
}

/* The tree that was opened before for this, or one opened now. */
static int
take_source(const char *path, unsigned recursive)
{
        for (int i = 0; i < source_count; i++)
                if (sources[i].tree >= 0 && sources[i].recursive == recursive &&
                    strcmp(sources[i].path, path) == 0) {
                        int tree = sources[i].tree;
                        sources[i].tree = -1;
                        return tree;
                }
        return open_host_tree(path, recursive);
}

static int
clone_of(int fd, unsigned recursive)
{
        return kernel_open_tree(fd, "", TREE_CLONE | TREE_CLOEXEC | EMPTY_PATH | recursive);
}

void
slave_root(const struct step *step)
{
        if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
                fail(0);
        /* While the host's /dev can be seen. An image's own /dev/null could be anything, such as a
         * link to what shall be hidden (CVE-2025-31133). An error counts when a mask needs it.
         * Read-only, as its mode and owner are the host's, too; a device can be written all the
         * same. */
        struct stat status;
        null_device.mount = kernel_open_tree(AT_FDCWD, "/dev/null", TREE_CLONE | TREE_CLOEXEC);
        if (null_device.mount < 0 || fstat(null_device.mount, &status) < 0)
                null_device.error = errno;
        else if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
                null_device.error = ENODEV;
        else if (kernel_mount_setattr(null_device.mount, 0, ATTRIBUTE_READ_ONLY, 0, 0) < 0)
                null_device.error = errno;
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
        int lower = open(host_path(step->word.item[0]), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (lower < 0 || fstat(lower, &status) < 0)
                fail(0);
        char *layer_options[] = {(char[]){"mode=0700"}, NULL};
        int layer = new_filesystem("tmpfs", layer_options, 0);
        int target = open(host_path(step->word.item[1]), O_PATH | O_DIRECTORY | O_CLOEXEC);
        /* Placed first: overlay takes an upper layer from our own mount namespace only. */
        if (layer < 0 || target < 0 || kernel_move_mount(layer, target) < 0 ||
            !make_upper(layer, &status))
                fail(1);
        /* By descriptor: lowerdir= has colons and backslashes to escape in a path. */
        char lower_option[64], upper_option[64], work_option[64];
        snprintf(lower_option, sizeof(lower_option), "lowerdir=/proc/self/fd/%d", lower);
        snprintf(upper_option, sizeof(upper_option), "upperdir=/proc/self/fd/%d/upper", layer);
        snprintf(work_option, sizeof(work_option), "workdir=/proc/self/fd/%d/work", layer);
        char *options[] = {lower_option, upper_option, work_option,
                           step->number[0] ? (char[]){"userxattr"} : NULL, NULL};
        root_fd = new_filesystem("overlay", options, 0);
        if (root_fd < 0 || kernel_move_mount(root_fd, layer) < 0)
                fail(2);
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
        return filesystem.f_type == PROC_MAGIC;
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
                target = make_directory_in_root(path, 0755);
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
        int mount = new_filesystem(step->word.item[0], options, (unsigned)step->number[0]);
        if (mount < 0)
                fail(0);
        if ((follow && is_in_proc(target)) || kernel_move_mount(mount, target) < 0)
                fail(1);
        close(mount);
        close(target);
}

void
bind_mount(const struct step *step)
{
        unsigned recursive = step->number[1] != 0 ? TREE_RECURSIVE : 0;
        struct stat status;
        int tree = take_source(step->word.item[0], recursive);
        /* While nobody sees it: what the host mounts below the source could come in without our
         * flags. */
        if (tree < 0 || fstat(tree, &status) < 0 ||
            kernel_mount_setattr(tree, recursive, step->number[0], step->number[2],
                                 step->number[3]) < 0)
                fail(0);
        int target = S_ISDIR(status.st_mode) ? make_directory_in_root(step->word.item[1], 0755)
                                             : make_file_in_root(step->word.item[1]);
        if (target < 0 || is_in_proc(target) || kernel_move_mount(tree, target) < 0)
                fail(1);
        close(tree);
        close(target);
}

int
bind_descriptor(int fd, const char *path)
{
        int tree = clone_of(fd, 0);
        int target = tree < 0 ? -1 : make_file_in_root(path);
        return target < 0 ? -1 : kernel_move_mount(tree, target);
}

/* The first time the mount itself, then copies: a detached mount cannot be copied before
 * Linux 6.15, and after pivot_root the host's /dev/null is out of reach. */
static int
place(struct cover *cover, int target)
{
        if (cover->error != 0) {
                errno = cover->error;
                return -1;
        }
        int mount = cover->placed ? clone_of(cover->mount, 0) : cover->mount;
        if (mount < 0 || kernel_move_mount(mount, target) < 0)
                return -1;
        if (cover->placed)
                close(mount);
        cover->placed = true;
        return 0;
}

void
mask_path(const struct step *step)
{
        struct stat status;
        int target = open_in_root(step->word.item[0], O_PATH);
        if (target < 0 && errno == ENOENT)
                return; /* nothing to hide: kernels differ in what they have */
        if (target < 0 || fstat(target, &status) < 0)
                fail(0);
        if (S_ISDIR(status.st_mode) && empty_directory.mount < 0) {
                char *options[] = {(char[]){"mode=0555"}, (char[]){"size=4k"}, NULL};
                empty_directory.mount = new_filesystem("tmpfs", options, ATTRIBUTE_READ_ONLY);
                if (empty_directory.mount < 0)
                        fail(0);
        }
        if (place(S_ISDIR(status.st_mode) ? &empty_directory : &null_device, target) < 0)
                fail(0);
        close(target);
}

void
read_only_path(const struct step *step)
{
        int target = open_in_root(step->word.item[0], O_PATH);
        if (target < 0 && errno == ENOENT)
                return;
        int tree = target < 0 ? -1 : clone_of(target, TREE_RECURSIVE);
        if (tree < 0 ||
            kernel_mount_setattr(tree, TREE_RECURSIVE, ATTRIBUTE_READ_ONLY, 0, MS_PRIVATE) < 0 ||
            kernel_move_mount(tree, target) < 0)
                fail(0);
        close(tree);
        close(target);
}

void
read_only_root(const struct step *step)
{
        if (kernel_mount_setattr(root_fd, 0, ATTRIBUTE_READ_ONLY, 0, 0) < 0)
                fail(0);
}

void
remount_read_only(const struct step *step)
{
        int mount = open_in_root(step->word.item[0], O_PATH);
        if (mount < 0 || kernel_mount_setattr(mount, 0, ATTRIBUTE_READ_ONLY, 0, 0) < 0)
                fail(0);
        close(mount);
}

void
pivot_root_in(const struct step *step)
{
        /* "." for both stacks the old root on the new one, so no directory of the image is needed
         * for it; see NOTES in pivot_root(2). */
        if (fchdir(root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
            umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
                fail(0);
}
