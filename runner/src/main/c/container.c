/* The new process, from its first instruction to execve: the steps, one after the other. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Where the reports go; descriptors from here on are ours until execve. */
enum { REPORTS = 3 };

/* The parts of STEP_MAP_IDS, STEP_JOIN_NAMESPACE and STEP_ENTER_CONTAINER that are ours. */
enum { ROOT_THERE = 2, MOUNTS_THERE = 3 };

static uint32_t current_step;

noreturn void
fail(uint32_t part)
{
        struct report report = {
                .kind = REPORT_FAILURE, .step = current_step, .part = part, .error = errno};
        snprintf(report.detail, sizeof(report.detail), "%s", kernel_words());
        /* Nobody to tell if this fails: then the launcher is gone, and so are we. */
        (void)!write(REPORTS, &report, sizeof(report));
        _exit(EXIT_NOT_SET_UP);
}

void
send_terminal(int master)
{
        struct report report = {.kind = REPORT_TERMINAL};
        struct iovec data = {.iov_base = &report, .iov_len = sizeof(report)};
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct msghdr message = {.msg_iov = &data,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof(control)};
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &master, sizeof(master));
        if (sendmsg(REPORTS, &message, MSG_NOSIGNAL) < 0)
                fail(0);
}

void
die_with_launcher(uint32_t part)
{
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
                fail(part);
        /* It may have died just before. Our parent's pid cannot tell, in a new pid namespace it is
         * 0; but then nobody holds the other end. */
        struct pollfd other_end = {.fd = REPORTS};
        if (poll(&other_end, 1, 0) < 0)
                fail(part);
        if (other_end.revents & POLLHUP)
                _exit(128 + SIGKILL); /* the first of a pid namespace is deaf to its own signals */
}

static void
begin(void)
{
        die_with_launcher(0);
        /* Whatever the caller had open ends here, before anything of the container can be seen. */
        if (close_from(keep_entry(REPORTS + 1), false) < 0 || !hold_own_proc())
                fail(0);
        /* A session of its own: nothing in it can push input into the user's terminal (TIOCSTI,
         * CVE-2017-5226) or be reached by its job control. */
        if (setsid() < 0)
                fail(0);
        umask(0); /* modes are as the steps say */
}

/* Until the launcher has taken its steps on us. If it cannot, it ends us. */
static void
wait_for_launcher(void)
{
        if (!receive_go(REPORTS))
                fail(0);
}

/* In a user namespace of our own we have its capabilities but still the launcher's ids, which may
 * be anybody's in here. What we create must be root's. */
static void
become_root(void)
{
        /* Where setgroups is denied it was so before, too, or the launcher has dropped its groups.
         */
        if ((setgroups(0, NULL) < 0 && errno != EPERM) || setresgid(0, 0, 0) < 0 ||
            setresuid(0, 0, 0) < 0)
                fail(ROOT_THERE);
        die_with_launcher(ROOT_THERE);
}

static void
make_directory(const struct step *step)
{
        int fd = make_directory_in_root(step->word.item[0], (mode_t)step->number[0]);
        if (fd < 0)
                fail(0);
        close(fd);
}

static void
make_symlink(const struct step *step)
{
        char name[NAME_MAX + 1];
        struct stat status;
        const char *target = step->word.item[1];
        int parent = parent_in_root(step->word.item[0], name);
        if (parent < 0)
                fail(0);
        if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode) &&
            unlinkat(parent, name, 0) < 0)
                fail(0);
        if (symlinkat(target, parent, name) < 0)
                fail(0);
}

static void
make_device(const struct step *step)
{
        char name[NAME_MAX + 1];
        int parent = parent_in_root(step->word.item[0], name);
        mode_t mode = (mode_t)(step->number[0] | (step->number[1] & 07777));
        uid_t uid = (uid_t)step->number[2];
        gid_t gid = (gid_t)step->number[3];
        dev_t device = makedev((unsigned)step->number[4], (unsigned)step->number[5]);
        if (parent < 0 || mknodat(parent, name, mode, device) < 0)
                fail(0);
        if ((uid != 0 || gid != 0) && fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
                fail(0);
}

static bool
write_whole(int fd, const char *text)
{
        size_t left = strlen(text);
        while (left > 0) {
                ssize_t written = write(fd, text, left);
                if (written < 0)
                        return false;
                text += written;
                left -= (size_t)written;
        }
        return true;
}

static void
write_file(const struct step *step)
{
        char name[NAME_MAX + 1];
        int parent = parent_in_root(step->word.item[0], name);
        if (parent < 0)
                fail(0);
        /* Not through what is there: it may be a link, or a fifo that nobody reads. */
        int fd = -1;
        if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
                fd = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                            (mode_t)step->number[0]);
        uint64_t error = (uint64_t)errno;
        if (fd < 0 && error != step->number[1] && error != step->number[2])
                fail(0);
        if (fd >= 0 && (!write_whole(fd, step->word.item[1]) || close(fd) < 0))
                fail(0);
}

static void
set_hostname(const struct step *step)
{
        if (sethostname(step->word.item[0], strlen(step->word.item[0])) < 0)
                fail(0);
}

static void
set_domain_name(const struct step *step)
{
        if (setdomainname(step->word.item[0], strlen(step->word.item[0])) < 0)
                fail(0);
}

