/* The launch plan as the launcher sees it; PlanEncoder.java documents the bytes. */
#ifndef JRUN_PLAN_H
#define JRUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are the encoding's; not all are taken. */
enum step_kind {
        STEP_CLONE = 1,
        STEP_SLAVE_ROOT = 2,
        STEP_OVERLAY_ROOT = 3,
        STEP_MOUNT_FILESYSTEM = 4,
        STEP_BIND_MOUNT = 5,
        STEP_MAKE_DIRECTORY = 6,
        STEP_MAKE_SYMLINK = 7,
        STEP_MAKE_DEVICE = 8,
        STEP_OPEN_TERMINAL = 9,
        STEP_MASK_PATH = 10,
        STEP_READ_ONLY_PATH = 11,
        STEP_READ_ONLY_ROOT = 12,
        STEP_PIVOT_ROOT = 13,
        STEP_SET_HOSTNAME = 14,
        STEP_LOOPBACK_UP = 15,
        STEP_WORKING_DIRECTORY = 16,
        STEP_CREDENTIALS = 17,
        STEP_EXEC = 18,
        STEP_MAP_IDS = 19,
        STEP_OPEN_SOURCE = 20,
        STEP_WRITE_FILE = 21,
        STEP_INHERITANCE = 22,
        STEP_SECCOMP = 23,
        STEP_JOIN_NAMESPACE = 24,
        STEP_OFFSET_CLOCKS = 25,
        STEP_SHIFT_ROOT = 26,
        STEP_SET_DOMAIN_NAME = 27,
        STEP_MAKE_CGROUP = 40,
        STEP_WRITE_CGROUP = 41,
        STEP_FILTER_DEVICES = 42,
        STEP_JOIN_CGROUP = 43,
        STEP_COUNT_OOM_KILLS = 44,
        STEP_REMOUNT_READ_ONLY = 45,
        STEP_ENTER_CGROUPS = 46,
        STEP_SET_SYSCTL = 50,
        STEP_LIMIT_TIME = 51,
        STEP_RAISE_RESOURCE_LIMIT = 52,
        STEP_LIMIT_RESOURCE = 53,
        STEP_ADJUST_OOM_SCORE = 54,
        STEP_STAY_AS_INIT = 55,
        STEP_KEEP_RECORD = 60,
        STEP_KEEP_LOG = 61,
        STEP_DETACH = 62,
        STEP_SIGNAL_PROCESS = 63,
        STEP_STOP_CONTAINER = 64,
        STEP_AWAIT_END = 65,
        STEP_ENTER_CONTAINER = 66,
        STEP_NEW_KEYRING = 67,
        STEP_MOUNT_INDEX = 68,
        STEP_HOLD_BUNDLE = 71,
        STEP_REMOVE_AT_END = 72,
        STEP_THAW = 76,
        STEP_REMOVE_RECORD = 77,
        STEP_WRITE_PID_FILE = 78,
        STEP_DETACH_KEYS = 79,
        STEP_SERVE_ATTACHERS = 80,
        STEP_ATTACH = 81,
        STEP_RUN_PASTA = 82,
        STEP_PRINT_NAME = 84,
        STEP_REFUSE = 85,
        STEP_RESERVE_PORT = 86,
        STEP_TAKE_LEASE = 87,
        STEP_CHANGE_SETTING = 88,
        STEP_SEND_NETLINK = 89,
        STEP_CONFIGURE_NETWORK = 90,
        STEP_WRITE_NAMES = 91,
        STEP_REQUIRE_WORDS = 92,
        STEP_REQUIRE_CALLER = 93,
        STEP_REQUIRE_VARIABLES = 94,
        STEP_REQUIRE_LINK = 95,
        STEP_REQUIRE_TEXT = 96,
        STEP_REQUIRE_ACCESS = 97,
        STEP_REQUIRE_FILE = 98,
        STEP_MAKE_RECORD = 99,
        STEP_KINDS
};

/* Strings of the plan's own memory; item[count] is NULL, as execve(2) wants it. */
struct strings {
        uint32_t count;
        char **item;
};

/* When a failure text is the right one. The first texts are the parts' own, in order. */
struct failed {
        uint32_t part;
        uint32_t error; /* 0 for a part's own text, which wants the error's behind it */
};

enum { MAX_LISTS = 3 };

struct step {
        enum step_kind kind;
        uint32_t number_count;
        uint64_t *number;
        struct strings word;            /* as many as the kind has */
        struct strings list[MAX_LISTS]; /* of any length */
        struct strings failure;         /* what to say */
        struct failed *failed;          /* one for each of those */
};

/* There is one step that makes the new process, the clone: with new namespaces, or in those of a
 * container that runs. Steps before it are the launcher's, and so are those right behind it, which
 * it takes while the new process waits; the rest are the new process's own. A plan can also have no
 * clone and only steps that control what runs already. */
struct plan {
        uint32_t step_count;
        struct step *step;
        bool controls; /* there is no new process; all steps are the launcher's */
        uint32_t clone;
        bool enters;             /* a container that runs */
        uint64_t own_namespaces; /* those that are new with the new process */
        uint32_t first_own;
        bool enters_cgroups; /* by a step of its own, not by its first instruction */
        bool enters_user;  /* the new process is in another user namespace than the launcher was */
        uint32_t entering; /* the step that brings it there: its map, or the joining */
};

/* Decodes and validates. The plan points into bytes, which must stay. Returns NULL, or what is
 * wrong as a text that stays valid until the next call. */
const char *plan_decode(struct plan *plan, unsigned char *bytes, size_t size);

#endif
