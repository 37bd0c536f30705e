/* jrun: starts the JVM to compile the command line into a launch plan, unless one was kept, then
 * executes the plan.
 *
 *     jrun ARGUMENT...                  what users call; every argument is the compiler's business
 *     jrun --execute-plan FILE          executes a plan that is there already (tests, embedding)
 *     jrun --try-index FILE LAYER...    whether the kernel mounts that (layers.c); asked by the
 *     compiler
 *     jrun --find-drops LINK            who drops what is forwarded (firewall.c); asked by it, too
 *     jrun-init PID                     the first process of a container (init.c)
 *
 * The compiler is <dist>/lib/compile-plan. What it must know and cannot see for itself stands in
 * JRUN_LAUNCHER, which LauncherFacts.java documents. An empty plan means that there is nothing to
 * launch (--help, say, or an error it has told about): its exit status is ours. */
#define _GNU_SOURCE
#include "facilities.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Above what execve takes for arguments and environment together (a quarter of 8 MiB of stack). */
enum { MAX_PLAN = 16 << 20 };

/* A closed standard descriptor would be the next file that anybody opens. */
static void
hold_standard_descriptors(void)
{
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
                        die("cannot open /dev/null");
}

static void
describe(char *facts, size_t size, const struct user_namespace *userns, uid_t uid, gid_t gid)
{
        static const char *const kinds[] = {"none", "single", "ranges", "refused"};
        char refused[16] = "", terminals[8] = "";
        if (userns->kind == USERNS_REFUSED)
                snprintf(refused, sizeof(refused), ":%d", userns->error);
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (isatty(fd))
                        snprintf(terminals + strlen(terminals), 3, "%s%d", *terminals ? "," : "",
                                 fd);
        snprintf(facts, size, "userns=%s%s;userns-note=%s;tty=%s;uid=%u;gid=%u",
                 kinds[userns->kind], refused, userns->note, terminals, uid, gid);
}

static unsigned char *
read_plan(int fd, size_t size)
{
        unsigned char *bytes = malloc(size + 1);
        size_t used = 0;
        ssize_t got = 1;
        if (bytes == NULL)
                die("no memory for the launch plan");
        while (used < size && (got = pread(fd, bytes + used, size - used, (off_t)used)) > 0)
                used += (size_t)got;
        if (got < 0)
                die("cannot read the launch plan");
        if (used < size) {
                errno = 0;
                die("the launch plan changed while it was read");
        }
        close(fd);
        return bytes;
}

static size_t
plan_size(int fd)
{
        struct stat status;
        if (fstat(fd, &status) < 0)
                die("cannot read the launch plan");
        errno = 0;
        if (!S_ISREG(status.st_mode) || status.st_size > MAX_PLAN)
                die("the launch plan is no regular file of at most %d bytes", MAX_PLAN);
        return (size_t)status.st_size;
}

static int
start_container(const struct plan *plan, struct signals signals)
{
        detach(plan, signals);
        return run_container(plan, signals);
}

static int
run_plan(int fd, size_t size, struct signals signals)
{
        struct plan plan;
        const char *wrong = plan_decode(&plan, read_plan(fd, size), size);
        if (wrong != NULL) {
                errno = 0;
                die("the launch plan is not valid: %s", wrong);
        }
        if (plan.step[0].kind == STEP_ATTACH)
                return run_attach(&plan, signals);
        if (plan.controls) {
                restore_signals();
                return run_control(&plan);
        }
        return start_container(&plan, signals);
}

static int
execute_plan(const char *file, const struct user_namespace *userns, struct signals signals)
{
        if (userns->kind == USERNS_REFUSED) {
                errno = userns->error;
                die("cannot create a user namespace");
        }
        int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
                die("cannot open the launch plan %s", file);
        return run_plan(fd, plan_size(fd), signals);
}

/* Whether the words are about containers that there are, and make none. Then we stay who we are:
 * the user who has made a container's user namespace has all rights in it, but another user
 * namespace of his has none. The compiler's Commands.java has them, too. */
static bool
is_about_containers(const char *word)
{
        static const char *const words[] = {"attach", "exec",    "inspect", "kill",  "logs",
                                            "pause",  "ps",      "rm",      "stats", "stop",
                                            "top",    "unpause", "update",  "wait"};
        for (size_t i = 0; word != NULL && i < sizeof(words) / sizeof(*words); i++)
                if (strcmp(word, words[i]) == 0)
                        return true;
        return false;
}

int
main(int argc, char **argv)
{
        char caller[448], facts[512];
        struct user_namespace userns = {.kind = USERNS_NONE};
        int stopped_by;
        uid_t uid = geteuid();
        gid_t gid = getegid();
        if (argc == 2 && getpid() == 1 && strcmp(argv[0], INIT_NAME) == 0)
                run_init(argv[1]);
        hold_standard_descriptors();
        const char *program = run_sealed(argv);
        leave_out_facilities();
        if (argc > 3 && strcmp(argv[1], "--try-index") == 0)
                return try_index(argv + 2);
        if (argc == 3 && strcmp(argv[1], "--find-drops") == 0)
                return find_drops(argv[2]);
        struct signals signals = watch_signals();
        bool makes_one = !is_about_containers(argv[1]);
        char records[PATH_MAX];
        if (makes_one)
                enter_user_namespace(&userns);
        else if (name_records(records, uid))
                sweep_records(records);
        if (argc == 3 && strcmp(argv[1], "--execute-plan") == 0)
                return execute_plan(argv[2], &userns, signals);
        describe(caller, sizeof(caller), &userns, uid, gid);
        struct plan kept;
        if (makes_one && find_kept_plan(&kept, argv, caller, program, uid))
                return start_container(&kept, signals);
        int plan_fd = memfd_create("jrun-plan", MFD_CLOEXEC);
        if (plan_fd < 0)
                die("cannot create the file for the launch plan");
        snprintf(facts, sizeof(facts), "plan=/proc/self/fd/%d;%s;pid=%d", plan_fd, caller,
                 (int)getpid());
        int status = compile_plan(program, argv, plan_fd, facts, signals, &stopped_by);
        size_t size = plan_size(plan_fd);
        /* 1 is how a JVM ends that cannot start; the compiler in it never ends so. */
        if (status == 1)
                return EXIT_NOT_SET_UP;
        if (status != 0 || size == 0)
                return status;
        if (stopped_by != 0)
                return 128 + stopped_by;
        return run_plan(plan_fd, size, signals);
}
