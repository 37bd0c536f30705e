/* From bytes to a plan. Whatever the bytes are, nothing is read outside them and nothing that
 * would act on the host instead of the container comes out. */
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static const unsigned char magic[8] = {'j', 'r', 'u', 'n', 'p', 'l', 'a', 'n'};
enum { VERSION = 1, MAX_STEPS = 65536 };

/* What the steps before have brought about. */
enum {
        CLONED = 1,
        SLAVE = 2,
        ROOT = 4,
        PIVOTED = 8,
        OWN_UTS = 16,
        OWN_NET = 32,
        DONE = 64,
        OWN_USER = 128,
        MAPPED = 256,
        RUNNING = 512, /* the new process has begun with its own steps */
        BEQUEATHED = 1024,
        OWN_IPC = 2048,
        OWN_PID = 4096,
        CONTROLS = 8192,
        RECORDED = 16384,
        BEGUN = 32768, /* something has been done */
        IN_CGROUPS = 65536,
};

/* What a step of each kind consists of, and the order that keeps a plan off the host: its own
 * mounts before it mounts, a root before paths in that root, no host path after the host's root is
 * gone, and no program before that, nor with descriptors of ours. */
struct shape {
        uint32_t numbers; /* at least, for credentials, seccomp, devices, keys and netlink */
        uint32_t words;
        uint32_t lists;
        uint32_t parts;
        unsigned needs, refuses, gives;
        bool by_launcher;
};

