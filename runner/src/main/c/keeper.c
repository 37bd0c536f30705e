/* The process that makes the container's cgroups and removes them, and its network, after our end,
 * whatever brings that about: nobody can run code after SIGKILL, so only somebody else can remove
 * what we leave. It is in a session of its own, where no terminal's signals arrive, and has nothing
 * open but a socket to us. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
        CONTROL = 3, /* its socket */
        RACES = 100, /* with others that remove what we are about to use */
};

static pid_t keeper;
static int keeper_socket = -1;

/* The path's next name, or NULL at its end. ".." would lead out of where we are to be. */
static const char *
next_name(const char **path, char name[NAME_MAX + 1])
{
        *path += strspn(*path, "/");
        size_t length = strcspn(*path, "/");
        if (length == 0 || length > NAME_MAX)
                return NULL;
        memcpy(name, *path, length);
        name[length] = '\0';
        *path += length;
        return strcmp(name, "..") == 0 ? NULL : name;
}

/* The sticky bit means nothing to the kernel here; it tells us which cgroups above a container's
 * were made for such ones only and go with the last of them. */
static bool
make_cgroup_once(const char *mount_point, const char *path)
{
        char name[NAME_MAX + 1];
        int at = open_cgroup(mount_point, "", O_PATH | O_DIRECTORY);
        while (at >= 0 && next_name(&path, name) != NULL) {
                bool last = *path == '\0';
                if (mkdirat(at, name, last ? 0755 : 01755) < 0 && (last || errno != EEXIST))
                        break;
                if (last) {
                        close(at);
                        return true;
                }
                int below = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                close_quietly(at);
                at = below;
        }
        if (at >= 0)
                close_quietly(at);
        return false;
}

static uint32_t
make_cgroup(const struct step *step)
{
        for (int i = 0; i < RACES; i++) {
                errno = EINVAL;
                if (make_cgroup_once(step->word.item[0], step->word.item[1]))
                        return 0;
                if (errno != ENOENT && errno != ENODEV)
                        break;
        }
        return 0 + 1;
}

/* Whether there is more than a line feed in a file. */
static bool
is_filled(const char *directory, const char *file)
{
        char text[2];
        int fd = open_cgroup(directory, file, O_RDONLY);
        ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof(text));
        if (fd >= 0)
                close(fd);
        return size > 0 && text[0] != '\n';
}

static uint32_t
write_cgroup(const struct step *step)
{
        const struct strings *files = &step->list[0], *values = &step->list[1];
        errno = ENOENT;
        for (uint32_t i = 0; i < files->count && i < values->count; i++) {
                if (step->number[1] && is_filled(step->word.item[0], files->item[i]))
                        return 0;
                if (write_cgroup_file(step->word.item[0], files->item[i], values->item[i]))
                        return 0;
                if (errno != ENOENT)
                        break;
        }
        return (uint64_t)errno == step->number[0] ? 0 : 0 + 1;
}

static uint32_t
filter_devices(const struct step *step)
{
        /* Before 5.11 a program counts as locked memory. The limit is this process's only. */
        struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
        int program = kernel_bpf_load_device_filter(step->number, step->number_count);
        if (program < 0 && errno == EPERM && setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0)
                program = kernel_bpf_load_device_filter(step->number, step->number_count);
        if (program < 0)
                return 0 + 1;
        int cgroup = open_cgroup(step->word.item[0], "", O_RDONLY | O_DIRECTORY);
        int attached = cgroup < 0 ? -1 : kernel_bpf_attach_device_filter(program, cgroup);
        close_quietly(program);
        if (cgroup >= 0)
                close_quietly(cgroup);
        return attached < 0 ? 1 + 1 : 0;
}

static uint32_t (*const keeper_steps[STEP_KINDS])(const struct step *) = {
        [STEP_MAKE_CGROUP] = make_cgroup,
        [STEP_WRITE_CGROUP] = write_cgroup,
        [STEP_FILTER_DEVICES] = filter_devices,
};

static void
cgroup_directory(const struct step *step, char path[PATH_MAX])
{
        snprintf(path, PATH_MAX, "%s%s", step->word.item[0], step->word.item[1]);
}

/* Ends what is in the cgroups that the steps up to the given one have made, in all of them before
 * any is waited for: what one hierarchy knows of a process, the others do. Gives the path of that
 * of version 2. */
static void
empty_cgroups(const struct plan *plan, uint32_t end, char of_version_2[PATH_MAX])
{
        char directory[PATH_MAX];
        for (uint32_t i = 0; i < end; i++) {
                const struct step *step = &plan->step[i];
                if (step->kind != STEP_MAKE_CGROUP)
                        continue;
                cgroup_directory(step, directory);
                if (step->number[0] == 2)
                        memcpy(of_version_2, directory, sizeof(directory));
                end_cgroup(directory);
        }
}

