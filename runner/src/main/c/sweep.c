/* The cgroups of containers whose launcher and keeper were killed at once, as a service manager or
 * the want of memory may do it: whoever comes next removes them. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a record's file; a container is in at most one cgroup of a hierarchy. */
enum { MAX_TEXT = 64 << 10 };

static bool
read_text(int record, const char *name, char *text, size_t size)
{
        int fd = openat(record, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
        if (fd >= 0)
                close(fd);
        text[got > 0 ? got : 0] = '\0';
        return got > 0;
}

/* Whether the one that has made the record may live: it may not have come to holding it yet. */
static bool
may_be_starting(int record)
{
        char text[64 + SPACE_SIZE];
        int pid, used = 0;
        unsigned long long start;
        if (!read_text(record, "launcher", text, sizeof(text)) ||
            sscanf(text, "%d %llu %n", &pid, &start, &used) != 2)
                return true;
        /* Without more it is of a version that did not say where that number is. */
        return start_of_process(pid) == start ||
               (text[used] != '\0' && !is_process_space(text + used));
}

/* By a launcher in another pid namespace, too (record.c). end is below an open directory. */
static bool
is_held(int directory, const char *path)
{
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int end = openat(directory, path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (end < 0)
                return errno != ENOENT;
        bool held = fcntl(end, F_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
        close(end);
        return held;
}

static bool
is_of_a_container(const char *directory)
{
        const char *name = strrchr(directory, '/');
        return name != NULL && strncmp(name, "/jrun-", 6) == 0;
}

/* All processes are ended before any is waited for: what one hierarchy knows, the others do. */
static bool
remove_listed(char *list)
{
        char directory[PATH_MAX];
        bool removed = true;
        for (int round = 0; round < 2; round++)
                for (const char *line = list; *line != '\0'; line = strchr(line, '\n') + 1) {
                        size_t length = strcspn(line, "\n");
                        if (line[length] == '\0' || length >= sizeof(directory))
                                return false; /* nothing that we have written */
                        memcpy(directory, line, length);
                        directory[length] = '\0';
                        if (!is_of_a_container(directory))
                                return false;
                        if (round == 0)
                                end_cgroup(directory);
                        else if (remove_cgroup(directory, directory))
                                remove_cgroups_above(directory, 1);
                        else
                                removed = false;
                }
        return removed;
}

static void
sweep_record(int record)
{
        static char list[MAX_TEXT];
        if (faccessat(record, "cgroups", R_OK, AT_EACCESS) == 0 && !may_be_starting(record) &&
            !is_held(record, "end") && read_text(record, "cgroups", list, sizeof(list)) &&
            remove_listed(list))
                unlinkat(record, "cgroups", 0);
}

/* All that has to be known of most records, as every container that starts looks at those of all
 * others. One that nobody watches yet may be starting, so it is looked at again behind that. */
static bool
is_watched(int records, const char *name)
{
        char end[NAME_MAX + sizeof("/end")];
        snprintf(end, sizeof(end), "%s/end", name);
        return is_held(records, end);
}

void
sweep_records(const char *path)
{
        struct stat status;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *records = fd >= 0 && is_ours(fd, S_IFDIR, &status) ? fdopendir(fd) : NULL;
        const struct dirent *entry;
        if (records == NULL && fd >= 0)
                close(fd);
        /* Those that begin so are being made. */
        while (records != NULL && (entry = readdir(records)) != NULL) {
                if (entry->d_name[0] == '.' || is_watched(dirfd(records), entry->d_name))
                        continue;
                int record = openat(dirfd(records), entry->d_name,
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                if (record >= 0) {
                        sweep_record(record);
                        close(record);
                }
        }
        if (records != NULL)
                closedir(records);
}
