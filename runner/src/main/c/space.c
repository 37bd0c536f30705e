/* Where the number of a process means what it says: a pid namespace of a boot of a machine.
 * ProcessSpace.java reads and writes the same. */
#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WORD = 64 };

static const char unknown[] = "-";

/* The only word of a file. */
static void
read_word(const char *path, char word[MAX_WORD + 1])
{
        static const char known[] =
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
        char text[MAX_WORD + 2] = "";
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
        if (fd >= 0)
                close(fd);
        text[got > 0 ? got : 0] = '\0';
        size_t length = strcspn(text, "\n");
        bool is_word = length > 0 && length <= MAX_WORD && strspn(text, known) == length;
        snprintf(word, MAX_WORD + 1, "%.*s", MAX_WORD, is_word ? text : unknown);
        word[strcspn(word, "\n")] = '\0';
}

void
write_process_space(char text[SPACE_SIZE], char joint)
{
        char boot[MAX_WORD + 1], machine[MAX_WORD + 1], namespace[MAX_WORD + 1];
        read_word("/proc/sys/kernel/random/boot_id", boot);
        read_word("/etc/machine-id", machine);
        ssize_t got = readlink("/proc/self/ns/pid", namespace, MAX_WORD);
        snprintf(text, SPACE_SIZE, "%s%c%.*s%c%s", boot, joint,
                 got > 0 ? (int)got : (int)strlen(unknown), got > 0 ? namespace : unknown, joint,
                 machine);
}

bool
is_process_space(const char *text)
{
        char here[SPACE_SIZE];
        write_process_space(here, ' ');
        size_t length = strlen(here);
        return strncmp(text, here, length) == 0 && (text[length] == '\n' || text[length] == '\0');
}
