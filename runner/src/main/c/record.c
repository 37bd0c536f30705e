/* The container's record: a directory that the plan names, where others see which processes it is
 * and how it has ended. No daemon knows it, so what is there must be right whoever dies when: who
 * reads a process' number compares its start, too. */
#define _GNU_SOURCE
#include "launcher.h"

#include "kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool remove_record(int directory, const char *path);

enum {
        END_SIZE = 16,        /* of the file "end": a number, spaces before it */
        PROCESSES_SIZE = 128, /* of the file "processes": numbers, spaces behind them */
        TRIES = 3,            /* of what removes */
};

static int record = -1, end_file = -1;
static const struct step *record_step;

uint64_t
start_of_process(pid_t pid)
{
        char path[32], text[1024];
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
        if (fd >= 0)
                close(fd);
        if (got <= 0)
                return 0;
        text[got] = '\0';
        /* proc(5): the second field is a name in parentheses that may hold anything; ours is the
         * 22nd. */
        const char *at = strrchr(text, ')');
        for (int field = 2; at != NULL && field < 22; field++)
                at = strchr(at + 1, ' ');
        return at == NULL ? 0 : strtoull(at, NULL, 10);
}

static char *const *command;

void
record_words(char *const *words)
{
        command = words;
}

static bool
write_new(int directory, const char *name, const char *text, size_t size)
{
        int fd =
                openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        /* hosts and resolv.conf are for processes of any user in another container. */
        bool written = fd >= 0 && fchmod(fd, 0644) == 0 && write(fd, text, size) == (ssize_t)size;
        if (fd >= 0)
                close_quietly(fd);
        return written;
}

/* The words of the command, each with its NUL. */
static bool
write_command(int directory)
{
        size_t size = 0, used = 0;
        for (char *const *word = command; word != NULL && *word != NULL; word++)
                size += strlen(*word) + 1;
        char *text = malloc(size + 1);
        if (text == NULL)
                return false;
        for (char *const *word = command; word != NULL && *word != NULL; word++)
                used += (size_t)(stpcpy(text + used, *word) - (text + used)) + 1;
        bool written = write_new(directory, "command", text, size);
        free(text);
        return written;
}

/* RecordFiles.java has their names. */
static bool
fill_record(int directory, const struct step *step)
{
        char text[64 + SPACE_SIZE], space[SPACE_SIZE];
        const struct strings *name = &step->list[0], *content = &step->list[1];
        for (uint32_t i = 0; i < name->count; i++)
                if (i >= content->count || !write_new(directory, name->item[i], content->item[i],
                                                      strlen(content->item[i])))
                        return false;
        pid_t self = getpid();
        write_process_space(space, ' ');
        int size = snprintf(text, sizeof(text), "%d %llu %s\n", (int)self,
                            (unsigned long long)start_of_process(self), space);
        return write_command(directory) && write_new(directory, "launcher", text, (size_t)size);
}

/* As ContainerStore.java does it when it has compiled the plan: whole, and only if nobody else has
 * the name. */
