/* An ordinary user becomes root of a user namespace, as the only user in it or, where /etc/subuid
 * and /etc/subgid give him ranges, with those as the other users (user_namespaces(7)). */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_RANGES = 16 };

/* Arguments of newuidmap or newgidmap: name, pid, then triples, then NULL. */
struct map_command {
        char text[2 + 3 * (MAX_RANGES + 1)][24];
        char *argv[2 + 3 * (MAX_RANGES + 1) + 1];
        int count;
};

__attribute__((format(printf, 2, 3))) static void
add(struct map_command *command, const char *format, ...)
{
        va_list arguments;
        char *text = command->text[command->count];
        va_start(arguments, format);
        vsnprintf(text, sizeof(command->text[0]), format, arguments);
        va_end(arguments);
        command->argv[command->count++] = text;
}

static const char *
user_name(uid_t uid)
{
        /* Read by hand: getpwuid of a static C library wants the shared one at run time. */
        static char name[256];
        FILE *passwd = fopen("/etc/passwd", "re");
        struct passwd *entry;
        while (passwd != NULL && (entry = fgetpwent(passwd)) != NULL)
                if (entry->pw_uid == uid) {
                        snprintf(name, sizeof(name), "%s", entry->pw_name);
                        break;
                }
        if (passwd != NULL)
                fclose(passwd);
        return name;
}

/* subuid(5): NAME-OR-UID:FIRST:COUNT. Container id 0 is the caller, 1 and on the ranges. */
static bool
read_ranges(const char *file, const char *tool, uid_t uid, unsigned long own,
            struct map_command *command)
{
        char line[512], owner[256], number[24];
        const char *name = user_name(uid);
        unsigned long next = 1, first, count;
        snprintf(number, sizeof(number), "%u", uid);
        add(command, "%s", tool);
        add(command, "%d", (int)getpid());
        add(command, "0");
        add(command, "%lu", own);
        add(command, "1");
        FILE *ranges = fopen(file, "re");
        while (ranges != NULL && next < UINT32_MAX && fgets(line, sizeof(line), ranges) != NULL) {
                if (sscanf(line, "%255[^:]:%lu:%lu", owner, &first, &count) != 3 || count == 0 ||
                    (strcmp(owner, name) != 0 && strcmp(owner, number) != 0) ||
                    count > UINT32_MAX - next || command->count + 3 >= 2 + 3 * (MAX_RANGES + 1))
                        continue;
                add(command, "%lu", next);
                add(command, "%lu", first);
                add(command, "%lu", count);
                next += count;
        }
        if (ranges != NULL)
                fclose(ranges);
        return next > 1;
}

static int
run(char **argv)
{
        int status;
        pid_t pid = fork();
        if (pid == 0) {
                restore_signals();
                execvp(argv[0], argv);
                dprintf(STDERR_FILENO, "cannot run %s: %s", argv[0], strerror(errno));
                _exit(1);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
                return -1;
        return status;
}

/* Outside the namespace, as the maps can only be written from there: waits until the launcher is
 * inside and lets the set-user-ID tools write them. */
static pid_t
start_mapper(struct map_command *uids, struct map_command *gids, int inside[2], int complaints[2])
{
        pid_t launcher = getpid(), pid;
        if (pipe2(inside, O_CLOEXEC) < 0 || pipe2(complaints, O_CLOEXEC) < 0 || (pid = fork()) < 0)
                die("cannot start a helper process");
        if (pid == 0) {
                char byte;
                close(inside[1]);
                close(complaints[0]);
                if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != launcher ||
                    dup2(complaints[1], STDERR_FILENO) < 0 || read(inside[0], &byte, 1) != 1)
                        _exit(1);
                _exit(run(uids->argv) == 0 && run(gids->argv) == 0 ? 0 : 1);
        }
        close(inside[0]);
        close(complaints[1]);
        return pid;
}

static void
read_note(int complaints, char *note, size_t size)
{
        size_t used = 0;
        ssize_t got;
        while (used < size - 1 && (got = read(complaints, note + used, size - 1 - used)) > 0)
                used += (size_t)got;
        note[used] = '\0';
        while (used > 0 && note[used - 1] == '\n')
                note[--used] = '\0';
        for (char *c = note; *c != '\0'; c++)
                if (*c == ';' || (unsigned char)*c < ' ' || *c == 0x7f)
                        *c = ' ';
}

static bool
write_file(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        bool written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
        close_quietly(fd);
        return written;
}

/* One id, which needs nobody's help. A map that is there already (of a mapper that failed half way)
 * cannot be written again. */
static bool
map_single(uid_t uid, gid_t gid)
{
        char line[64];
        if (geteuid() != 0) {
                snprintf(line, sizeof(line), "0 %u 1\n", uid);
                if (!write_file("/proc/self/uid_map", line))
                        return false;
        }
        if (getegid() == 0)
                return true;
        /* The kernel wants setgroups given up first: groups can deny access, too. */
        snprintf(line, sizeof(line), "0 %u 1\n", gid);
        return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/gid_map", line);
}

void
enter_user_namespace(struct user_namespace *result)
{
        static struct map_command uids, gids;
        uid_t uid = geteuid();
        gid_t gid = getegid();
        pid_t mapper = -1;
        int inside[2], complaints[2], status = 1;
        *result = (struct user_namespace){.kind = USERNS_NONE};
        if (uid == 0)
                return;
        if (read_ranges("/etc/subuid", "newuidmap", uid, uid, &uids) &&
            read_ranges("/etc/subgid", "newgidmap", uid, gid, &gids))
                mapper = start_mapper(&uids, &gids, inside, complaints);
        else
                snprintf(result->note, sizeof(result->note),
                         "/etc/subuid and /etc/subgid have no range for user %u", uid);
        if (unshare(CLONE_NEWUSER) < 0) {
                result->kind = USERNS_REFUSED;
                result->error = errno;
        }
        if (mapper > 0) {
                if (result->kind == USERNS_REFUSED || write(inside[1], "", 1) != 1)
                        kill(mapper, SIGKILL);
                close(inside[1]);
                read_note(complaints[0], result->note, sizeof(result->note));
                close(complaints[0]);
                if (waitpid(mapper, &status, 0) < 0)
                        die("cannot wait for a helper process");
        }
        if (result->kind == USERNS_REFUSED)
                return;
        if (mapper > 0 && status == 0) {
                result->kind = USERNS_RANGES;
        } else if (map_single(uid, gid)) {
                result->kind = USERNS_SINGLE;
        } else {
                result->kind = USERNS_REFUSED;
                result->error = errno;
        }
}
