/* Kernel parameters of the host's network that containers on the bridge need. The kernel changes
 * others along with them (Documentation/networking/ip-sysctl.rst), and not always back. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH, VALUE, KEPT };         /* the words of STEP_CHANGE_SETTING */
enum { FOLLOWERS, VALUES_OF_THEM }; /* its lists */
enum { MAX_VALUE = 64 };

/* One of a file that says how to undo it: path, value before, and the value that we gave it. */
struct kept {
        const char *path, *old, *ours;
        char found[MAX_VALUE]; /* when it was to be undone */
};

static bool
read_value(const char *path, char value[MAX_VALUE])
{
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, value, MAX_VALUE - 1);
        if (fd >= 0)
                close_quietly(fd);
        value[got > 0 ? got : 0] = '\0';
        value[strcspn(value, "\n")] = '\0';
        return got > 0;
}

static bool
write_value(const char *path, const char *value)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool written = fd >= 0 && write(fd, value, strlen(value)) > 0;
        if (fd >= 0)
                close_quietly(fd);
        return written;
}

static void
keep(FILE *file, const char *path, const char *ours)
{
        char old[MAX_VALUE];
        if (read_value(path, old)) /* else its link has just gone, or never had it */
                fprintf(file, "%s\n%s\n%s\n", path, old, ours);
}

/* A path may have one directory "*". The C library's glob(3) asks for users, too, and so wants more
 * than a static program has. */
static bool
keep_follower(FILE *file, const char *pattern, const char *ours)
{
        char path[PATH_MAX];
        const char *any = strstr(pattern, "/*/");
        if (any == NULL) {
                keep(file, pattern, ours);
                return true;
        }
        snprintf(path, sizeof(path), "%.*s", (int)(any - pattern), pattern);
        DIR *stream = opendir(path);
        const struct dirent *entry;
        while (stream != NULL && (entry = readdir(stream)) != NULL) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                        continue;
                int length = snprintf(path, sizeof(path), "%.*s/%s%s", (int)(any - pattern),
                                      pattern, entry->d_name, any + strlen("/*"));
                if (length > 0 && (size_t)length < sizeof(path))
                        keep(file, path, ours);
        }
        if (stream != NULL)
                closedir(stream);
        return stream != NULL;
}

static bool
keep_followers(FILE *file, const struct step *step)
{
        const struct strings *patterns = &step->list[FOLLOWERS];
        const struct strings *values = &step->list[VALUES_OF_THEM];
        for (uint32_t i = 0; i < patterns->count; i++)
                if (!keep_follower(file, patterns->item[i], values->item[i]))
                        return false;
        return true;
}

/* Before anything is changed: whoever undoes it may be another process. */
static bool
keep_old(const struct step *step, const char *old)
{
        int fd = open(step->word.item[KEPT], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
                return errno == EEXIST; /* of an earlier container's start */
        FILE *file = fdopen(fd, "w");
        if (file == NULL) {
                close_quietly(fd);
                return false;
        }
        fprintf(file, "%s\n%s\n%s\n", step->word.item[PATH], old, step->word.item[VALUE]);
        bool kept = keep_followers(file, step) && ferror(file) == 0;
        return fclose(file) == 0 && kept;
}

uint32_t
change_setting(const struct step *step, pid_t unused)
{
        char *const *word = step->word.item;
        char old[MAX_VALUE];
        errno = EINVAL;
        if (step->list[FOLLOWERS].count != step->list[VALUES_OF_THEM].count ||
            !read_value(word[PATH], old))
                return 1;
        if (strcmp(old, word[VALUE]) == 0)
                return 0;
        return (*word[KEPT] == '\0' || keep_old(step, old)) && write_value(word[PATH], word[VALUE])
                       ? 0
                       : 1;
}

static size_t
split(char *text, struct kept *all, size_t most)
{
        size_t count = 0;
        char *line[3];
        for (; count < most; count++) {
                for (int i = 0; i < 3; i++)
                        if ((line[i] = strsep(&text, "\n")) == NULL || *line[i] == '\0')
                                return count;
                all[count] = (struct kept){.path = line[0], .old = line[1], .ours = line[2]};
        }
        return count;
}

static size_t
count_lines(const char *text)
{
        size_t count = 1;
        while ((text = strchr(text, '\n')) != NULL) {
                text++;
                count++;
        }
        return count;
}

void
restore_settings(char *text)
{
        size_t most = count_lines(text) / 3;
        struct kept *all = calloc(most + 1, sizeof(*all));
        size_t count = all == NULL ? 0 : split(text, all, most);
        for (size_t i = 0; i < count; i++)
                read_value(all[i].path, all[i].found);
        if (count > 0 && strcmp(all[0].found, all[0].ours) == 0) {
                write_value(all[0].path, all[0].old);
                for (size_t i = 1; i < count; i++) {
                        char now[MAX_VALUE];
                        /* What somebody else has given it meanwhile is his. */
                        const char *wanted =
                                strcmp(all[i].found, all[i].ours) == 0 ? all[i].old : all[i].found;
                        if (read_value(all[i].path, now) && strcmp(now, wanted) != 0)
                                write_value(all[i].path, wanted);
                }
        }
        free(all);
}
