/* The parts of the launcher, one section per file, in the order in which they are used. */
#ifndef JRUN_LAUNCHER_H
#define JRUN_LAUNCHER_H

#include "plan.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* cli.md: what jrun itself ends with. */
enum { EXIT_NOT_SET_UP = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

/* seal.c: the launcher runs from memory that nobody can write. */

/* Says what is wrong on standard error, with the text of errno unless that is 0, and ends with
 * EXIT_NOT_SET_UP. Only for what happens outside a plan; a step's failures carry their own text. */
noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Returns in the sealed second run only, with the path of the program's file. */
const char *run_sealed(char **argv);

/* signals.c: signals as data in the launcher, as usual in what it starts. */

/* Signals as descriptors. */
struct signals {
        int container; /* every signal that somebody may want to send to the container */
        int children;  /* SIGCHLD */
};

struct signals watch_signals(void);

/* A descriptor that is readable while a watched signal is pending that ends the container; not to
 * be read, for supervise() does what the signal asks. -1 with errno if there can be none. */
int open_ending_signals(void);

/* Whether a child has ended, to be asked when signals.children is readable. It is not waited for.
 */
bool has_ended(struct signals signals, pid_t pid);
/* For programs of ours: mask and dispositions as the launcher was started with. */
void restore_signals(void);
/* For the container: nothing blocked, nothing ignored, whatever we inherited. */
void reset_signals(void);
/* For the init of a container: returns false, or -1, with errno. */
bool block_all_signals(void);
int open_all_signals(void);
/* Whether the default action of a signal ends the process. */
bool ends_by_default(int signal);
/* Whether process pid catches, ignores or blocks a signal, so that it is not lost on it. */
bool is_noticed(pid_t pid, int signal);

/* userns.c: an ordinary user becomes root of a user namespace. */

struct user_namespace {
        enum { USERNS_NONE, USERNS_SINGLE, USERNS_RANGES, USERNS_REFUSED } kind;
        int error;      /* why it was refused */
        char note[256]; /* why it is not RANGES; without ';' and control characters */
};

void enter_user_namespace(struct user_namespace *result);

/* places.c: where things are kept. */

struct stat;
/* Return false if no rule names a place. uid is the caller's. */
bool name_in_cache(char path[PATH_MAX], uid_t uid, const char *below);
bool name_records(char path[PATH_MAX], uid_t uid);
/* Whether nobody else can write what is open there; its status is then known. */
bool is_ours(int fd, mode_t type, struct stat *status);

/* sweep.c: what killed launchers have left. */

/* The cgroups of containers with a record there that nobody watches. */
void sweep_records(const char *path);

/* replay.c: a plan from before. */

/* Whether there is one for this command line that still holds; the container's record is then made.
 * facts are those for the compiler, without what differs each time; program is our own path, uid
 * the caller's. */
bool find_kept_plan(struct plan *plan, char **argv, const char *facts, const char *program,
                    uid_t uid);

/* kept.c: what must be as it was. Steps: 0 or a part plus one. */

/* The command line behind the program's name, and the facts. */
void expect_caller(char *const *words, const char *facts);
uint32_t require_words(const struct step *step, pid_t unused);
uint32_t require_caller(const struct step *step, pid_t unused);
uint32_t require_variables(const struct step *step, pid_t unused);
uint32_t require_link(const struct step *step, pid_t unused);
uint32_t require_text(const struct step *step, pid_t unused);
uint32_t require_access(const struct step *step, pid_t unused);
uint32_t require_file(const struct step *step, pid_t unused);

/* compile.c: the JVM turns the command line into a plan. */

/* Runs <dist>/lib/compile-plan with the arguments; the plan is written to plan_fd. program is the
 * path of <dist>/bin/jrun. Returns the exit status; stopped_by is the ending signal that came
 * meanwhile, or 0. */
int compile_plan(const char *program, char **arguments, int plan_fd, const char *facts,
                 struct signals signals, int *stopped_by);

/* container.c: the new process, from its first instruction to execve. */

/* What the new process tells the launcher, one message each; silence and end of file mean that the
 * container's program runs. */
struct report {
        enum { REPORT_FAILURE = 1, REPORT_TERMINAL = 2 } kind; /* TERMINAL carries a descriptor */
        uint32_t step;
        uint32_t part;
        int32_t error;
        char detail[160]; /* the kernel's own words, if it had any */
};

/* Whether the new process must not begin before the launcher says so. */
static inline bool
waits_for_launcher(const struct plan *plan)
{
        return plan->enters_user || plan->first_own > plan->clone + 1;
}

/* cloned_into: it is in its cgroup of version 2 already. */
noreturn void become_container(const struct plan *plan, int reports, bool cloned_into);

/* Reports that part of the current step failed with errno, and ends. */
noreturn void fail(uint32_t part);
void send_terminal(int master);
/* The launcher's death is ours. Asked for again whenever credentials change: the kernel forgets. */
void die_with_launcher(uint32_t part);

/* root.c: paths inside the container's root, whatever links it holds. */

extern int root_fd;
void close_quietly(int fd); /* errno stays */
int open_in_root(const char *path, int flags);
/* Not to be closed; that of before, if it has the same path, until it is forgotten. */
int parent_in_root(const char *path, char name[NAME_MAX + 1]);
void forget_parent(void);
/* The last component gets mode, missing parents 0755. Returns the directory. */
int make_directory_in_root(const char *path, mode_t mode);
/* The same if it is known that there is none. */
int make_missing_in_root(const char *path, mode_t mode);
/* An existing file is taken as it is. */
int make_file_in_root(const char *path);

/* mounts.c: one function per step. */

void open_source(const struct step *step);
void slave_root(const struct step *step);
void overlay_root(const struct step *step);
void mount_filesystem(const struct step *step);
void bind_mount(const struct step *step);
void read_only_root(const struct step *step);
void remount_read_only(const struct step *step);
void pivot_root_in(const struct step *step);
/* Puts the file or directory that fd is open on at a path of the container's root. */
int bind_descriptor(int fd, const char *path);

/* layers.c: layers that are mounted as they are. */

void mount_index(const struct step *step);
/* The root of the index that was mounted, if that is its path, or else the directory there. */
int open_lower(const char *path);
/* Whether an index and its layers, its path first, can be mounted: prints why not. Returns the
 * error's number, as the exit status. */
int try_index(char **argv);

/* masks.c: one function per step. */

void mask_path(const struct step *step);
void read_only_path(const struct step *step);
/* What masks of files are copies of, if fd is open on the null device. */
void take_null_device(int fd);

/* sysctl.c: kernel parameters of the container's own namespaces. */

void set_sysctl(const struct step *step);

/* init.c: the container's first process when its program is not. */

/* The name that makes the launcher's program an init. */
#define INIT_NAME "jrun-init"
void stay_as_init(const struct step *step);
bool stays_as_init(void);
/* Returns in the child that is to become the container's program. Failures are of the part. */
void become_init(char *const *environment, uint32_t part);
noreturn void run_init(const char *child);

/* process.c: what the process itself becomes. */

extern int terminal_fd;
void open_terminal(const struct step *step);
void working_directory(const struct step *step);
void new_keyring(const struct step *step);
void limit_resource(const struct step *step);
void take_credentials(const struct step *step);
void leave_nothing(const struct step *step);
void set_filter(const struct step *step);
/* Before there is a filter. */
void look_for_program(const struct step *exec);
noreturn void exec_program(const struct step *step);

/* terminal.c: the user's terminal. */

struct winsize;
void make_terminal_raw(void);
/* After we were stopped and continued: somebody else used it meanwhile. */
void keep_terminal_raw(void);
void restore_terminal(void);
/* Of the one that we are on, if we are on one. */
bool get_window_size(struct winsize *size);
/* Makes a terminal as large as the one that we are on, if we are on one. */
void copy_window_size(int terminal);

/* keys.c: the keys that leave a container alone. */

/* What is typed is read in pieces of TYPED_AT_ONCE - MAX_KEYS. */
enum { MAX_KEYS = 32, TYPED_AT_ONCE = 4096 };
void set_detach_keys(const uint64_t *codes, uint32_t count);
/* Takes them, and what may be their start, out of what was typed, where there is room for MAX_KEYS
 * more. Returns whether they are complete; what was typed behind them is gone. */
bool find_detach_keys(char *bytes, size_t *used);

/* relay.c: between the container's pseudo-terminal and the user's. */

enum { RELAY_POLLS = 3 };
void relay_start(int master);
/* There is no user at the other end. */
void relay_without_input(void);
void relay_resize(void);
void relay_set_size(unsigned short rows, unsigned short columns);
bool relay_is_on(void);
/* Whether there is room for what somebody types, up to TYPED_AT_ONCE bytes. */
bool relay_takes_input(void);
/* As typed by the user. Returns the signal that the terminal sends for it, or 0. */
int relay_type(const char *bytes, size_t size);
/* Whether the user has typed the keys to leave since this was asked last. */
bool relay_was_left(void);
/* The user has his terminal back, the container keeps its own. */
void relay_leave(void);
/* After the launcher was stopped and continued: somebody else used the terminal meanwhile. */
void relay_continue(void);
void relay_prepare(struct pollfd polls[RELAY_POLLS]);
/* Returns the signal that what the user typed makes the terminal send, or 0. */
int relay_move(const struct pollfd polls[RELAY_POLLS]);
/* The process group, by its leader, that the terminal sends it to. */
pid_t relay_foreground(void);
/* Writes what the container still had to say, then gives the terminal back. A signal that ends
 * processes ends the writing, too. */
void relay_stop(int signals);

/* clone.c: the new process. */

/* As fork. Whether it is in its cgroup of version 2 already goes to *into_cgroup. */
pid_t clone_container(const struct plan *plan, bool *into_cgroup);

/* outside.c: the steps that the launcher takes itself. */

/* Takes steps from..to-1, pid being the new process once there is one. Returns false and says what
 * failed if one does. */
bool take_launcher_steps(const struct plan *plan, uint32_t from, uint32_t to, pid_t pid,
                         struct report *failure);

/* namespaces.c: namespaces that are not simply new. */

/* Steps of the launcher: 0, or the number of the part that failed plus one, with errno. */
uint32_t join_namespace(const struct step *step, pid_t pid);
uint32_t offset_clocks(const struct step *step, pid_t pid);
uint32_t shift_root(const struct step *step, pid_t pid);
/* From the launcher to the new process: its cgroups are there. */
bool send_join(int socket);
bool receive_join(int socket);
/* All that the launcher does is done: with what shift_root has made, if it has. */
bool send_go(int socket);
bool receive_go(int socket);
/* Before the new process changes its ids: opens the step's host paths. */
void hold_host_paths(const struct step *step);
/* A path that leads to what was opened for it, or the path itself if nothing was. */
const char *host_path(const char *path);

/* entry.c: a container that runs already. */

/* Step: 0 or a part plus one. The new process that is made then is in all of its namespaces but
 * those that enter_mounts joins. */
uint32_t enter_container(const struct step *step, pid_t pid);
/* In the new process: puts what that needs at descriptors from first on. Returns the next one. */
unsigned keep_entry(unsigned first);
/* Its cgroup and mount namespaces; root is then that of the container. Failures are of the part. */
void enter_mounts(uint32_t part);

/* creation.c: cgroups are made and removed. */

bool makes_cgroups(const struct plan *plan);
/* Takes the steps of the plan that make cgroups of version 2, or those that make others. If one
 * fails, what all of them have made is removed. Returns a report of kind 0, or what failed. */
struct report make_cgroups(const struct plan *plan, bool of_version_2);
struct report remove_all_cgroups(const struct plan *plan);

/* keeper.c: the container's cgroups are gone when it has ended, whatever ends us. */

/* Begins with the steps before the clone that make cgroups and write into them, in a process that
 * will remove them. */
void start_keeper(const struct plan *plan);
/* Until the cgroup of version 2, and until all cgroups are ready. Returns false and says what
 * failed. */
enum readiness { READY_TO_CLONE = 1, READY_TO_JOIN = 2 };
bool await_cgroups(enum readiness readiness, struct report *failure);
/* Whether the new process has to wait until it can join them. */
bool waits_for_cgroups(void);
/* Ends what is left in the cgroups and removes them. Returns a report of kind 0, or what failed. */
struct report release_keeper(const struct plan *plan);
/* Its process is gone, too. */
void await_keeper(void);

/* netlink.c: what the kernel's network code is asked for. */

enum { MAX_NETLINK = 1 << 20 };
/* Returns a socket on which the kernel is asked and answers in time, or -1 with errno. */
int open_netlink(uint32_t protocol);
/* Returns false with errno unless all of it was done, or was not with the one errno. */
bool send_netlink(uint32_t protocol, const unsigned char *request, size_t size,
                  uint32_t passed_over);
bool send_netlink_of(const struct step *step, pid_t pid);

/* setting.c: kernel parameters of the host's network. */

uint32_t change_setting(const struct step *step, pid_t unused);
/* Puts back what a file that change_setting has made says, unless somebody else has changed the
 * first of it since; of the others, those that nobody has. Takes the text apart. */
void restore_settings(char *text);

/* firewall.c */

/* Prints family, table and chain of each that drops what is forwarded while no rule in its table
 * names the link. Returns an exit status. */
int find_drops(char *link);
/* Whether there is a name in these bytes, and a zero behind it. */
bool holds_name(const void *bytes, size_t size, const char *name);
/* xtables.c: the same for iptables-legacy, with the program's name for a family. */
void print_dropping_legacy_chains(const char *link);

/* verdicts.c: what becomes of a packet that no condition fits. */

enum fate { OPEN, ACCEPTED, DROPPED };
enum verdict { DROP, ACCEPT, RETURN, JUMP, GOTO };
/* A rule for every packet. The target is a chain, or "". */
struct ruling {
        enum verdict verdict;
        char *chain, *target;
};
/* Those of one table, in order. */
struct rulings {
        struct ruling *all;
        size_t count;
        bool incomplete;
};
void add_ruling(struct rulings *rulings, const char *chain, enum verdict verdict,
                const char *target);
/* What a chain does, and those that it jumps to. */
enum fate fate_in(const struct rulings *rulings, const char *chain);
void forget_rulings(struct rulings *rulings);

/* lease.c: a container's place on the bridge. */

/* Steps: 0 or a part plus one. From take_lease to write_names nobody else changes the network. */
uint32_t take_lease(const struct step *step, pid_t unused);
uint32_t write_names(const struct step *step, pid_t unused);
bool has_lease(const struct plan *plan);
/* Gives up what a step that failed has left locked. */
void release_network(void);
/* With the last container goes all that was made and changed for them. */
void leave_network(const struct plan *plan);

/* pasta.c: the program that connects an ordinary user's container. */

/* Step: 0 or a part plus one. */
uint32_t run_pasta(const struct step *step, pid_t pid);
/* What it has said since this was asked, on one line. */
const char *words_of_pasta(void);
/* Says so if it has ended before the container. */
void notice_end_of_pasta(void);
/* Once the container has ended. */
void end_pasta(void);

/* ports.c: ports of the host. */

/* For the compiler, which asks us to find ports: it reads the first and writes the second. Returns
 * false with errno. */
bool open_questions(int compilers[2]);
/* -1 if there are none any more. */
int questions_descriptor(void);
void answer_question(void);
void close_questions(void);
/* Those that were found: all, or only those that somebody else has taken by now. */
void let_go_of_ports(bool all);

/* Step: 0 or a part plus one. */
uint32_t reserve_port(const struct step *step, pid_t unused);

/* removal.c: the end of cgroups. */

/* Returns false with errno. */
bool set_frozen(const char *directory, bool frozen);
/* Ends all processes in it and below. */
void end_cgroup(const char *directory);
/* The one of version 2, if there is one, tells when the last process has ended. */
bool remove_cgroup(const char *directory, const char *of_version_2);
/* As far as they were made for containers only and no other container is in them. directory is
 * overwritten. */
void remove_cgroups_above(char *directory, size_t mount_point_length);

/* cgroup.c: the container's cgroups while they are there. */

/* file may be "" for the cgroup itself. */
int open_cgroup(const char *directory, const char *file, int flags);
bool write_cgroup_file(const char *directory, const char *file, const char *value);
/* Steps: what is to be opened when it is there. They return 0 or a part plus one. */
uint32_t join_cgroup(const struct step *step);
uint32_t count_oom_kills(const struct step *step);
/* Return false and say what failed. */
bool open_cgroup_to_clone_into(const struct plan *plan, struct report *failure);
bool open_oom_files(const struct plan *plan, struct report *failure);
bool has_joined(void);
/* What has been sent to a container that somebody has paused arrives. */
void thaw_joined(void);
/* The cgroup of version 2 that the new process is to be in, or -1. */
int cgroup_to_clone_into(void);
/* In the new process, before anything else. Returns 0, or a part plus one of the step it names. */
uint32_t enter_cgroups(const struct plan *plan, bool cloned_into, uint32_t *step);
/* Says how many processes have ended for want of memory, if any, and the limit that is in force. */
void report_oom_kills(void);

/* space.c: where the number of a process means what it says. */

enum { SPACE_SIZE = 256 };

/* That of this process, with something between its fields. */
void write_process_space(char text[SPACE_SIZE], char joint);
/* Whether a line is what the above writes with spaces. */
bool is_process_space(const char *text);

/* record.c: what others can see of the container. */

/* Clock ticks since the machine's start, or 0 if there is no such process. */
uint64_t start_of_process(pid_t pid);
/* What a record that is made says of the container's command. */
void record_words(char *const *words);
/* Steps: 0 or a part plus one. */
uint32_t make_record(const struct step *step, pid_t unused);
uint32_t keep_record(const struct step *step);
/* Returns false with errno. */
bool record_start(pid_t pid);
/* Its program has begun. */
void record_running(void);
void record_end(int status, bool has_run);
/* From the file that the above writes. Returns false if nobody has written it. */
bool read_end(int end, int *status);
/* Of the container that the process with that start has watched, unless another one has the name by
 * now. Returns false with errno. */
bool remove_ended_record(const char *directory, uint64_t launcher, uint64_t start);

/* hold.c: the unpacked image. */

/* Has a file of the cache, with that status, show when it was last used. */
void notice_use(int fd, const struct stat *status);

/* Step: 0 or a part plus one. */
uint32_t hold_bundle(const struct step *step, pid_t unused);

/* temporary.c: what was made for the container alone. */

/* Step: 0 or a part plus one. */
uint32_t hold_temporary_place(const struct step *step, pid_t unused);
/* Returns a failure, or one of no kind. */
struct report remove_temporary_place(const struct plan *plan);
bool has_temporary_place(const struct plan *plan);

/* detach.c: a container that outlives the command. */

/* Returns in the process that is to watch the container; that is another one if the plan says so.
 */
void detach(const struct plan *plan, struct signals signals);
bool is_detached(void);
/* In the new process: its standard streams. Returns false with errno. */
bool take_detached_streams(void);
/* The user has left by the keys for it. */
void leave_user(void);
/* The program runs; who has started it need wait no longer. */
void let_user_go(void);

/* log.c: what a detached container says. */

enum { LOG_POLLS = 2, LOG_LINE = 4096 };
/* Step: 0 or a part plus one. */
uint32_t keep_log(const struct step *step);
/* Pipes for what is said, if there are none yet. Returns false with errno. */
bool open_streams(void);
/* What a user has left is kept from now on. */
void log_begin(void);
/* Where the container's standard output or error goes, or -1 if nobody keeps it. */
int log_descriptor(int stream);
/* Of our own ends of those, so that their end is seen. */
void log_let_go(void);
void log_prepare(struct pollfd polls[LOG_POLLS]);
void log_move(const struct pollfd polls[LOG_POLLS]);
/* Once the container has ended. */
void log_rest(void);

/* attachers.c: those who attach to a container. */

/* The letters that messages begin with, from the container and to it. */
enum {
        FRAME_OUTPUT = 'o',    /* bytes */
        FRAME_ERROR = 'e',     /* bytes */
        FRAME_LOST = 'l',      /* uint64_t, how many bytes */
        FRAME_END = 'x',       /* that was all */
        FRAME_FULL = 'f',      /* too many are attached */
        FRAME_INPUT = 'i',     /* bytes */
        FRAME_INPUT_END = 'c', /* the input is at its end */
        FRAME_SIZE = 'w',      /* two unsigned short, rows and columns */
};
enum { MAX_ATTACHERS = 16, ATTACHER_POLLS = 2 + MAX_ATTACHERS };
/* Of a whole message, letter included. */
enum { MESSAGE_SIZE = 1 + TYPED_AT_ONCE };

struct sockaddr_un;
/* The socket in a record that is open. Returns false if that cannot be named. */
bool name_attachers_socket(int record, struct sockaddr_un *address);
/* Step: 0 or a part plus one. */
uint32_t serve_attachers(const struct step *step, pid_t pid);
/* What the container reads from, or -1. */
int attachers_input(void);
void attachers_let_go(void);
/* That the container has written to standard output or error. */
void tell_attachers(int stream, const char *bytes, size_t size);
void attachers_prepare(struct pollfd polls[ATTACHER_POLLS]);
/* Returns the signal that what one of them typed makes the terminal send, or 0. */
int attachers_move(const struct pollfd polls[ATTACHER_POLLS]);
/* Once it stands in the record how the container has ended. */
void attachers_end(void);

/* attach.c: the other side. */

/* Returns the exit status for jrun. */
int run_attach(const struct plan *plan, struct signals signals);

/* control.c: steps of plans without a container. They return 0 or a part plus one. */

/* Returns a descriptor of the process with that number and that start, or -1; ESRCH: it has ended.
 */
int open_process(uint64_t pid, uint64_t start);
/* Returns -1 with errno if it cannot be sent to a process that open_process has opened. */
int send_signal(int process, int signal);
uint32_t signal_process(const struct step *step, pid_t pid);
uint32_t stop_container(const struct step *step, pid_t pid);
uint32_t await_end(const struct step *step, pid_t pid);
uint32_t print_name(const struct step *step, pid_t pid);
uint32_t refuse_container(const struct step *step, pid_t pid);
uint32_t thaw(const struct step *step, pid_t pid);
uint32_t forget_container(const struct step *step, pid_t pid);

/* supervise.c: the launcher while the container runs. */

/* Returns 0, or 1 with errno. */
uint32_t limit_time(const struct step *step, pid_t pid);
/* Says that a step has failed. */
void print_failure(const struct plan *plan, const struct report *failure);
/* Takes the steps of a plan without a container. Returns the exit status for jrun. */
int run_control(const struct plan *plan);
/* Starts the container and returns the exit status for jrun. */
int run_container(const struct plan *plan, struct signals signals);

#endif