static const struct shape shapes[] = {
        [STEP_CLONE] = {1, 0, 0, 1, 0, CLONED | CONTROLS, CLONED, true},
        [STEP_SLAVE_ROOT] = {0, 0, 0, 1, CLONED, SLAVE, SLAVE},
        [STEP_MOUNT_INDEX] = {0, 2, 2, 2, SLAVE, ROOT | OWN_USER | MAPPED, 0},
        [STEP_OVERLAY_ROOT] = {1, 2, 0, 3, SLAVE, ROOT, ROOT},
        [STEP_MOUNT_FILESYSTEM] = {3, 2, 1, 2, ROOT, 0, 0},
        [STEP_BIND_MOUNT] = {4, 2, 0, 2, ROOT, PIVOTED, 0},
        [STEP_MAKE_DIRECTORY] = {1, 1, 0, 1, ROOT, 0, 0},
        [STEP_MAKE_SYMLINK] = {0, 2, 0, 1, ROOT, 0, 0},
        [STEP_MAKE_DEVICE] = {6, 1, 0, 1, ROOT, 0, 0},
        [STEP_OPEN_TERMINAL] = {1, 0, 0, 2, ROOT, 0, 0},
        [STEP_MASK_PATH] = {0, 1, 0, 1, ROOT, 0, 0},
        [STEP_READ_ONLY_PATH] = {0, 1, 0, 1, ROOT, 0, 0},
        [STEP_READ_ONLY_ROOT] = {0, 0, 0, 1, ROOT, 0, 0},
        [STEP_PIVOT_ROOT] = {0, 0, 0, 1, ROOT, PIVOTED, PIVOTED},
        [STEP_SET_HOSTNAME] = {0, 1, 0, 1, OWN_UTS, 0, 0},
        [STEP_LOOPBACK_UP] = {0, 0, 0, 1, OWN_NET, 0, 0},
        [STEP_WORKING_DIRECTORY] = {1, 1, 0, 1, PIVOTED, 0, 0},
        [STEP_CREDENTIALS] = {5, 0, 0, 4, CLONED, 0, 0},
        [STEP_EXEC] = {0, 0, 3, 4, PIVOTED | BEQUEATHED, 0, DONE},
        [STEP_MAP_IDS] = {0, 2, 0, 3, OWN_USER, MAPPED, MAPPED, true},
        [STEP_OPEN_SOURCE] = {1, 1, 0, 1, CLONED, SLAVE, 0},
        [STEP_WRITE_FILE] = {3, 2, 0, 1, ROOT, 0, 0},
        [STEP_INHERITANCE] = {1, 0, 0, 1, CLONED, 0, BEQUEATHED},
        [STEP_SECCOMP] = {2, 0, 0, 1, PIVOTED, 0, 0},
        [STEP_JOIN_NAMESPACE] = {1, 1, 0, 4, 0, CLONED, 0, true},
        [STEP_OFFSET_CLOCKS] = {0, 1, 0, 2, 0, CLONED, 0, true},
        [STEP_SHIFT_ROOT] = {0, 2, 0, 3, 0, 0, 0, true},
        [STEP_SET_DOMAIN_NAME] = {0, 1, 0, 1, OWN_UTS, 0, 0},
        [STEP_SET_SYSCTL] = {1, 2, 0, 2, ROOT, 0, 0},
        [STEP_LIMIT_TIME] = {4, 0, 0, 1, 0, CLONED, 0, true},
        [STEP_RAISE_RESOURCE_LIMIT] = {2, 0, 0, 1, 0, 0, 0, true},
        [STEP_LIMIT_RESOURCE] = {3, 0, 0, 1, CLONED, 0, 0},
        [STEP_ADJUST_OOM_SCORE] = {0, 1, 0, 1, 0, 0, 0, true},
        [STEP_STAY_AS_INIT] = {0, 0, 0, 1, SLAVE | OWN_PID, PIVOTED, 0},
        [STEP_MAKE_CGROUP] = {1, 2, 0, 2, 0, CLONED, 0, true},
        [STEP_WRITE_CGROUP] = {2, 1, 2, 1, 0, CLONED, 0, true},
        [STEP_FILTER_DEVICES] = {1, 1, 0, 2, 0, CLONED, 0, true},
        [STEP_JOIN_CGROUP] = {1, 1, 0, 2, 0, CLONED, 0, true},
        [STEP_COUNT_OOM_KILLS] = {0, 6, 0, 2, 0, CLONED, 0, true},
        [STEP_REMOUNT_READ_ONLY] = {0, 1, 0, 1, ROOT, 0, 0},
        [STEP_ENTER_CGROUPS] = {0, 0, 0, 1, ROOT, PIVOTED | IN_CGROUPS, IN_CGROUPS},
        [STEP_KEEP_RECORD] = {1, 1, 0, 2, 0, CLONED | RECORDED, RECORDED, true},
        [STEP_KEEP_LOG] = {2, 1, 0, 1, RECORDED, CLONED, 0, true},
        [STEP_DETACH] = {0, 1, 0, 1, 0, CLONED, 0, true},
        [STEP_SIGNAL_PROCESS] = {3, 0, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_STOP_CONTAINER] = {6, 0, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_AWAIT_END] = {3, 1, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_DETACH_KEYS] = {1, 0, 0, 1, 0, CLONED, 0, true},
        [STEP_SERVE_ATTACHERS] = {2, 1, 0, 1, RECORDED, CLONED, 0, true},
        [STEP_ATTACH] = {5, 1, 0, 4, 0, CLONED | CONTROLS, CONTROLS, true},
        [STEP_ENTER_CONTAINER] = {3, 0, 0, 4, 0, CLONED | RECORDED | CONTROLS,
                                  CLONED | SLAVE | ROOT | PIVOTED, true},
        [STEP_NEW_KEYRING] = {0, 0, 0, 1, CLONED, 0, 0},
        [STEP_HOLD_BUNDLE] = {0, 1, 0, 1, 0, CLONED | CONTROLS, 0, true},
        [STEP_REMOVE_AT_END] = {0, 1, 0, 2, 0, CLONED | CONTROLS, 0, true},
        [STEP_THAW] = {0, 1, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_REMOVE_RECORD] = {2, 1, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_WRITE_PID_FILE] = {0, 1, 0, 1, CLONED, 0, 0, true},
        [STEP_RUN_PASTA] = {0, 0, 1, 2, OWN_NET, 0, 0, true},
        [STEP_PRINT_NAME] = {0, 1, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_REFUSE] = {0, 0, 0, 1, 0, CLONED, CONTROLS, true},
        [STEP_RESERVE_PORT] = {3, 1, 0, 1, 0, CLONED | CONTROLS, 0, true},
        [STEP_TAKE_LEASE] = {0, 4, 0, 2, OWN_NET, 0, 0, true},
        [STEP_CHANGE_SETTING] = {0, 3, 2, 1, OWN_NET, 0, 0, true},
        [STEP_SEND_NETLINK] = {5, 0, 0, 1, OWN_NET, 0, 0, true},
        [STEP_CONFIGURE_NETWORK] = {5, 0, 0, 1, OWN_NET | CLONED, 0, 0},
        [STEP_WRITE_NAMES] = {0, 1, 0, 1, OWN_NET, 0, 0, true},
        [STEP_REQUIRE_WORDS] = {2, 0, 1, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_CALLER] = {0, 1, 0, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_VARIABLES] = {0, 0, 1, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_LINK] = {0, 2, 0, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_TEXT] = {0, 3, 0, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_ACCESS] = {2, 1, 0, 1, 0, BEGUN, 0, true},
        [STEP_REQUIRE_FILE] = {8, 1, 0, 1, 0, BEGUN, 0, true},
        [STEP_MAKE_RECORD] = {0, 2, 2, 1, 0, BEGUN, 0, true},
};

