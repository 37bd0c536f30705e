/* The one process that the launcher makes. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

/* As fork: without a stack of its own the child goes on with a copy of ours. */
static pid_t
plain_clone(uint64_t namespaces)
{
        unsigned long flags = (unsigned long)namespaces | SIGCHLD;
#if defined(__s390x__)
        return (pid_t)syscall(SYS_clone, 0, flags, NULL, NULL, 0);
#else
        return (pid_t)syscall(SYS_clone, flags, 0, NULL, NULL, 0);
#endif
}

pid_t
clone_container(const struct plan *plan, bool *into_cgroup)
{
        uint64_t namespaces = plan->own_namespaces;
        int cgroup = cgroup_to_clone_into();
        struct clone_arguments arguments = {.exit_signal = SIGCHLD, .cgroup = (uint64_t)cgroup};
        if (has_joined())
                namespaces &= ~(uint64_t)CLONE_NEWCGROUP; /* once it is where it belongs */
        arguments.flags = namespaces | INTO_CGROUP;
        *into_cgroup = cgroup >= 0 && kernel_has(CLONE3);
        if (*into_cgroup) {
                long pid = syscall(NR_CLONE3, &arguments, sizeof(arguments));
                if (pid >= 0 || (errno != EINVAL && errno != E2BIG))
                        return (pid_t)pid;
                *into_cgroup = false; /* before 5.7 */
        }
        return plain_clone(namespaces);
}
