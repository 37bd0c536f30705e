/* The end of a cgroup: of the processes in it, of those that the container made below it, and of
 * those above that were made for containers only. */
#define _GNU_SOURCE
#include "facilities.h"
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
        END_STEP_MS = 10, /* between looks at processes that were told to end */
        END_STEPS = 1000,
};

/* Returns how many there were. */
static int
kill_listed(int directory)
{
        int pid, count = 0, fd = openat(directory, "cgroup.procs", O_RDONLY | O_CLOEXEC);
        FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
        while (list != NULL && fscanf(list, "%d", &pid) == 1)
                if (pid > 0 && kill(pid, SIGKILL) == 0)
                        count++;
        if (list != NULL)
                fclose(list);
        return count;
}

/* Ends what is in a cgroup and in those that the container made below it, which go at once if they
 * are empty already. Those of a cgroup are its only directories. */
static int
clear_cgroup(int directory, int depth)
{
        int count = kill_listed(directory);
        int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        const struct dirent *entry;
        while (stream != NULL && depth > 0 && (entry = readdir(stream)) != NULL) {
                if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
                        continue;
                int child = openat(directory, entry->d_name,
                                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                if (child < 0)
                        continue;
                count += clear_cgroup(child, depth - 1);
                close(child);
                unlinkat(directory, entry->d_name, AT_REMOVEDIR);
        }
        if (stream != NULL)
                closedir(stream);
        return count;
}

bool
set_frozen(const char *directory, bool frozen)
{
        return write_cgroup_file(directory, "cgroup.freeze", frozen ? "1" : "0") || /* version 2 */
               write_cgroup_file(directory, "freezer.state", frozen ? "FROZEN" : "THAWED");
}

void
end_cgroup(const char *directory)
{
        enum { DEPTH = 32 };
        /* Version 2, since 5.14. */
        bool killed = kernel_has(CGROUP_KILL) && write_cgroup_file(directory, "cgroup.kill", "1");
        int fd = open_cgroup(directory, "", O_RDONLY | O_DIRECTORY);
        if (fd < 0)
                return;
        if (clear_cgroup(fd, DEPTH) > 0 && !killed) {
                /* Somebody may have forked faster than the list was read. In version 1 who is
                 * frozen ends when he is thawed. */
                set_frozen(directory, true);
                clear_cgroup(fd, DEPTH);
                set_frozen(directory, false);
        }
        close(fd);
}

/* Waits a moment, and no longer than until the last process of a cgroup of version 2 has ended. */
static void
wait_a_moment(const char *directory)
{
        char events[512];
        struct pollfd change = {.fd = open_cgroup(directory, "cgroup.events", O_RDONLY),
                                .events = POLLPRI};
        ssize_t got = change.fd < 0 ? 0 : read(change.fd, events, sizeof(events) - 1);
        events[got > 0 ? got : 0] = '\0';
        if (strstr(events, "populated 0") == NULL)
                poll(&change, 1, END_STEP_MS);
        if (change.fd >= 0)
                close(change.fd);
}

bool
remove_cgroup(const char *directory, const char *of_version_2)
{
        for (int i = 0; i < END_STEPS; i++) {
                if (rmdir(directory) == 0 || errno == ENOENT)
                        return true;
                if (errno != EBUSY)
                        return false;
                end_cgroup(directory);
                wait_a_moment(of_version_2);
        }
        errno = EBUSY;
        return false;
}

/* As far as they were made for containers only and no other container is in them. */
void
remove_cgroups_above(char *directory, size_t mount_point_length)
{
        struct stat status;
        for (;;) {
                char *slash = strrchr(directory, '/');
                if (slash == NULL || (size_t)(slash - directory) <= mount_point_length)
                        return;
                *slash = '\0';
                if (stat(directory, &status) < 0 || !(status.st_mode & S_ISVTX) ||
                    rmdir(directory) < 0)
                        return;
        }
}
