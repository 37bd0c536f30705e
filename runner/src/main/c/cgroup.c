/* The container's cgroups as the launcher and the new process see them: found by a path without
 * links, entered, and asked what the kernel had to do there. keeper.c makes and removes them. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_JOINED = 64 }; /* hierarchies; a kernel has 14 controllers */

static struct {
        const struct step *step;
        int fd; /* a cgroup of version 2 itself, once it is there */
} joined[MAX_JOINED];
static uint32_t joined_count;
static const struct step *oom_step;
static int oom_file = -1;
static int limit_file = -1;

static bool
is_cgroup_file(int fd)
{
        struct statfs status;
        if (fstatfs(fd, &status) < 0)
                return false;
        if (status.f_type == MAGIC_CGROUP || status.f_type == MAGIC_CGROUP2)
                return true;
        errno = EXDEV;
        return false;
}

/* A cgroup's path has no links, and what is not of a cgroup file system is not ours to write. */
int
open_cgroup(const char *directory, const char *file, int flags)
{
        char path[PATH_MAX];
        int length = snprintf(path, sizeof(path), "%s%s%s", directory, *file ? "/" : "", file);
        if (length < 0 || (size_t)length >= sizeof(path)) {
                errno = ENAMETOOLONG;
                return -1;
        }
        int fd = open_without_links(path, flags);
        if (fd >= 0 && !is_cgroup_file(fd)) {
                close_quietly(fd);
                return -1;
        }
        return fd;
}

bool
write_cgroup_file(const char *directory, const char *file, const char *value)
{
        int fd = open_cgroup(directory, file, O_WRONLY);
        if (fd < 0)
                return false;
        size_t size = strlen(value);
        ssize_t written = write(fd, value, size);
        close_quietly(fd);
        return written == (ssize_t)size;
}

uint32_t
join_cgroup(const struct step *step)
{
        if (joined_count == MAX_JOINED) {
                errno = E2BIG;
                return 0 + 1;
        }
        joined[joined_count].step = step;
        joined[joined_count++].fd = -1;
        return 0;
}

uint32_t
count_oom_kills(const struct step *step)
{
        oom_step = step;
        return 0;
}

static struct report
failure_of(const struct plan *plan, const struct step *step, uint32_t part)
{
        return (struct report){.kind = REPORT_FAILURE,
                               .step = (uint32_t)(step - plan->step),
                               .part = part,
                               .error = errno};
}

bool
open_cgroup_to_clone_into(const struct plan *plan, struct report *failure)
{
        for (uint32_t i = 0; i < joined_count; i++) {
                const struct step *step = joined[i].step;
                if (step->number[0] != 2)
                        continue;
                joined[i].fd = open_cgroup(step->word.item[0], "", O_PATH | O_DIRECTORY);
                if (joined[i].fd < 0) {
                        *failure = failure_of(plan, step, 0);
                        return false;
                }
        }
        return true;
}

bool
open_oom_files(const struct plan *plan, struct report *failure)
{
        if (oom_step == NULL)
                return true;
        char *const *word = oom_step->word.item;
        oom_file = open_cgroup(word[0], word[1], O_RDONLY);
        limit_file = oom_file < 0 ? -1 : open_cgroup(word[0], word[3], O_RDONLY);
        if (limit_file >= 0)
                return true;
        *failure = failure_of(plan, oom_step, oom_file < 0 ? 0 : 1);
        return false;
}

void
thaw_joined(void)
{
        for (uint32_t i = 0; i < joined_count; i++)
                set_frozen(joined[i].step->word.item[0], false);
}

int
cgroup_to_clone_into(void)
{
        for (uint32_t i = 0; i < joined_count; i++)
                if (joined[i].step->number[0] == 2)
                        return joined[i].fd;
        return -1;
}

bool
has_joined(void)
{
        return joined_count > 0;
}

uint32_t
enter_cgroups(const struct plan *plan, bool cloned_into, uint32_t *step)
{
        for (uint32_t i = 0; i < joined_count; i++) {
                const struct step *join = joined[i].step;
                bool version2 = join->number[0] == 2;
                if (version2 && cloned_into)
                        continue;
                *step = (uint32_t)(join - plan->step);
                int fd = open_cgroup(join->word.item[0], version2 ? "cgroup.procs" : "tasks",
                                     O_WRONLY);
                if (fd < 0)
                        return 0 + 1;
                /* 0 is who writes. A single thread that moves itself needs no lock on all forks of
                 * the machine, which would take as long as the kernel's RCU needs to come to rest,
                 * 5 to 15 ms (cgroup_attach_lock, kernel/cgroup/cgroup.c). */
                bool moved = write(fd, "0", 1) == 1;
                close_quietly(fd);
                if (!moved)
                        return 1 + 1;
        }
        return 0;
}

/* What a file of a cgroup says now; it is never long. */
static void
read_now(int fd, char *text, size_t size)
{
        ssize_t got = pread(fd, text, size - 1, 0);
        text[got > 0 ? got : 0] = '\0';
}

/* The number behind a key, each on a line; 0 without it. */
static unsigned long long
number_of(const char *text, const char *key)
{
        size_t length = strlen(key);
        for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
                line += *line == '\n';
                if (strncmp(line, key, length) == 0 && line[length] == ' ')
                        return strtoull(line + length, NULL, 10);
        }
        return 0;
}

/* Exact, in the largest unit that divides it, as Size.java has it. Empty if there is no limit,
 * which version 2 calls "max", and version 1 the largest number of pages (PAGE_COUNTER_MAX,
 * include/linux/page_counter.h). */
static void
describe_limit(const char *text, char *shown, size_t size)
{
        static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        char *end = NULL;
        unsigned long long limit = strtoull(text, &end, 10);
        unsigned long long page = (unsigned long long)sysconf(_SC_PAGESIZE);
        uint32_t unit = 0;
        *shown = '\0';
        if (end == text || limit >= LONG_MAX / page * page)
                return;
        for (; limit != 0 && limit % 1024 == 0 && unit < 4; unit++)
                limit /= 1024;
        snprintf(shown, size, "%llu %s", limit, units[unit]);
}

void
report_oom_kills(void)
{
        char text[4096], limit[64];
        if (oom_file < 0)
                return;
        const char *const *word = (const char *const *)oom_step->word.item;
        read_now(oom_file, text, sizeof(text));
        unsigned long long kills = number_of(text, word[2]);
        if (kills == 0)
                return;
        /* Now, and not as it was asked for: 'jrun update' changes it. */
        read_now(limit_file, text, sizeof(text));
        describe_limit(text, limit, sizeof(limit));
        dprintf(STDERR_FILENO, "jrun: %s%llu%s%s\n", word[4], kills, *limit ? word[5] : "", limit);
}