/* Reading goes on with zeros after a failure; only the first one is told. */
struct reader {
        unsigned char *at;
        size_t left;
        uint32_t step;
        char failure[120];
};

__attribute__((format(printf, 2, 3))) static void
refuse(struct reader *reader, const char *format, ...)
{
        va_list arguments;
        if (reader->failure[0] != '\0')
                return;
        int used = snprintf(reader->failure, sizeof(reader->failure), "step %u: ", reader->step);
        va_start(arguments, format);
        vsnprintf(reader->failure + used, sizeof(reader->failure) - (size_t)used, format,
                  arguments);
        va_end(arguments);
}

static unsigned char *
take(struct reader *reader, size_t size)
{
        if (size > reader->left) {
                refuse(reader, "ends past the end of the plan");
                reader->left = 0;
                return NULL;
        }
        unsigned char *taken = reader->at;
        reader->at += size;
        reader->left -= size;
        return taken;
}

static uint64_t
take_little_endian(struct reader *reader, size_t size)
{
        const unsigned char *bytes = take(reader, size);
        uint64_t value = 0;
        for (size_t i = size; bytes != NULL && i-- > 0;)
                value = value << 8 | bytes[i];
        return value;
}

static uint32_t
take_u32(struct reader *reader)
{
        return (uint32_t)take_little_endian(reader, 4);
}

static void *
array_of(struct reader *reader, size_t count, size_t size)
{
        void *array = calloc(count, size);
        if (array == NULL)
                refuse(reader, "no memory for %zu items", count);
        return array;
}

static struct strings
take_strings(struct reader *reader)
{
        struct strings strings = {.count = take_u32(reader)};
        size_t size = take_u32(reader);
        unsigned char *bytes = take(reader, size);
        /* Every string has its NUL, so a count above the size is a lie; so is memory for it. */
        if (bytes == NULL || strings.count > size)
                refuse(reader, "a list of %u strings cannot have %zu bytes", strings.count, size);
        if (reader->failure[0] != '\0')
                return (struct strings){0};
        strings.item = array_of(reader, (size_t)strings.count + 1, sizeof(*strings.item));
        if (strings.item == NULL)
                return (struct strings){0};
        size_t offset = 0;
        for (uint32_t i = 0; i < strings.count; i++) {
                const unsigned char *end =
                        offset < size ? memchr(bytes + offset, '\0', size - offset) : NULL;
                if (end == NULL) {
                        refuse(reader, "string %u of a list has no end", i);
                        break;
                }
                strings.item[i] = (char *)bytes + offset;
                offset = (size_t)(end - bytes) + 1;
        }
        if (offset != size)
                refuse(reader, "a list has bytes after its last string");
        return strings;
}

