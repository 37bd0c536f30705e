/* The steps that hide files and directories of the container, or close them to writing. */
#define _GNU_SOURCE
#include "facilities.h"
#include "kernel.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* What hides files and directories. Once it is somewhere, copies of it are made: a detached mount
 * cannot be copied before Linux 6.15, and after pivot_root the host's /dev/null is out of reach. */
static struct {
        int mount;
        int error;
        bool placed;
} null_device = {.mount = -1};
static int empty_directory = -1;

/* An image's own /dev/null could be anything, such as a link to what shall be hidden
 * (CVE-2025-31133). An error counts when a mask needs it. */
void
take_null_device(int fd)
{
        struct stat status;
        if (null_device.mount >= 0)
                close(null_device.mount);
        null_device.placed = false;
        null_device.mount = fd;
        null_device.error = 0;
        if (fd < 0 || fstat(fd, &status) < 0)
                null_device.error = errno;
        else if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
                null_device.error = ENODEV;
}

/* Puts a copy of a mount that is somewhere already at one more place. */
static enum placing
place_copy(int mount, const struct change *change, int target, const char *path)
{
        int copy = open_tree_at(mount, "", false);
        enum placing result = copy < 0 ? NOT_MADE : place_tree(copy, change, target, path);
        if (copy >= 0)
                close_quietly(copy);
        return result;
}

/* Read-only, as mode and owner of the node are the host's, too. The device can be written. */
static enum placing
place_null_device(int target, const char *path)
{
        const struct change change = {.set = ATTRIBUTE_READ_ONLY};
        if (null_device.error != 0) {
                errno = null_device.error;
                return NOT_MADE;
        }
        if (null_device.placed)
                return place_copy(null_device.mount, &change, target, path);
        enum placing result = place_tree(null_device.mount, &change, target, path);
        null_device.placed = result == PLACED;
        return result;
}

static enum placing
place_empty_directory(int target, const char *path)
{
        char *options[] = {(char[]){"mode=0555"}, (char[]){"size=4k"}, NULL};
        if (empty_directory >= 0)
                return place_copy(empty_directory, NULL, target, path);
        return place_new("tmpfs", options, ATTRIBUTE_READ_ONLY, target, &empty_directory);
}

void
mask_path(const struct step *step)
{
        struct stat status;
        const char *path = step->word.item[0];
        int target = open_in_root(path, O_PATH);
        if (target < 0 && errno == ENOENT)
                return; /* nothing to hide: kernels differ in what they have */
        if (target < 0 || fstat(target, &status) < 0)
                fail(0);
        if ((S_ISDIR(status.st_mode) ? place_empty_directory(target, path)
                                     : place_null_device(target, path)) != PLACED)
                fail(0);
        close(target);
}

void
read_only_path(const struct step *step)
{
        const struct change change = {
                .set = ATTRIBUTE_READ_ONLY, .propagation = MS_PRIVATE, .recursive = true};
        int target = open_in_root(step->word.item[0], O_PATH);
        if (target < 0 && errno == ENOENT)
                return;
        int tree = target < 0 ? -1 : open_tree_at(target, "", true);
        if (tree < 0 || place_tree(tree, &change, target, step->word.item[0]) != PLACED)
                fail(0);
        close(tree);
        close(target);
}
