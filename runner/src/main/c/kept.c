/* Whether a plan that was kept is still the one that would be compiled: the steps that stand before
 * all others in it. Each looks again at one thing that the compiler has looked at. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a file must be like: the first number of its step. */
enum { FILE_ABSENT = 0, FILE_SAME = 1, FILE_UNCHANGED = 2 };

/* A mount table of thousands of lines; more is compiled anew. */
enum { MAX_TEXT = 1 << 20 };

/* For a kernel parameter the kernel clears as much memory as is asked for and one byte more
 * (proc_sys_call_handler, fs/proc/proc_sysctl.c), which took a third of the whole comparison. */
enum { READ_AT_ONCE = 4095 };

static char *const *words_given;
static const char *caller_facts = "";

void
expect_caller(char *const *words, const char *facts)
{
        words_given = words;
        caller_facts = facts;
}

static uint32_t
unless(bool holds)
{
        errno = ESTALE;
        return holds ? 0 : 0 + 1;
}

uint32_t
require_words(const struct step *step, pid_t unused)
{
        const struct strings *words = &step->list[0];
        if (words_given == NULL)
                return unless(false);
        for (uint32_t i = 0; i < words->count; i++)
                if (words_given[i] == NULL || strcmp(words_given[i], words->item[i]) != 0)
                        return unless(false);
        return unless(step->number[1] || words_given[words->count] == NULL);
}

uint32_t
require_caller(const struct step *step, pid_t unused)
{
        return unless(strcmp(step->word.item[0], caller_facts) == 0);
}

/* NAME=value, or NAME for one that is not set. */
uint32_t
require_variables(const struct step *step, pid_t unused)
{
        const struct strings *entries = &step->list[0];
        for (uint32_t i = 0; i < entries->count; i++) {
                const char *entry = entries->item[i], *equals = strchrnul(entry, '=');
                char name[256];
                size_t length = (size_t)(equals - entry);
                if (length >= sizeof(name))
                        return unless(false);
                memcpy(name, entry, length);
                name[length] = '\0';
                const char *value = getenv(name);
                bool same = *equals == '\0' ? value == NULL
                                            : value != NULL && strcmp(value, equals + 1) == 0;
                if (!same)
                        return unless(false);
        }
        return 0;
}

uint32_t
require_link(const struct step *step, pid_t unused)
{
        char target[PATH_MAX];
        ssize_t length = readlink(step->word.item[0], target, sizeof(target) - 1);
        if (length < 0)
                return unless(false);
        target[length] = '\0';
        return unless(strcmp(target, step->word.item[1]) == 0);
}

/* Keeps the lines that hold what is looked for; returns how many bytes they are. */
static size_t
filter_lines(char *text, size_t size, const char *filter)
{
        size_t kept = 0, at = 0;
        while (at < size) {
                const char *end = memchr(text + at, '\n', size - at);
                size_t length = end == NULL ? size - at : (size_t)(end - text) + 1 - at;
                if (memmem(text + at, length, filter, strlen(filter)) != NULL) {
                        memmove(text + kept, text + at, length);
                        kept += length;
                }
                at += length;
        }
        return kept;
}

static bool
is_text(int fd, const char *filter, const char *expected)
{
        static char text[MAX_TEXT];
        size_t size = 0;
        ssize_t got = 1;
        while (size < MAX_TEXT - READ_AT_ONCE && (got = read(fd, text + size, READ_AT_ONCE)) > 0)
                size += (size_t)got;
        if (got != 0)
                return false;
        size = filter_lines(text, size, filter);
        while (size > 0 && strchr(" \t\n", text[size - 1]) != NULL)
                size--;
        return size == strlen(expected) && memcmp(text, expected, size) == 0;
}

uint32_t
require_text(const struct step *step, pid_t unused)
{
        int fd = open(step->word.item[0], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        bool same = fd >= 0 && is_text(fd, step->word.item[1], step->word.item[2]);
        if (fd >= 0)
                close(fd);
        return unless(same);
}

uint32_t
require_access(const struct step *step, pid_t unused)
{
        bool given = faccessat(AT_FDCWD, step->word.item[0], step->number[0] ? W_OK : R_OK,
                               AT_EACCESS) == 0;
        return unless(given == (step->number[1] != 0));
}

uint32_t
require_file(const struct step *step, pid_t unused)
{
        const uint64_t *number = step->number;
        struct stat status;
        if (stat(step->word.item[0], &status) < 0)
                return unless(errno == ENOENT && number[0] == FILE_ABSENT);
        if (number[0] == FILE_ABSENT || status.st_dev != number[1] || status.st_ino != number[2])
                return unless(false);
        return unless(number[0] == FILE_SAME || ((uint64_t)status.st_size == number[3] &&
                                                 (uint64_t)status.st_mtim.tv_sec == number[4] &&
                                                 (uint64_t)status.st_mtim.tv_nsec == number[5] &&
                                                 (uint64_t)status.st_ctim.tv_sec == number[6] &&
                                                 (uint64_t)status.st_ctim.tv_nsec == number[7]));
}
