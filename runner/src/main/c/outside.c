/* The steps that the launcher takes itself, outside of the container: before there is a new
 * process, or on it while it waits. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Returns 0, or the number of the part that failed plus one, with errno. */
typedef uint32_t launcher_step(const struct step *step, pid_t pid);

static bool
write_of(pid_t pid, const char *file, const char *text)
{
        char path[64];
        size_t size = strlen(text);
        /* Before there is a new process it is about us, and he inherits it. */
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)(pid == 0 ? getpid() : pid), file);
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        /* The kernel takes a map in one write only (user_namespaces(7)). */
        ssize_t written = write(fd, text, size);
        close_quietly(fd);
        return written == (ssize_t)size;
}

static uint32_t
map_ids(const struct step *step, pid_t pid)
{
        if (!write_of(pid, "gid_map", step->word.item[1]))
                return 1 + 1;
        return write_of(pid, "uid_map", step->word.item[0]) ? 0 : 0 + 1;
}

static uint32_t
raise_resource_limit(const struct step *step, pid_t pid)
{
        struct rlimit limit;
        if (prlimit(pid, (int)step->number[0], NULL, &limit) < 0)
                return 1;
        limit.rlim_max = step->number[1];
        return prlimit(pid, (int)step->number[0], &limit, NULL) < 0;
}

static uint32_t
adjust_oom_score(const struct step *step, pid_t pid)
{
        return write_of(pid, "oom_score_adj", step->word.item[0]) ? 0 : 1;
}

static uint32_t
by_keeper(const struct step *step, pid_t pid)
{
        return 0;
}

static uint32_t
open_oom_kills(const struct step *step, pid_t pid)
{
        return count_oom_kills(step);
}

static uint32_t
open_joined(const struct step *step, pid_t pid)
{
        return join_cgroup(step);
}

/* detach() and what follows it have done it, or do it when the container is there. */
static uint32_t
at_its_time(const struct step *step, pid_t pid)
{
        return 0;
}

static uint32_t
open_record(const struct step *step, pid_t pid)
{
        return keep_record(step);
}

static uint32_t
open_log(const struct step *step, pid_t pid)
{
        return keep_log(step);
}

/* Whoever watches for the file reads all of it or finds none. */
static uint32_t
write_pid_file(const struct step *step, pid_t pid)
{
        char path[PATH_MAX], text[16];
        int length = snprintf(path, sizeof(path), "%s.%d", step->word.item[0], (int)pid);
        if (length < 0 || (size_t)length >= sizeof(path)) {
                errno = ENAMETOOLONG;
                return 1;
        }
        int size = snprintf(text, sizeof(text), "%d\n", (int)pid);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0)
                return 1;
        bool written = write(fd, text, (size_t)size) == size;
        close_quietly(fd);
        if (written && rename(path, step->word.item[0]) == 0)
                return 0;
        int error = errno;
        unlink(path);
        errno = error;
        return 1;
}

static uint32_t
send_request(const struct step *step, pid_t pid)
{
        return send_netlink_of(step, pid) ? 0 : 1;
}

static launcher_step *const launcher_steps[STEP_KINDS] = {
        [STEP_MAP_IDS] = map_ids,
        [STEP_JOIN_NAMESPACE] = join_namespace,
        [STEP_OFFSET_CLOCKS] = offset_clocks,
        [STEP_SHIFT_ROOT] = shift_root,
        [STEP_LIMIT_TIME] = limit_time,
        [STEP_RAISE_RESOURCE_LIMIT] = raise_resource_limit,
        [STEP_ADJUST_OOM_SCORE] = adjust_oom_score,
        [STEP_MAKE_CGROUP] = by_keeper,
        [STEP_WRITE_CGROUP] = by_keeper,
        [STEP_FILTER_DEVICES] = by_keeper,
        [STEP_JOIN_CGROUP] = open_joined,
        [STEP_COUNT_OOM_KILLS] = open_oom_kills,
        [STEP_KEEP_RECORD] = open_record,
        [STEP_KEEP_LOG] = open_log,
        [STEP_DETACH] = at_its_time,
        [STEP_SIGNAL_PROCESS] = signal_process,
        [STEP_STOP_CONTAINER] = stop_container,
        [STEP_AWAIT_END] = await_end,
        [STEP_ENTER_CONTAINER] = enter_container,
        [STEP_HOLD_BUNDLE] = hold_bundle,
        [STEP_REMOVE_AT_END] = hold_temporary_place,
        [STEP_THAW] = thaw,
        [STEP_REMOVE_RECORD] = forget_container,
        [STEP_WRITE_PID_FILE] = write_pid_file,
        [STEP_DETACH_KEYS] = at_its_time,
        [STEP_SERVE_ATTACHERS] = serve_attachers,
        [STEP_RUN_PASTA] = run_pasta,
        [STEP_PRINT_NAME] = print_name,
        [STEP_REFUSE] = refuse_container,
        [STEP_RESERVE_PORT] = reserve_port,
        [STEP_TAKE_LEASE] = take_lease,
        [STEP_CHANGE_SETTING] = change_setting,
        [STEP_SEND_NETLINK] = send_request,
        [STEP_WRITE_NAMES] = write_names,
        [STEP_REQUIRE_WORDS] = require_words,
        [STEP_REQUIRE_CALLER] = require_caller,
        [STEP_REQUIRE_VARIABLES] = require_variables,
        [STEP_REQUIRE_LINK] = require_link,
        [STEP_REQUIRE_TEXT] = require_text,
        [STEP_REQUIRE_ACCESS] = require_access,
        [STEP_REQUIRE_FILE] = require_file,
        [STEP_MAKE_RECORD] = make_record,
};

bool
take_launcher_steps(const struct plan *plan, uint32_t from, uint32_t to, pid_t pid,
                    struct report *failure)
{
        for (uint32_t i = from; i < to; i++) {
                uint32_t failed = launcher_steps[plan->step[i].kind](&plan->step[i], pid);
                if (failed > 0) {
                        *failure = (struct report){.kind = REPORT_FAILURE,
                                                   .step = i,
                                                   .part = failed - 1,
                                                   .error = errno};
                        snprintf(failure->detail, sizeof(failure->detail), "%s", words_of_pasta());
                        return false;
                }
        }
        return true;
}
