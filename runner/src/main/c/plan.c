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

static const unsigned char magic[8] = {'j', 'r', 'u', 'n', 'p', 'l', 'a', 'n'};
enum { VERSION = 1, MAX_STEPS = 65536 };

/* What a step of each kind consists of. */
struct shape {
        uint32_t numbers;
        bool more_numbers;
        uint32_t words;
        uint32_t lists;
        uint32_t parts;
};

static const struct shape shapes[] = {
        [STEP_CLONE] = {.numbers = 1, .parts = 1},
        [STEP_SLAVE_ROOT] = {.parts = 1},
        [STEP_OVERLAY_ROOT] = {.numbers = 1, .words = 2, .parts = 3},
        [STEP_MOUNT_FILESYSTEM] = {.numbers = 2, .words = 2, .lists = 1, .parts = 2},
        [STEP_BIND_MOUNT] = {.numbers = 2, .words = 2, .parts = 2},
        [STEP_MAKE_DIRECTORY] = {.numbers = 1, .words = 1, .parts = 1},
        [STEP_MAKE_SYMLINK] = {.words = 2, .parts = 1},
        [STEP_MAKE_CHARACTER_DEVICE] = {.numbers = 3, .words = 1, .parts = 1},
        [STEP_OPEN_TERMINAL] = {.parts = 2},
        [STEP_MASK_PATH] = {.words = 1, .parts = 1},
        [STEP_READ_ONLY_PATH] = {.words = 1, .parts = 1},
        [STEP_READ_ONLY_ROOT] = {.parts = 1},
        [STEP_PIVOT_ROOT] = {.parts = 1},
        [STEP_SET_HOSTNAME] = {.words = 1, .parts = 1},
        [STEP_LOOPBACK_UP] = {.parts = 1},
        [STEP_WORKING_DIRECTORY] = {.words = 1, .parts = 1},
        [STEP_CREDENTIALS] = {.numbers = 4, .more_numbers = true, .parts = 4},
        [STEP_EXEC] = {.lists = 3, .parts = 3},
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
        bool right = shape->more_numbers ? step->number_count >= shape->numbers
                                         : step->number_count == shape->numbers;
        if (!right || step->number_count > reader->left / 8)
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
        step->special_count = take_u32(reader);
        if (step->failure.count != shape->parts || step->special_count > reader->left / 8)
                refuse(reader, "cannot have %u failure texts and %u special ones",
                       step->failure.count, step->special_count);
        if (reader->failure[0] != '\0')
                return;
        step->special = array_of(reader, (size_t)step->special_count + 1, sizeof(*step->special));
        if (step->special == NULL)
                return;
        for (uint32_t i = 0; i < step->special_count; i++) {
                step->special[i].part = take_u32(reader);
                step->special[i].error = take_u32(reader);
        }
        struct strings sentences = take_strings(reader);
        if (sentences.count != step->special_count)
                refuse(reader, "has %u sentences for %u errors", sentences.count,
                       step->special_count);
        for (uint32_t i = 0; i < sentences.count && i < step->special_count; i++)
                step->special[i].sentence = sentences.item[i];
        free(sentences.item);
}

static void
take_step(struct reader *reader, struct step *step)
{
        uint32_t kind = take_u32(reader);
        if (kind < STEP_CLONE || kind > STEP_EXEC) {
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

/* The order that keeps a plan off the host: its own mounts before it mounts, a root before paths in
 * that root, an own host name before it is set, Clone first and Exec last and only there. */
static void
check_order(struct reader *reader, const struct plan *plan)
{
        const uint64_t allowed = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID |
                                 CLONE_NEWNET | CLONE_NEWCGROUP;
        bool slave = false, root = false;
        uint64_t namespaces = plan->step[0].kind == STEP_CLONE ? plan->step[0].number[0] : 0;
        for (uint32_t i = 0; i < plan->step_count; i++) {
                const struct step *step = &plan->step[i];
                bool right = true;
                reader->step = i;
                switch (step->kind) {
                case STEP_CLONE:
                        right = (namespaces & CLONE_NEWNS) && !(namespaces & ~allowed) && i == 0;
                        break;
                case STEP_SLAVE_ROOT:
                        slave = true;
                        break;
                case STEP_OVERLAY_ROOT:
                        right = slave && !root;
                        root = true;
                        break;
                case STEP_MOUNT_FILESYSTEM:
                case STEP_BIND_MOUNT:
                case STEP_MAKE_DIRECTORY:
                case STEP_MAKE_SYMLINK:
                case STEP_MAKE_CHARACTER_DEVICE:
                case STEP_OPEN_TERMINAL:
                case STEP_MASK_PATH:
                case STEP_READ_ONLY_PATH:
                case STEP_READ_ONLY_ROOT:
                case STEP_PIVOT_ROOT:
                case STEP_WORKING_DIRECTORY:
                        right = root;
                        break;
                case STEP_SET_HOSTNAME:
                        right = (namespaces & CLONE_NEWUTS) != 0;
                        break;
                case STEP_LOOPBACK_UP:
                        right = (namespaces & CLONE_NEWNET) != 0;
                        break;
                case STEP_CREDENTIALS:
                        break;
                case STEP_EXEC:
                        right = i == plan->step_count - 1 && step->list[0].count > 0 &&
                                step->list[1].count > 0;
                        break;
                }
                if (!right || (i == 0) != (step->kind == STEP_CLONE))
                        refuse(reader, "is out of place");
        }
        if (plan->step[plan->step_count - 1].kind != STEP_EXEC)
                refuse(reader, "is the last one and no exec");
}

const char *
plan_decode(struct plan *plan, unsigned char *bytes, size_t size)
{
        static struct reader reader;
        reader = (struct reader){.at = bytes, .left = size};
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
