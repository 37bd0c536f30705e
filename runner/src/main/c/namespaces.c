/* Namespaces that are not simply new: those of others, the clocks' offsets, and what another user
 * namespace than the launcher's needs. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
enum { NSFS_MAGIC = 0x6e736673, NS_GET_NSTYPE = 0xb703 }; /* linux/magic.h, linux/nsfs.h */
enum { ATTRIBUTE_IDMAP = 0x100000 };                      /* linux/mount.h */

/* The image's directory as a detached mount that shows the container's owners, or -1. */
static int shifted_root = -1;

/* Returns a descriptor of a file in nsfs; anything else is not even opened, for that alone can hang
 * (a FIFO) or do something (a device). */
static int
open_namespace(const char *path, uint32_t *part)
{
        char again[32];
        struct statfs filesystem;
        *part = 0;
        int place = open(path, O_PATH | O_CLOEXEC);
        if (place < 0 || fstatfs(place, &filesystem) < 0)
                return -1;
        *part = 1;
        errno = EINVAL;
        int fd = -1;
        snprintf(again, sizeof(again), "/proc/self/fd/%d", place);
        if (filesystem.f_type == NSFS_MAGIC)
                fd = open(again, O_RDONLY | O_CLOEXEC);
        close_quietly(place);
        return fd;
}

uint32_t
join_namespace(const struct step *step, pid_t pid)
{
        (void)pid;
        int kind = (int)step->number[0];
        uint32_t part;
        int fd = open_namespace(step->word.item[0], &part);
        if (fd < 0)
                return part + 1;
        if (ioctl(fd, NS_GET_NSTYPE) != kind) {
                errno = EINVAL;
                return 1 + 1;
        }
        /* While that is possible: there, setgroups may be denied (user_namespaces(7)). */
        if (kind == CLONE_NEWUSER && setgroups(0, NULL) < 0 && errno != EPERM)
                return 3 + 1;
        if (setns(fd, kind) < 0)
                return 3 + 1;
        close(fd);
        return 0;
}

/* The offsets can be set until a process is in the new namespace, and unshare puts only children
 * there (time_namespaces(7)). */
uint32_t
offset_clocks(const struct step *step, pid_t pid)
{
        (void)pid;
        const char *lines = step->word.item[0];
        if (unshare(CLONE_NEWTIME) < 0)
                return 0 + 1;
        int fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return 1 + 1;
        ssize_t written = write(fd, lines, strlen(lines));
        close_quietly(fd);
        return written == (ssize_t)strlen(lines) ? 0 : 1 + 1;
}

uint32_t
shift_root(const struct step *step, pid_t pid)
{
        char own[32];
        struct {
                uint64_t set, clear, propagation, user_namespace;
        } change = {.set = ATTRIBUTE_IDMAP};
        snprintf(own, sizeof(own), "/proc/%d/ns/user", (int)pid);
        const char *path = *step->word.item[1] ? step->word.item[1] : own;
        errno = ENOSYS;
        if (!kernel_has(MOUNT_API) || !kernel_has(MOUNT_SETATTR))
                return 2 + 1;
        int tree = kernel_open_tree(AT_FDCWD, step->word.item[0], TREE_CLONE | TREE_CLOEXEC);
        if (tree < 0)
                return 0 + 1;
        int userns = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (userns < 0)
                return 1 + 1;
        change.user_namespace = (uint64_t)userns;
        if (syscall(NR_MOUNT_SETATTR, tree, "", EMPTY_PATH, &change, sizeof(change)) < 0)
                return 2 + 1;
        close(userns);
        shifted_root = tree;
        return 0;
}

bool
send_join(int socket)
{
        char join = 0;
        return send(socket, &join, sizeof(join), MSG_NOSIGNAL) == sizeof(join);
}

bool
receive_join(int socket)
{
        char join;
        ssize_t got;
        do
                got = recv(socket, &join, sizeof(join), 0);
        while (got < 0 && errno == EINTR);
        return got == sizeof(join);
}

