/* A plan that was compiled before for the same command line, if everything that it was made of is
 * as it was then; without a JVM a container starts in a fiftieth of the time. KeptPlans.java keeps
 * them. Whatever is uncertain here means that the plan is compiled anew, which also tells what is
 * wrong: so nothing is said, and nothing is left of a try. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* KeptPlans.java keeps none that is larger, or for more words; ids have 64 digits. */
enum { MAX_KEPT = 1 << 20, MAX_WORDS = 256, ID_DIGITS = 64, SHORT_ID = 12, NAME_SIZE = 17 };

static unsigned char *
read_kept(int directory, const char *name, size_t *size)
{
        struct stat status;
        int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
                return NULL;
        unsigned char *bytes = NULL;
        if (is_ours(fd, S_IFREG, &status) && status.st_size > 0 && status.st_size <= MAX_KEPT) {
                *size = (size_t)status.st_size;
                bytes = malloc(*size);
                if (bytes != NULL && read(fd, bytes, *size) != (ssize_t)*size) {
                        free(bytes);
                        bytes = NULL;
                }
                notice_use(fd, &status);
        }
        close(fd);
        return bytes;
}

/* As many steps as look at what was looked at, if what they say holds; otherwise 0. */
static uint32_t
count_met(const struct plan *plan)
{
        uint32_t met = 0;
        struct report failure;
        while (met < plan->step_count && plan->step[met].kind >= STEP_REQUIRE_WORDS &&
               plan->step[met].kind <= STEP_REQUIRE_FILE) {
                if (!take_launcher_steps(plan, met, met + 1, 0, &failure))
                        return 0;
                met++;
        }
        return met;
}

/* Names that hold the beginning of the old id, from its start, get as much of a new one. */
static bool
renew_id(unsigned char *bytes, size_t size, const char *old)
{
        char before[ID_DIGITS], id[ID_DIGITS];
        unsigned char random[ID_DIGITS / 2];
        if (strlen(old) != ID_DIGITS || getrandom(random, sizeof(random), 0) != sizeof(random))
                return false;
        memcpy(before, old, ID_DIGITS);
        for (size_t i = 0; i < ID_DIGITS; i++)
                id[i] = "0123456789abcdef"[random[i / 2] >> (i % 2 * 4) & 0xf];
        unsigned char *at = bytes, *end = bytes + size;
        while ((at = memmem(at, (size_t)(end - at), before, SHORT_ID)) != NULL)
                for (size_t i = 0; at < end && i < ID_DIGITS && *at == before[i]; i++)
                        *at++ = (unsigned char)id[i];
        return true;
}

/* The words of this command line behind those that it has in common with the one before. */
static bool
replace_words(struct step *exec, uint64_t replaced, char **words)
{
        struct strings *arguments = &exec->list[1];
        uint32_t count = 0;
        while (words[count] != NULL)
                count++;
        if (replaced >= arguments->count)
                return false;
        uint32_t kept = arguments->count - (uint32_t)replaced;
        char **item = calloc((size_t)kept + count + 1, sizeof(*item));
        if (item == NULL)
                return false;
        memcpy(item, arguments->item, kept * sizeof(*item));
        memcpy(item + kept, words, count * sizeof(*item));
        *arguments = (struct strings){.count = kept + count, .item = item};
        return true;
}

/* Takes the first steps off a plan. */
static void
drop_steps(struct plan *plan, uint32_t count)
{
        plan->step += count;
        plan->step_count -= count;
        plan->clone -= count;
        plan->first_own -= count;
        plan->entering -= plan->enters_user ? count : 0;
}

static bool
take_kept(struct plan *plan, int directory, const char *name, char **words)
{
        size_t size;
        struct report failure;
        unsigned char *bytes = read_kept(directory, name, &size);
        if (bytes == NULL || plan_decode(plan, bytes, size) != NULL || plan->controls)
                return false;
        uint32_t met = count_met(plan);
        struct step *first = &plan->step[0], *exec = &plan->step[plan->step_count - 1];
        if (met == 0 || first->kind != STEP_REQUIRE_WORDS || exec->kind != STEP_EXEC ||
            plan->step[met].kind != STEP_MAKE_RECORD)
                return false;
        char **rest = words + first->list[0].count;
        if (!renew_id(bytes, size, plan->step[met].word.item[1]) ||
            !replace_words(exec, first->number[0], rest))
                return false;
        record_words(exec->list[1].item);
        if (!take_launcher_steps(plan, met, met + 1, 0, &failure))
                return false;
        drop_steps(plan, met + 1);
        return true;
}

/* FNV-1a, of the bytes up to the NUL and that. */
static uint64_t
hash_word(uint64_t hash, const char *word)
{
        const unsigned char *at = (const unsigned char *)word;
        do
                hash = (hash ^ *at) * 0x100000001b3U;
        while (*at++ != '\0');
        return hash;
}

/* A plan holds for one start of one machine, and machines share home directories: each has plans of
 * its own beside those of the others. Returns false if it is not known which one it is. */
static bool
hash_machine(uint64_t *hash)
{
        char boot[64];
        struct utsname names;
        int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
        ssize_t size = fd < 0 ? -1 : read(fd, boot, sizeof(boot));
        if (fd >= 0)
                close(fd);
        if (size <= 1 || boot[size - 1] != '\n' || uname(&names) < 0)
                return false;
        boot[size - 1] = '\0';
        *hash = hash_word(hash_word(0xcbf29ce484222325U, boot), names.nodename);
        return true;
}

bool
find_kept_plan(struct plan *plan, char **argv, const char *facts, const char *program, uid_t uid)
{
        char path[PATH_MAX], caller[PATH_MAX + 512], name[MAX_WORDS][NAME_SIZE];
        struct stat status;
        size_t count = 0;
        uint64_t hash; /* of two plans that have the same one takes the other's place */
        char **words = argv + 1;
        if (*words == NULL || !name_in_cache(path, uid, "/plans") || !hash_machine(&hash))
                return false;
        int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (directory < 0)
                return false;
        snprintf(caller, sizeof(caller), "%s;%s", facts, program);
        expect_caller(words, caller);
        for (; words[count] != NULL && count < MAX_WORDS; count++) {
                hash = hash_word(hash, words[count]);
                snprintf(name[count], NAME_SIZE, "%016llx", (unsigned long long)hash);
        }
        bool found = false;
        if (is_ours(directory, S_IFDIR, &status))
                while (count > 0 && !found)
                        found = take_kept(plan, directory, name[--count], words);
        close(directory);
        return found;
}
