/* An image's layers, mounted as they are: a file system in a file that knows all names and where in
 * the layers' tars the contents are (package io.jrootfs.runner.erofs). Linux 6.12 mounts EROFS from
 * files without making block devices of them. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
        MAX_LAYERS = 256,
        OPTION_SIZE = 40,
        IDENTITY_SIZE = 128
}; /* IndexedLayers.java has no more */

/* Where the last index was mounted, and which that was. */
static int mounted = -1;
static const char *mounted_index;

static int
open_file(const char *path)
{
        return open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

/* Whether a layer's file is the one that the index is of; one in the cache needs no look. */
static bool
is_same(int file, const struct strings *identity)
{
        struct stat status;
        char found[IDENTITY_SIZE];
        if (identity->count == 0)
                return true;
        if (fstat(file, &status) < 0)
                return false;
        snprintf(found, sizeof(found), "%ju %ju %jd %jd.%09ld", (uintmax_t)status.st_dev,
                 (uintmax_t)status.st_ino, (intmax_t)status.st_size,
                 (intmax_t)status.st_ctim.tv_sec, (long)status.st_ctim.tv_nsec);
        return strcmp(found, identity->item[0]) == 0;
}

/* The index and its layers; returns how many were opened. */
static uint32_t
open_files(const char *index, const struct strings *layers, int *files)
{
        uint32_t count = 0;
        files[count] = open_file(index);
        while (files[count] >= 0 && count < layers->count) {
                count++;
                files[count] = open_file(layers->item[count - 1]);
        }
        return files[count] < 0 ? count : count + 1;
}

/* Returns a detached mount. By descriptors: fsconfig(2) takes no string of more than 255 bytes.
 * What is not the file that the index is of is ESTALE. */
static int
new_index(const char *index, const struct strings *layers, const struct strings *identity)
{
        int files[MAX_LAYERS + 1], mount = -1;
        char text[MAX_LAYERS + 1][OPTION_SIZE], *options[MAX_LAYERS + 1] = {0};
        errno = kernel_has(MOUNT_API) ? E2BIG : ENOSYS;
        if (!kernel_has(MOUNT_API) || layers->count > MAX_LAYERS)
                return -1;
        uint32_t opened = open_files(index, layers, files);
        snprintf(text[0], OPTION_SIZE, "/proc/self/fd/%d", files[0]);
        for (uint32_t i = 1; i < opened; i++) {
                snprintf(text[i], OPTION_SIZE, "device=/proc/self/fd/%d", files[i]);
                options[i - 1] = text[i];
        }
        bool same = opened == layers->count + 1;
        for (uint32_t i = 1; same && i < opened; i++) {
                same = is_same(files[i], identity);
                if (!same)
                        errno = ESTALE;
        }
        if (same)
                mount = new_filesystem("erofs", text[0], options, ATTRIBUTE_READ_ONLY);
        while (opened > 0)
                close_quietly(files[--opened]);
        return mount;
}

void
mount_index(const struct step *step)
{
        mounted_index = step->word.item[0];
        mounted = new_index(mounted_index, &step->list[0], &step->list[1]);
        if (mounted < 0)
                fail(0);
        /* Overlay takes no layer that is mounted nowhere. It goes with our mount namespace. */
        int target = open(host_path(step->word.item[1]), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (target < 0 || kernel_move_mount(mounted, target) < 0)
                fail(1);
        close(target);
}

int
open_lower(const char *path)
{
        if (mounted >= 0 && strcmp(path, mounted_index) == 0)
                return mounted;
        return open(host_path(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int
try_index(char **argv)
{
        struct strings layers = {.item = argv + 1};
        while (layers.item[layers.count] != NULL)
                layers.count++;
        int mount = new_index(argv[0], &layers, &(struct strings){0});
        if (mount >= 0)
                return 0;
        int error = errno;
        printf("%s%s%s\n", strerror(error), *kernel_words() ? ": " : "", kernel_words());
        return error;
}