static void
take_numbers(struct reader *reader, struct step *step, const struct shape *shape)
{
        step->number_count = take_u32(reader);
        bool more = (step->kind == STEP_CREDENTIALS || step->kind == STEP_SECCOMP ||
                     step->kind == STEP_FILTER_DEVICES || step->kind == STEP_DETACH_KEYS ||
                     step->kind == STEP_ATTACH || step->kind == STEP_SEND_NETLINK ||
                     step->kind == STEP_CONFIGURE_NETWORK) &&
                    step->number_count > shape->numbers;
        if ((step->number_count != shape->numbers && !more) ||
            step->number_count > reader->left / 8)
                refuse(reader, "cannot have %u numbers", step->number_count);
        if (reader->failure[0] != '\0')
                return;
        step->number = array_of(reader, (size_t)step->number_count + 1, sizeof(*step->number));
        for (uint32_t i = 0; step->number != NULL && i < step->number_count; i++)
                step->number[i] = take_little_endian(reader, 8);
}

static void
take_failure_texts(struct reader *reader, struct step *step, const struct shape *shape)
{
        step->failure = take_strings(reader);
        if (step->failure.count < shape->parts)
                refuse(reader, "cannot have %u failure texts", step->failure.count);
        step->failed = array_of(reader, (size_t)step->failure.count + 1, sizeof(*step->failed));
        for (uint32_t i = 0; reader->failure[0] == '\0' && i < step->failure.count; i++) {
                step->failed[i].part = take_u32(reader);
                step->failed[i].error = take_u32(reader);
        }
}

static void
take_step(struct reader *reader, struct step *step)
{
        uint32_t kind = take_u32(reader);
        /* A kind that is not taken has no part that could fail. */
        if (kind >= STEP_KINDS || shapes[kind].parts == 0) {
                refuse(reader, "kind %u is unknown", kind);
                return;
        }
        const struct shape *shape = &shapes[kind];
        step->kind = kind;
        take_numbers(reader, step, shape);
        step->word = take_strings(reader);
        for (uint32_t i = 0; i < shape->lists; i++)
                step->list[i] = take_strings(reader);
        if (step->word.count != shape->words)
                refuse(reader, "cannot have %u words", step->word.count);
        take_failure_texts(reader, step, shape);
}