static void
loopback_up(const struct step *step)
{
        struct ifreq request = {.ifr_name = "lo"};
        int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request) < 0)
                fail(0);
        request.ifr_flags |= IFF_UP;
        if (ioctl(any, SIOCSIFFLAGS, &request) < 0)
                fail(0);
        close(any);
}

static void
configure_network(const struct step *step)
{
        if (!send_netlink_of(step, 0))
                fail(0);
}

/* What the new process enters its cgroups with, until it has. */
static struct {
        const struct plan *plan;
        bool cloned_into;
} outside;

/* A cgroup namespace has its root where its first process is, so it comes behind
 * (cgroup_namespaces(7)). */
static void
enter_own_cgroups(void)
{
        const struct plan *plan = outside.plan;
        if (plan == NULL)
                return;
        outside.plan = NULL;
        uint32_t before = current_step;
        if (waits_for_cgroups() && !receive_join(REPORTS))
                fail(0);
        if (!has_joined())
                return;
        uint32_t failed = enter_cgroups(plan, outside.cloned_into, &current_step);
        if (failed > 0)
                fail(failed - 1);
        current_step = plan->clone;
        if ((plan->own_namespaces & CLONE_NEWCGROUP) && unshare(CLONE_NEWCGROUP) < 0)
                fail(0);
        current_step = before;
}

static void
enter_cgroups_now(const struct step *step)
{
        enter_own_cgroups();
}

static void (*const steps[])(const struct step *) = {
        [STEP_SLAVE_ROOT] = slave_root,
        [STEP_MOUNT_INDEX] = mount_index,
        [STEP_OVERLAY_ROOT] = overlay_root,
        [STEP_MOUNT_FILESYSTEM] = mount_filesystem,
        [STEP_BIND_MOUNT] = bind_mount,
        [STEP_MAKE_DIRECTORY] = make_directory,
        [STEP_MAKE_SYMLINK] = make_symlink,
        [STEP_MAKE_DEVICE] = make_device,
        [STEP_OPEN_TERMINAL] = open_terminal,
        [STEP_MASK_PATH] = mask_path,
        [STEP_READ_ONLY_PATH] = read_only_path,
        [STEP_READ_ONLY_ROOT] = read_only_root,
        [STEP_REMOUNT_READ_ONLY] = remount_read_only,
        [STEP_PIVOT_ROOT] = pivot_root_in,
        [STEP_SET_HOSTNAME] = set_hostname,
        [STEP_LOOPBACK_UP] = loopback_up,
        [STEP_CONFIGURE_NETWORK] = configure_network,
        [STEP_SET_DOMAIN_NAME] = set_domain_name,
        [STEP_WORKING_DIRECTORY] = working_directory,
        [STEP_NEW_KEYRING] = new_keyring,
        [STEP_CREDENTIALS] = take_credentials,
        [STEP_INHERITANCE] = leave_nothing,
        [STEP_SECCOMP] = set_filter,
        [STEP_EXEC] = exec_program,
        [STEP_SET_SYSCTL] = set_sysctl,
        [STEP_LIMIT_RESOURCE] = limit_resource,
        [STEP_STAY_AS_INIT] = stay_as_init,
        [STEP_OPEN_SOURCE] = open_source,
        [STEP_WRITE_FILE] = write_file,
        [STEP_ENTER_CGROUPS] = enter_cgroups_now,
};

noreturn void
become_container(const struct plan *plan, int reports, bool cloned_into)
{
        /* Cannot fail but for a descriptor that is not open. The launcher sees us end. */
        if (reports != REPORTS && dup3(reports, REPORTS, O_CLOEXEC) < 0)
                _exit(EXIT_NOT_SET_UP);
        current_step = plan->clone;
        if (!take_detached_streams())
                fail(0);
        outside.plan = plan;
        outside.cloned_into = cloned_into;
        /* The first thing it does, so that nothing of it is ever outside of its limits. Where the
         * plan says when, none of them bears on what comes before, and the cgroups are made
         * meanwhile; but the launcher's word about them is not its last if there is another. */
        if (!plan->enters_cgroups || waits_for_launcher(plan))
                enter_own_cgroups();
        begin();
        if (waits_for_launcher(plan))
                wait_for_launcher();
        if (plan->enters_user) {
                /* As who we were: the host's root or user can reach what a stranger cannot. */
                for (current_step = plan->first_own; current_step < plan->step_count;
                     current_step++)
                        hold_host_paths(&plan->step[current_step]);
                current_step = plan->entering;
                become_root();
        }
        if (plan->enters) {
                current_step = plan->clone;
                enter_mounts(MOUNTS_THERE);
        }
        for (current_step = plan->first_own; current_step < plan->step_count; current_step++) {
                uint32_t kind = plan->step[current_step].kind;
                if (kind == STEP_SECCOMP)
                        look_for_program(&plan->step[plan->step_count - 1]);
                steps[kind](&plan->step[current_step]);
                /* Others may mount something there. */
                if (kind != STEP_MAKE_DEVICE && kind != STEP_MAKE_SYMLINK &&
                    kind != STEP_WRITE_FILE)
                        forget_parent();
        }
        _exit(EXIT_NOT_SET_UP); /* not reached: plan_decode wants an exec at the end */
}
