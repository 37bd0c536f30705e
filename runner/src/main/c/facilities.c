/* What this kernel, or a filter around us, lacks. Each facility is asked for once, by calls that
 * cannot succeed: who knows a call complains about its arguments, who does not know it says ENOSYS
 * and an old seccomp filter EPERM. */
#define _GNU_SOURCE
#include "facilities.h"

#include "kernel.h"
#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CALLS = 5 };

static struct {
        const char *name;
        long calls[MAX_CALLS]; /* none for those that are found out by use */
        enum { UNKNOWN, PRESENT, MISSING } state;
} facilities[FACILITIES] = {
        [CGROUP_KILL] = {.name = "cgroup.kill"},
        [CLONE3] = {.name = "clone3", .calls = {NR_CLONE3}},
        [CLOSE_RANGE] = {.name = "close_range", .calls = {NR_CLOSE_RANGE}},
        [KEYRINGS] = {.name = "keyctl", .calls = {SYS_keyctl}},
        [MOUNT_API] = {.name = "mount-api",
                       .calls = {NR_OPEN_TREE, NR_MOVE_MOUNT, NR_FSOPEN, NR_FSCONFIG, NR_FSMOUNT}},
        [MOUNT_SETATTR] = {.name = "mount_setattr", .calls = {NR_MOUNT_SETATTR}},
        [OPENAT2] = {.name = "openat2", .calls = {NR_OPENAT2}},
        [PIDFD_SETNS] = {.name = "pidfd_open", .calls = {NR_PIDFD_OPEN}},
        [USERNS_OVERLAY] = {.name = "userns-overlay"},
};

static bool
is_known_call(long number)
{
        /* -1 is no descriptor, no address and no size; for close_range it starts behind its end. */
        long result = number == NR_CLOSE_RANGE ? syscall(number, ~0u, 0, 0)
                                               : syscall(number, -1, NULL, -1, NULL, 0);
        return result >= 0 || (errno != ENOSYS && errno != EPERM);
}

bool
kernel_has(enum facility facility)
{
        if (facilities[facility].state != UNKNOWN)
                return facilities[facility].state == PRESENT;
        int error = errno;
        bool all = true;
        for (int i = 0; i < MAX_CALLS && facilities[facility].calls[i] != 0; i++)
                all = all && is_known_call(facilities[facility].calls[i]);
        facilities[facility].state = all ? PRESENT : MISSING;
        errno = error;
        return all;
}

static bool
leave_out(const char *name, size_t length)
{
        for (int i = 0; i < FACILITIES; i++)
                if (strlen(facilities[i].name) == length &&
                    strncmp(facilities[i].name, name, length) == 0) {
                        facilities[i].state = MISSING;
                        return true;
                }
        return false;
}

void
leave_out_facilities(void)
{
        char known[256] = "";
        const char *names = getenv("JRUN_WITHOUT");
        while (names != NULL && *names != '\0') {
                size_t length = strcspn(names, ",");
                if (!leave_out(names, length)) {
                        for (int i = 0; i < FACILITIES; i++) {
                                size_t used = strlen(known);
                                snprintf(known + used, sizeof(known) - used, "%s%s",
                                         used > 0 ? ", " : "", facilities[i].name);
                        }
                        errno = 0;
                        die("JRUN_WITHOUT has an unknown name '%.*s'; known are %s", (int)length,
                            names, known);
                }
                names += length;
                names += *names == ',';
        }
}
