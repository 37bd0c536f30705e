/* The plan's steps that make the container's cgroups, and the removal of what they have made. */
#define _GNU_SOURCE
#include "launcher.h"

#include "facilities.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RACES = 100 }; /* with others that remove what we are about to use */

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

static uint32_t (*const making_steps[STEP_KINDS])(const struct step *) = {
        [STEP_MAKE_CGROUP] = make_cgroup,
        [STEP_WRITE_CGROUP] = write_cgroup,
        [STEP_FILTER_DEVICES] = filter_devices,
};

static void
cgroup_directory(const struct step *step, char path[PATH_MAX])
{
        snprintf(path, PATH_MAX, "%s%s", step->word.item[0], step->word.item[1]);
}

/* Whether the step is about a cgroup of version 2. */
static bool
is_of_version_2(const struct plan *plan, const struct step *step)
{
        for (uint32_t i = 0; i < plan->clone; i++) {
                const struct step *make = &plan->step[i];
                if (make->kind == STEP_MAKE_CGROUP && make->number[0] == 2 &&
                    strncmp(step->word.item[0], make->word.item[0], strlen(make->word.item[0])) ==
                            0)
                        return true;
        }
        return false;
}

/* When the step has its turn. First come those of version 2, for the new process is cloned into
 * that, while the others are still being made. */
static uint32_t
turn_of(const struct plan *plan, const struct step *step)
{
        return (is_of_version_2(plan, step) ? 0 : plan->clone) + (uint32_t)(step - plan->step);
}

/* The next step that makes a cgroup whose turn comes before end, after or instead of i. */
static const struct step *
next_made(const struct plan *plan, uint32_t *i, uint32_t end)
{
        for (; *i < plan->clone; ++*i) {
                const struct step *step = &plan->step[*i];
                if (step->kind == STEP_MAKE_CGROUP && turn_of(plan, step) < end) {
                        ++*i;
                        return step;
                }
        }
        return NULL;
}

/* Ends what is in the cgroups that the steps before a turn have made, in all of them before any is
 * waited for: what one hierarchy knows of a process, the others do. Gives the path of that of
 * version 2. */
static void
empty_cgroups(const struct plan *plan, uint32_t end, char of_version_2[PATH_MAX])
{
        char directory[PATH_MAX];
        const struct step *step;
        for (uint32_t i = 0; (step = next_made(plan, &i, end)) != NULL;) {
                cgroup_directory(step, directory);
                if (step->number[0] == 2)
                        memcpy(of_version_2, directory, sizeof(directory));
                end_cgroup(directory);
        }
}

/* Removes what the steps before a turn have made. Mostly nothing is in it any more. */
static struct report
remove_cgroups(const struct plan *plan, uint32_t end)
{
        struct report result = {.kind = 0};
        char directory[PATH_MAX], of_version_2[PATH_MAX] = "";
        bool emptied = false;
        const struct step *step;
        for (uint32_t i = 0; (step = next_made(plan, &i, end)) != NULL;) {
                cgroup_directory(step, directory);
                bool removed = rmdir(directory) == 0 || errno == ENOENT;
                if (!removed && !emptied) {
                        empty_cgroups(plan, end, of_version_2);
                        emptied = true;
                }
                if (removed || remove_cgroup(directory, of_version_2))
                        remove_cgroups_above(directory, strlen(step->word.item[0]));
                else
                        result = (struct report){.kind = REPORT_FAILURE,
                                                 .step = (uint32_t)(step - plan->step),
                                                 .part = 1,
                                                 .error = errno};
        }
        return result;
}

struct report
remove_all_cgroups(const struct plan *plan)
{
        return remove_cgroups(plan, 2 * plan->clone);
}

bool
makes_cgroups(const struct plan *plan)
{
        for (uint32_t i = 0; i < plan->clone; i++)
                if (making_steps[plan->step[i].kind] != NULL)
                        return true;
        return false;
}

struct report
make_cgroups(const struct plan *plan, bool of_version_2)
{
        for (uint32_t i = 0; i < plan->clone; i++) {
                const struct step *step = &plan->step[i];
                if (making_steps[step->kind] == NULL || is_of_version_2(plan, step) != of_version_2)
                        continue;
                uint32_t failed = making_steps[step->kind](step);
                if (failed == 0)
                        continue;
                struct report failure = {
                        .kind = REPORT_FAILURE, .step = i, .part = failed - 1, .error = errno};
                char directory[PATH_MAX];
                remove_cgroups(plan, turn_of(plan, step));
                if (step->kind == STEP_MAKE_CGROUP) {
                        cgroup_directory(step, directory);
                        remove_cgroups_above(directory, strlen(step->word.item[0]));
                }
                return failure;
        }
        return (struct report){.kind = 0};
}
