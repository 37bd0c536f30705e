/* What was made for one container alone, where the cache could not be written
 * (TemporaryPlaces.java), and goes with it. As long as the file beside it is locked by us, nobody
 * takes it for a leftover. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_SIZE = 24 };

static const struct step *
step_of(const struct plan *plan, uint32_t *index)
{
        for (*index = 0; *index < plan->clone; ++*index)
                if (plan->step[*index].kind == STEP_REMOVE_AT_END)
                        return &plan->step[*index];
        return NULL;
}

bool
has_temporary_place(const struct plan *plan)
{
        uint32_t index;
        return step_of(plan, &index) != NULL;
}

static bool
name_lock(char path[PATH_MAX], const struct step *step)
{
        int length = snprintf(path, PATH_MAX, "%s.lock", step->word.item[0]);
        errno = ENAMETOOLONG;
        return length > 0 && length < PATH_MAX;
}

/* Not closed: with any descriptor of the file, a process closes all its locks of it (fcntl(2)). */
uint32_t
hold_temporary_place(const struct step *step, pid_t unused)
{
        char path[PATH_MAX];
        struct flock ours = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = name_lock(path, step) ? open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1;
        /* Who looks whether it is a leftover has it locked for a moment. */
        return fd >= 0 && fcntl(fd, F_SETLKW, &ours) == 0 ? 0 : 0 + 1;
}

/* Moves the directories in it up to the top, under numbers, and removes all else: however deep an
 * image is, two descriptors will do. */
static bool
clear_directory(int top, int directory, unsigned long long *number)
{
        char moved[NUMBER_SIZE];
        int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        const struct dirent *entry;
        bool cleared = stream != NULL;
        while (cleared && (entry = readdir(stream)) != NULL) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                    unlinkat(directory, entry->d_name, 0) == 0 || errno == ENOENT)
                        continue;
                snprintf(moved, sizeof(moved), "%llu", ++*number);
                cleared = errno == EISDIR && renameat(directory, entry->d_name, top, moved) == 0;
        }
        int error = errno;
        if (stream != NULL)
                closedir(stream);
        errno = error;
        return cleared;
}

/* Removes a directory of the top and has what was in it there. */
static bool
flatten(int top, const char *name, unsigned long long *number)
{
        int directory = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        bool cleared = directory >= 0 && clear_directory(top, directory, number);
        if (directory >= 0)
                close_quietly(directory);
        return cleared && unlinkat(top, name, AT_REMOVEDIR) == 0;
}

static bool
flatten_all(int top)
{
        unsigned long long number = 0;
        bool cleared = true, found = true;
        int copy = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        while (cleared && found && stream != NULL) {
                const struct dirent *entry;
                found = false;
                rewinddir(stream);
                while (cleared && (entry = readdir(stream)) != NULL) {
                        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                                continue;
                        found = true;
                        cleared = unlinkat(top, entry->d_name, 0) == 0 || errno == ENOENT ||
                                  (errno == EISDIR && flatten(top, entry->d_name, &number));
                }
        }
        int error = errno;
        if (stream != NULL)
                closedir(stream);
        errno = error;
        return cleared && stream != NULL;
}

struct report
remove_temporary_place(const struct plan *plan)
{
        uint32_t index;
        char lock[PATH_MAX];
        const struct step *step = step_of(plan, &index);
        if (step == NULL)
                return (struct report){.kind = 0};
        const char *path = step->word.item[0];
        int top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        bool removed = top < 0 ? errno == ENOENT : flatten_all(top);
        if (top >= 0)
                close_quietly(top);
        removed = removed && (rmdir(path) == 0 || errno == ENOENT) && name_lock(lock, step) &&
                  (unlink(lock) == 0 || errno == ENOENT);
        return removed ? (struct report){.kind = 0}
                       : (struct report){
                                 .kind = REPORT_FAILURE, .step = index, .part = 1, .error = errno};
}