/* Removes what the steps up to the given one have made. Mostly nothing is in it any more. */
static struct report
remove_cgroups(const struct plan *plan, uint32_t end)
{
        struct report result = {.kind = 0};
        char directory[PATH_MAX], of_version_2[PATH_MAX] = "";
        bool emptied = false;
        for (uint32_t i = 0; i < end; i++) {
                const struct step *step = &plan->step[i];
                if (step->kind != STEP_MAKE_CGROUP)
                        continue;
                cgroup_directory(step, directory);
                bool removed = rmdir(directory) == 0 || errno == ENOENT;
                if (!removed && !emptied) {
                        empty_cgroups(plan, end, of_version_2);
                        emptied = true;
                }
                if (removed || remove_cgroup(directory, of_version_2))
                        remove_cgroups_above(directory, strlen(step->word.item[0]));
                else
                        result = (struct report){
                                .kind = REPORT_FAILURE, .step = i, .part = 1, .error = errno};
        }
        return result;
}

/* In the keeper, which has nothing to tell but to the launcher. */
static void
leave_everything(int control)
{
        if (control != CONTROL)
                dup3(control, CONTROL, O_CLOEXEC);
        close_from(CONTROL + 1, false);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
                dup2(null, fd);
        close_from(CONTROL + 1, false);
        setsid();
        (void)!chdir("/");
        umask(022);
        prctl(PR_SET_NAME, "jrun-cgroups");
}

static struct report
make_cgroups(const struct plan *plan)
{
        for (uint32_t i = 0; i < plan->clone; i++) {
                const struct step *step = &plan->step[i];
                if (keeper_steps[step->kind] == NULL)
                        continue;
                uint32_t failed = keeper_steps[step->kind](step);
                if (failed == 0)
                        continue;
                struct report failure = {
                        .kind = REPORT_FAILURE, .step = i, .part = failed - 1, .error = errno};
                char directory[PATH_MAX];
                remove_cgroups(plan, i);
                if (step->kind == STEP_MAKE_CGROUP) {
                        cgroup_directory(step, directory);
                        remove_cgroups_above(directory, strlen(step->word.item[0]));
                }
                return failure;
        }
        return (struct report){.kind = 0};
}

/* When the container need not wait for it. */
static void
sweep_beside(const struct plan *plan)
{
        char directory[PATH_MAX];
        for (uint32_t i = 0; i < plan->clone; i++) {
                if (plan->step[i].kind != STEP_KEEP_RECORD)
                        continue;
                snprintf(directory, sizeof(directory), "%s", plan->step[i].word.item[0]);
                char *slash = strrchr(directory, '/');
                if (slash != NULL) {
                        *slash = '\0';
                        sweep_records(directory);
                }
        }
}

static noreturn void
keep(const struct plan *plan, int control)
{
        char nothing;
        leave_everything(control);
        struct report report = make_cgroups(plan);
        send(CONTROL, &report, sizeof(report), MSG_NOSIGNAL);
        if (report.kind == REPORT_FAILURE)
                _exit(EXIT_NOT_SET_UP);
        sweep_beside(plan);
        /* Nothing is ever sent: this ends with the launcher, or when it wants us to. */
        while (read(CONTROL, &nothing, 1) < 0 && errno == EINTR)
                ;
        report = remove_cgroups(plan, plan->clone);
        leave_network(plan);
        send(CONTROL, &report, sizeof(report), MSG_NOSIGNAL);
        _exit(0);
}

/* Returns false if the keeper has ended without a word. */
static bool
keeper_reports(struct report *report)
{
        ssize_t got;
        do
                got = recv(keeper_socket, report, sizeof(*report), 0);
        while (got < 0 && errno == EINTR);
        return got == (ssize_t)sizeof(*report);
}

static void
forget_keeper(void)
{
        close(keeper_socket);
        waitpid(keeper, NULL, 0);
        keeper = 0;
}

bool
start_keeper(const struct plan *plan, struct report *failure)
{
        int control[2];
        bool needed = has_lease(plan);
        for (uint32_t i = 0; i < plan->clone; i++)
                needed = needed || keeper_steps[plan->step[i].kind] != NULL;
        if (!needed)
                return true;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
                die("cannot create a socket pair");
        keeper = fork();
        if (keeper < 0)
                die("cannot start the process that keeps the cgroups");
        if (keeper == 0) {
                close(control[0]);
                keep(plan, control[1]);
        }
        close(control[1]);
        keeper_socket = control[0];
        errno = 0;
        if (!keeper_reports(failure))
                die("the process that keeps the cgroups has ended");
        if (failure->kind != REPORT_FAILURE)
                return true;
        forget_keeper();
        return false;
}

struct report
release_keeper(const struct plan *plan)
{
        struct report report = {.kind = 0};
        release_network();
        if (keeper <= 0) {
                leave_network(plan);
                return report;
        }
        shutdown(keeper_socket, SHUT_WR);
        if (!keeper_reports(&report)) { /* somebody has killed it */
                report = remove_cgroups(plan, plan->clone);
                leave_network(plan);
        }
        forget_keeper();
        return report;
}
