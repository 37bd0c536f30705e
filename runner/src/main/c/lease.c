/* A container's place on the bridge: a directory below that of its network, which the compiler has
 * made, with what undoes it and the names it is known by. Nobody serves them all, so whoever takes
 * or leaves such a place also clears up after those that could not. All of it is done under one
 * lock. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK, NETWORK, LEASE, HOLDER }; /* the words of STEP_TAKE_LEASE */
enum { MAX_TEXT = 256 << 10 };

static int lock = -1;
static char text[MAX_TEXT];

static bool
set_lock(int fd, int command)
{
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int result;
        do
                result = fcntl(fd, command, &whole);
        while (result < 0 && errno == EINTR);
        return result == 0;
}

static bool
take_lock(const char *path)
{
        lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        return lock >= 0 && set_lock(lock, F_OFD_SETLKW);
}

void
release_network(void)
{
        if (lock >= 0)
                close_quietly(lock);
        lock = -1;
}

static int
open_directory(int at, const char *path)
{
        return openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Adds a file to text. Returns how much there is then. */
static size_t
add_file(int directory, const char *name, size_t used)
{
        int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        ssize_t got = 0;
        while (fd >= 0 && used < sizeof(text) - 1 &&
               (got = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
                used += (size_t)got;
        if (fd >= 0)
                close_quietly(fd);
        text[used] = '\0';
        return used;
}

/* What the file says that undoes something: for each request protocol, errno that is no failure and
 * size, as 32 bits of this machine, and its bytes. What fails has been undone by somebody else. */
static void
undo(int directory)
{
        uint32_t head[3];
        size_t used = add_file(directory, "down", 0), at = 0;
        while (at + sizeof(head) <= used) {
                memcpy(head, text + at, sizeof(head));
                at += sizeof(head);
                if (head[2] > used - at)
                        break;
                send_netlink(head[0], (const unsigned char *)text + at, head[2], head[1]);
                at += head[2];
        }
}

/* Calls a function with each lease, or with each file of a network or a lease. */
static void
for_each(int directory, bool leases, void (*function)(int directory, const char *name))
{
        struct stat status;
        int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *stream = copy < 0 ? NULL : fdopendir(copy);
        const struct dirent *entry;
        while (stream != NULL && (entry = readdir(stream)) != NULL)
                if (entry->d_name[0] != '.' &&
                    fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISDIR(status.st_mode) == leases)
                        function(directory, entry->d_name);
        if (stream != NULL)
                closedir(stream);
}

static void
remove_file(int directory, const char *name)
{
        unlinkat(directory, name, 0);
}

static void
drop_lease(int network, const char *name)
{
        int lease = open_directory(network, name);
        if (lease < 0)
                return;
        undo(lease);
        for_each(lease, false, remove_file);
        close(lease);
        unlinkat(network, name, AT_REMOVEDIR);
}

/* Its launcher holds the file locked; before that the process in it is there. */
static void
drop_if_dead(int network, const char *name)
{
        unsigned long long pid = 0, start = 0;
        int lease = open_directory(network, name);
        if (lease < 0)
                return;
        add_file(lease, "lease", 0);
        int fd = openat(lease, "lease", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        bool alive = fd >= 0 && !set_lock(fd, F_OFD_SETLK);
        if (fd >= 0)
                close(fd);
        close(lease);
        if (sscanf(text, "%llu %llu", &pid, &start) == 2 && pid > 0)
                alive = alive || start_of_process((pid_t)pid) == start;
        if (!alive)
                drop_lease(network, name);
}

/* A place that was freed for us may be somebody else's by now. */
static bool
is_held_by(int network, const char *name, const char *holder)
{
        int lease = open_directory(network, name);
        if (lease < 0)
                return false;
        add_file(lease, "lease", 0);
        close(lease);
        return strcmp(text, holder) == 0;
}

static size_t names_used;
static bool names_failed;

static void
add_names(int network, const char *name)
{
        int lease = open_directory(network, name);
        if (lease >= 0) {
                names_used = add_file(lease, "names", names_used);
                close(lease);
        }
}

/* In place, for a container has mounted it. Who reads it meanwhile finds it too long at worst. */
static void
write_hosts(int network, const char *name)
{
        int lease = open_directory(network, name);
        if (lease < 0)
                return;
        names_used = add_file(lease, "head", 0);
        for_each(network, true, add_names);
        int fd = openat(lease, "hosts", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0 || pwrite(fd, text, names_used, 0) != (ssize_t)names_used ||
            ftruncate(fd, (off_t)names_used) < 0)
                names_failed = true;
        if (fd >= 0)
                close_quietly(fd);
        close_quietly(lease);
}

static bool any_lease;

static void
notice_lease(int network, const char *name)
{
        any_lease = true;
}

static void
restore_if_setting(int network, const char *name)
{
        if (strncmp(name, "setting-", strlen("setting-")) == 0) {
                add_file(network, name, 0);
                restore_settings(text);
        }
}

static void
drop_network(int network, const char *path)
{
        undo(network);
        for_each(network, false, restore_if_setting);
        for_each(network, false, remove_file);
        rmdir(path);
}

static const struct step *
lease_of(const struct plan *plan)
{
        for (uint32_t i = 0; i < plan->step_count; i++)
                if (plan->step[i].kind == STEP_TAKE_LEASE)
                        return &plan->step[i];
        return NULL;
}

bool
has_lease(const struct plan *plan)
{
        return lease_of(plan) != NULL;
}

void
leave_network(const struct plan *plan)
{
        const struct step *step = lease_of(plan);
        if (step == NULL || !take_lock(step->word.item[LOCK]))
                return;
        int network = open_directory(AT_FDCWD, step->word.item[NETWORK]);
        if (network >= 0) {
                if (is_held_by(network, step->word.item[LEASE], step->word.item[HOLDER]))
                        drop_lease(network, step->word.item[LEASE]);
                for_each(network, true, drop_if_dead);
                any_lease = false;
                for_each(network, true, notice_lease);
                if (any_lease)
                        for_each(network, true, write_hosts);
                else
                        drop_network(network, step->word.item[NETWORK]);
                close(network);
        }
        release_network();
}

uint32_t
take_lease(const struct step *step, pid_t unused)
{
        if (!take_lock(step->word.item[LOCK]))
                return 0 + 1;
        int network = open_directory(AT_FDCWD, step->word.item[NETWORK]);
        int lease = network < 0 ? -1 : open_directory(network, step->word.item[LEASE]);
        /* Held until we end. */
        int held = lease < 0 ? -1 : openat(lease, "lease", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (held < 0 || !set_lock(held, F_OFD_SETLK))
                return 1 + 1;
        for_each(network, true, drop_if_dead);
        close(lease);
        close(network);
        return 0;
}

uint32_t
write_names(const struct step *step, pid_t unused)
{
        int network = open_directory(AT_FDCWD, step->word.item[0]);
        if (network < 0)
                return 1;
        names_failed = false;
        for_each(network, true, write_hosts);
        close_quietly(network);
        release_network();
        return names_failed ? 1 : 0;
}