bool
send_go(int socket)
{
        char go = 0;
        struct iovec data = {.iov_base = &go, .iov_len = sizeof(go)};
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
        if (shifted_root >= 0) {
                message.msg_control = &control;
                message.msg_controllen = sizeof(control);
                control.header.cmsg_level = SOL_SOCKET;
                control.header.cmsg_type = SCM_RIGHTS;
                control.header.cmsg_len = CMSG_LEN(sizeof(int));
                memcpy(CMSG_DATA(&control.header), &shifted_root, sizeof(int));
        }
        return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

bool
receive_go(int socket)
{
        char go;
        struct iovec data = {.iov_base = &go, .iov_len = sizeof(go)};
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct msghdr message = {.msg_iov = &data,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof(control)};
        ssize_t got;
        while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
                ;
        const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        shifted_root = -1; /* the number was another process's */
        if (got == 1 && rights != NULL && rights->cmsg_type == SCM_RIGHTS)
                memcpy(&shifted_root, CMSG_DATA(rights), sizeof(int));
        return got == 1;
}

/* Paths of the host that were opened while we still had the rights to. */
enum { MAX_HELD = 600 };
static struct {
        const char *path;
        char held[32];
} held_paths[MAX_HELD];
static int held_count;

const char *
host_path(const char *path)
{
        for (int i = 0; i < held_count; i++)
                if (strcmp(held_paths[i].path, path) == 0)
                        return held_paths[i].held;
        return path;
}

static bool
hold(const char *path, int fd)
{
        if (fd < 0)
                return false;
        if (held_count == MAX_HELD) {
                errno = EMFILE;
                return false;
        }
        held_paths[held_count].path = path;
        snprintf(held_paths[held_count].held, sizeof(held_paths[held_count].held),
                 "/proc/self/fd/%d", fd);
        held_count++;
        return true;
}

/* mount(2) is followed by a search of the directory that was mounted on, and this one may be closed
 * to root of the container's user namespace. So it gets one on top that is his. In a mount
 * namespace with another owner than the one it was copied from every mount is a slave already
 * (copy_mnt_ns in the kernel's fs/namespace.c), so the host does not see this. */
static int
open_mount_point(const char *path)
{
        char *options[] = {(char[]){"mode=0700"}, (char[]){"uid=0"}, (char[]){"gid=0"}, NULL};
        int directory = open(path, O_PATH | O_CLOEXEC), top = -1;
        if (directory < 0 || kernel_has(MOUNT_API))
                return directory;
        if (place_new("tmpfs", options, 0, directory, &top) != PLACED ||
            leave_out_of_binds(top) < 0)
                top = -1;
        close_quietly(directory);
        return top;
}

void
hold_host_paths(const struct step *step)
{
        static const uint32_t host_words[STEP_KINDS] = {
                [STEP_OVERLAY_ROOT] = 2,
                [STEP_OPEN_SOURCE] = 1,
                [STEP_BIND_MOUNT] = 1,
        };
        bool shifted = step->kind == STEP_OVERLAY_ROOT && shifted_root >= 0;
        for (uint32_t i = shifted ? 1 : 0; i < host_words[step->kind]; i++) {
                const char *path = step->word.item[i];
                if (host_path(path) != path)
                        continue;
                bool mounts_there = step->kind == STEP_OVERLAY_ROOT && i == 1;
                if (!hold(path,
                          mounts_there ? open_mount_point(path) : open(path, O_PATH | O_CLOEXEC)))
                        fail(i);
        }
        if (!shifted)
                return;
        /* Overlay takes no layer that is mounted nowhere. As above, the host does not see this. */
        int target = open(step->word.item[1], O_PATH | O_CLOEXEC);
        if (target < 0 || kernel_move_mount(shifted_root, target) < 0 ||
            !hold(step->word.item[0], shifted_root))
                fail(1);
        close(target);
}
