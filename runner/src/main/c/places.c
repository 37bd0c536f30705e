/* Where things are kept, by the rules of CachePlace.java and StatePlace.java. */
#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_identity(const char *map)
{
        char text[128];
        unsigned long inside, outside, length;
        int end = 0, fd = open(map, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
        if (fd >= 0)
                close(fd);
        if (got <= 0)
                return false;
        text[got] = '\0';
        return sscanf(text, "%lu %lu %lu %n", &inside, &outside, &length, &end) == 3 &&
               text[end] == '\0' && inside == 0 && outside == 0 && length == UINT32_MAX;
}

/* The system's root, not that of a user namespace. */
static bool
is_root(uid_t uid)
{
        return uid == 0 && is_identity("/proc/self/uid_map") && is_identity("/proc/self/gid_map");
}

static bool
name_place(char path[PATH_MAX], const char *directory, const char *below, const char *further)
{
        int length = snprintf(path, PATH_MAX, "%s%s%s", directory, below, further);
        return length > 0 && length < PATH_MAX;
}

bool
name_in_cache(char path[PATH_MAX], uid_t uid, const char *below)
{
        const char *chosen = getenv("JRUN_CACHE_DIR"), *cache = getenv("XDG_CACHE_HOME");
        const char *home = getenv("HOME");
        if (chosen != NULL && *chosen != '\0')
                return name_place(path, chosen, "", below);
        if (is_root(uid))
                return name_place(path, "/var/cache", "/jrun", below);
        if (cache != NULL && *cache == '/')
                return name_place(path, cache, "/jrun", below);
        return home != NULL && *home == '/' && name_place(path, home, "/.cache/jrun", below);
}

bool
name_records(char path[PATH_MAX], uid_t uid)
{
        const char *chosen = getenv("JRUN_STATE_DIR"), *runtime = getenv("XDG_RUNTIME_DIR");
        if (chosen != NULL && *chosen != '\0')
                return name_place(path, chosen, "", "");
        if (is_root(uid))
                return name_place(path, "/run", "/jrun", "");
        if (runtime != NULL && *runtime == '/')
                return name_place(path, runtime, "/jrun", "");
        return name_in_cache(path, uid, "/run");
}

bool
is_ours(int fd, mode_t type, struct stat *status)
{
        return fstat(fd, status) == 0 && (status->st_mode & S_IFMT) == type &&
               status->st_uid == geteuid() && !(status->st_mode & (S_IWGRP | S_IWOTH));
}