static void
check_order(struct reader *reader, struct plan *plan)
{
        const uint64_t allowed = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID |
                                 CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWUSER;
        unsigned state = 0;
        for (uint32_t i = 0; i < plan->step_count; i++) {
                const struct step *step = &plan->step[i];
                const struct shape *shape = &shapes[step->kind];
                unsigned refuses = shape->refuses | DONE | (shape->by_launcher ? RUNNING : 0);
                bool right = (state & shape->needs) == shape->needs && !(state & refuses);
                bool requires = step->kind >= STEP_REQUIRE_WORDS && step->kind <= STEP_REQUIRE_FILE;
                state |= shape->gives | (shape->by_launcher ? 0 : RUNNING) | (requires ? 0 : BEGUN);
                if (!(state & RUNNING))
                        plan->first_own = i + 1;
                if (step->kind == STEP_CLONE) {
                        uint64_t own = step->number[0];
                        plan->clone = i;
                        plan->own_namespaces = own;
                        right = right && (own & CLONE_NEWNS) && !(own & ~allowed) &&
                                !((own & CLONE_NEWUSER) && plan->enters_user);
                        state |= (own & CLONE_NEWUTS ? OWN_UTS : 0) |
                                 (own & CLONE_NEWNET ? OWN_NET : 0) |
                                 (own & CLONE_NEWUSER ? OWN_USER : 0) |
                                 (own & CLONE_NEWIPC ? OWN_IPC : 0) |
                                 (own & CLONE_NEWPID ? OWN_PID : 0);
                }
                if (step->kind == STEP_ENTER_CONTAINER) {
                        uint64_t joined = step->number[2];
                        plan->clone = i;
                        plan->enters = true;
                        right = right && (joined & CLONE_NEWNS) &&
                                !(joined & ~(allowed | CLONE_NEWTIME));
                }
                bool joins_user =
                        (step->kind == STEP_JOIN_NAMESPACE && step->number[0] == CLONE_NEWUSER) ||
                        (step->kind == STEP_ENTER_CONTAINER && (step->number[2] & CLONE_NEWUSER));
                if (step->kind == STEP_MAP_IDS || joins_user) {
                        right = right && !plan->enters_user;
                        state |= MAPPED;
                        plan->enters_user = true;
                        plan->entering = i;
                }
                if (step->kind == STEP_JOIN_NAMESPACE)
                        right = right && step->number[0] != CLONE_NEWNS;
                /* Of the new process, which must have the map, or of a file. */
                if (step->kind == STEP_SHIFT_ROOT)
                        right = right && ((state & MAPPED) || *step->word.item[1] != '\0');
                if (step->kind == STEP_LIMIT_TIME)
                        right = right && step->number[1] >= 1 && step->number[1] <= 64;
                /* A parameter of a namespace that is the host's would be the host's. */
                if (step->kind == STEP_SET_SYSCTL)
                        right = right && ((step->number[0] == CLONE_NEWNET && (state & OWN_NET)) ||
                                          (step->number[0] == CLONE_NEWIPC && (state & OWN_IPC)));
                if (step->kind == STEP_SIGNAL_PROCESS)
                        right = right && step->number[2] <= 64;
                if (step->kind == STEP_STOP_CONTAINER)
                        right = right && step->number[4] <= 64;
                /* It is all of its plan. */
                if (step->kind == STEP_ATTACH)
                        right = right && plan->step_count == 1;
                if (step->kind == STEP_KEEP_LOG)
                        right = right && step->number[0] > 0 && step->number[1] > 0;
                if (step->kind == STEP_RUN_PASTA)
                        right = right && step->list[0].count > 0;
                if (step->kind == STEP_EXEC)
                        right = right && step->list[0].count > 0 && step->list[1].count > 0;
                /* Without a map the new process would be nobody. */
                right = right && (!(state & RUNNING) || !(state & OWN_USER) || (state & MAPPED));
                reader->step = i;
                if (!right)
                        refuse(reader, "is out of place");
        }
        plan->enters_cgroups = (state & IN_CGROUPS) != 0;
        plan->controls = (state & CONTROLS) != 0;
        for (uint32_t i = 0; plan->controls && i < plan->step_count; i++)
                if (!(shapes[plan->step[i].kind].gives & CONTROLS))
                        refuse(reader, "is the last one, but step %u needs an exec", i);
        if (!(state & (DONE | CONTROLS)))
                refuse(reader, "is the last one and no exec");
}

const char *
plan_decode(struct plan *plan, unsigned char *bytes, size_t size)
{
        static struct reader reader;
        reader = (struct reader){.at = bytes, .left = size};
        *plan = (struct plan){0};
        const unsigned char *start = take(&reader, sizeof(magic));
        if (start == NULL || memcmp(start, magic, sizeof(magic)) != 0)
                return "it does not start with 'jrunplan'";
        uint32_t version = take_u32(&reader);
        plan->step_count = take_u32(&reader);
        /* A step is never shorter than its counts, so this also bounds the memory. */
        if (version != VERSION || plan->step_count == 0 || plan->step_count > MAX_STEPS ||
            plan->step_count > reader.left / 4)
                return "its version or its number of steps is wrong";
        plan->step = array_of(&reader, plan->step_count, sizeof(*plan->step));
        for (uint32_t i = 0; i < plan->step_count && reader.failure[0] == '\0'; i++) {
                reader.step = i;
                take_step(&reader, &plan->step[i]);
        }
        if (reader.failure[0] == '\0' && reader.left > 0)
                refuse(&reader, "is the last one, but bytes follow");
        if (reader.failure[0] == '\0')
                check_order(&reader, plan);
        return reader.failure[0] == '\0' ? NULL : reader.failure;
}