uint32_t
make_record(const struct step *step, pid_t unused)
{
        const char *path = step->word.item[0], *slash = strrchr(path, '/');
        char unfinished[PATH_MAX], space[SPACE_SIZE];
        pid_t self = getpid();
        write_process_space(space, '+');
        int size = snprintf(unfinished, sizeof(unfinished), "%.*s/.new-%d-%llu+%s",
                            (int)(slash == NULL ? 0 : slash - path), path, (int)self,
                            (unsigned long long)start_of_process(self), space);
        if (size < 0 || (size_t)size >= sizeof(unfinished) || mkdir(unfinished, 0700) < 0)
                return 0 + 1;
        int directory = open(unfinished, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        bool made = directory >= 0 && fill_record(directory, step) && rename(unfinished, path) == 0;
        if (!made && directory >= 0)
                remove_record(directory, unfinished);
        if (directory >= 0)
                close_quietly(directory);
        return made ? 0 : 0 + 1;
}

/* A new file of the record that is as long as what will be written over it, so that a disk that is
 * full by then has room for that. */
static int
reserve(const char *name, size_t size)
{
        char room[PROCESSES_SIZE];
        memset(room, ' ', sizeof(room));
        room[size - 1] = '\n';
        int fd = openat(record, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd >= 0 && write(fd, room, size) != (ssize_t)size) {
                close_quietly(fd);
                return -1;
        }
        return fd;
}

uint32_t
keep_record(const struct step *step)
{
        record = open(step->word.item[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (record < 0)
                return 0 + 1;
        record_step = step;
        /* There from now on, so that who waits for the end can hold it open: with the record it
         * goes. Whoever looks sees nothing in it. */
        end_file = reserve("end", END_SIZE);
        int processes = reserve("processes.new", PROCESSES_SIZE);
        if (end_file < 0 || processes < 0)
                return 1 + 1;
        close(processes);
        /* As long as we live nobody takes the container's cgroups for left ones (sweep.c). */
        struct flock ours = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(end_file, F_SETLK, &ours) < 0)
                return 0 + 1;
        /* Made now and removed later, as even a full disk lets one remove. */
        int starting = openat(record, "starting",
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (starting < 0)
                return 0 + 1;
        close(starting);
        return 0;
}

/* Whole or not at all, for who reads it. */
bool
record_start(pid_t pid)
{
        char text[PROCESSES_SIZE + 1];
        if (record < 0)
                return true;
        pid_t self = getpid();
        int used = snprintf(text, sizeof(text), "%d %llu %d %llu", (int)pid,
                            (unsigned long long)start_of_process(pid), (int)self,
                            (unsigned long long)start_of_process(self));
        snprintf(text + used, sizeof(text) - (size_t)used, "%*s\n", PROCESSES_SIZE - 1 - used, "");
        int fd = openat(record, "processes.new", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
        bool written = fd >= 0 && write(fd, text, PROCESSES_SIZE) == PROCESSES_SIZE;
        if (fd >= 0)
                close_quietly(fd);
        if (written && renameat(record, "processes.new", record, "processes") == 0)
                return true;
        int error = errno;
        record_end(0, false); /* it never runs, and we end without another look */
        errno = error;
        return false;
}

/* A fault may pass, of the file system of another machine for one, and what is left here nobody
 * would ever remove: it is no record any more. */
static bool
remove_name(int directory, const char *name, int flags)
{
        for (int i = 0; i < TRIES; i++)
                if (unlinkat(directory, name, flags) == 0 || errno == ENOENT ||
                    errno == ENOTEMPTY || errno == EEXIST)
                        return true;
        return false;
}

void
record_running(void)
{
        if (record >= 0 && !remove_name(record, "starting", 0))
                dprintf(STDERR_FILENO,
                        "jrun: warning: cannot remove %s/starting: %s; while it is there 'jrun "
                        "exec' takes the container for one that is being started\n",
                        record_step->word.item[0], strerror(errno));
}

/* Returns false with errno. */
static bool
remove_content(int directory)
{
        int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        if (stream == NULL) {
                if (copy >= 0)
                        close_quietly(copy);
                return false;
        }
        int error = 0;
        const struct dirent *entry;
        while (errno = 0, (entry = readdir(stream)) != NULL)
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                    unlinkat(directory, entry->d_name, 0) < 0 && errno != ENOENT)
                        error = errno;
        if (errno != 0)
                error = errno;
        closedir(stream);
        errno = error;
        return error == 0;
}

/* Returns false with errno. */
static bool
remove_record(int directory, const char *path)
{
        bool empty = false;
        for (int i = 0; i < TRIES && !empty; i++)
                empty = remove_content(directory);
        /* Not empty if it is another container's already. */
        return empty && remove_name(AT_FDCWD, path, AT_REMOVEDIR);
}

bool
remove_ended_record(const char *path, uint64_t launcher, uint64_t start)
{
        unsigned long long own, own_start;
        char text[128];
        int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (directory < 0)
                return errno == ENOENT; /* it has gone with its launcher */
        int file = openat(directory, "processes", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        ssize_t got = file < 0 ? 0 : read(file, text, sizeof(text) - 1);
        if (file >= 0)
                close(file);
        text[got > 0 ? got : 0] = '\0';
        bool same = sscanf(text, "%*d %*u %llu %llu", &own, &own_start) == 2 && own == launcher &&
                    own_start == start;
        bool removed = !same || remove_record(directory, path);
        close_quietly(directory);
        return removed;
}

bool
read_end(int end, int *status)
{
        char text[END_SIZE + 1], *behind;
        ssize_t got = pread(end, text, END_SIZE, 0);
        text[got > 0 ? got : 0] = '\0';
        *status = (int)strtol(text, &behind, 10);
        return behind != text;
}

void
record_end(int status, bool has_run)
{
        char text[END_SIZE + 1];
        if (record < 0)
                return;
        /* All of the room, so that nobody reads a part of it. */
        snprintf(text, sizeof(text), "%*d\n", END_SIZE - 1, status);
        if (has_run && pwrite(end_file, text, END_SIZE, 0) != END_SIZE)
                dprintf(STDERR_FILENO,
                        "jrun: warning: cannot write how the container ended to %s: %s\n",
                        record_step->word.item[0], strerror(errno));
        /* One that never ran is nobody's to look at. */
        if ((record_step->number[0] || !has_run) &&
            !remove_record(record, record_step->word.item[0]))
                dprintf(STDERR_FILENO, "jrun: warning: cannot remove %s: %s\n",
                        record_step->word.item[0], strerror(errno));
}
