/* What kernels before Linux 5.14 or without an option, or seccomp filters around us, do not have,
 * and the functions that do the same without it. Nobody but their authors knows which way was
 * taken. */
#ifndef JRUN_FACILITIES_H
#define JRUN_FACILITIES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* facilities.c: what there is. */

enum facility {
        CGROUP_KILL,    /* 5.14 */
        CLONE3,         /* 5.3, into a cgroup 5.7 */
        CLOSE_RANGE,    /* 5.9, for execve 5.11 */
        KEYRINGS,       /* not in every kernel */
        MOUNT_API,      /* 5.2 */
        MOUNT_SETATTR,  /* 5.12 */
        OPENAT2,        /* 5.6 */
        PIDFD_SETNS,    /* pidfd_open 5.3, setns of one 5.8 */
        USERNS_OVERLAY, /* 5.11 */
        FACILITIES
};

bool kernel_has(enum facility facility);
/* Treats what JRUN_WITHOUT names as missing, or ends. */
void leave_out_facilities(void);

/* walk.c: instead of openat2. */

/* Resolves as if root were the process's root, and through no link of procfs but those at its top,
 * which are text. EAGAIN: somebody renamed directories meanwhile. */
int open_within(int root, const char *path, int flags);
/* An absolute path without any link. */
int open_without_links(const char *path, int flags);

/* descriptors.c: instead of close_range, and the descriptors of this process as paths. */

/* Closes all from first on, at once or at execve. */
int close_from(unsigned first, bool at_execve);
/* While the host's procfs can be seen, if we are going to need it later. */
bool hold_own_proc(void);
/* A file of ours in procfs, wherever we are by now. */
int open_own_proc(const char *file);
/* mount(2) with two descriptors, or of a new file system if from is negative. */
int mount_between(int from, int onto, const char *type, unsigned long flags, const char *data);

/* place.c: instead of open_tree, fsopen and so on, and of mount_setattr. */

enum placing { PLACED, NOT_MADE, NOT_PLACED };

struct change {
        uint64_t set, clear; /* attributes */
        uint64_t propagation;
        bool recursive;
};

/* options: "name=value" or "name". A descriptor of the new mount goes to *root unless that is
 * NULL. */
enum placing place_new(const char *type, char *const *options, unsigned attributes, int target,
                       int *root);
/* With the mount API only: returns a detached mount. */
int new_filesystem(const char *type, const char *source, char *const *options, unsigned attributes);
/* A tree that can be placed once, and as often as it is opened. */
int open_tree_at(int directory, const char *path, bool recursive);
/* path leads to target in the container's root. */
enum placing place_tree(int tree, const struct change *change, int target, const char *path);
/* Prevents that the tree that the mount is in is bound with it and what is mounted there. */
int leave_out_of_binds(int mount);
int change_mount(int mount, uint64_t set);
/* What the kernel said about the last failure, or "". */
const char *kernel_words(void);

/* attributes.c: instead of mount_setattr, for mounts that are in our mount namespace. */

/* Also true if that cannot be found out. */
bool is_same_mount(int one, int other);
int change_attached(int mount, const struct change *change);
/* The flags of mount(2) for attributes. */
unsigned long mount_flags(uint64_t attributes);

#endif
