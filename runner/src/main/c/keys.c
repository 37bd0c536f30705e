/* The keys that somebody types to leave a container that goes on: found in what he types, of which
 * as much as may yet become them is held back. */
#define _GNU_SOURCE
#include "launcher.h"

#include <string.h>

static char keys[MAX_KEYS];
static size_t key_count, matched;

void
set_detach_keys(const uint64_t *codes, uint32_t count)
{
        for (key_count = 0; key_count < count && key_count < MAX_KEYS; key_count++)
                keys[key_count] = (char)codes[key_count];
}

bool
find_detach_keys(char *bytes, size_t *used)
{
        char typed[TYPED_AT_ONCE];
        size_t count = *used, put = 0;
        memcpy(typed, bytes, count);
        for (size_t i = 0; i < count && key_count > 0; i++) {
                /* What was held back and is not the start after all, but its end may be one. */
                while (matched > 0 && typed[i] != keys[matched]) {
                        size_t kept = matched - 1;
                        while (memcmp(keys, keys + matched - kept, kept) != 0)
                                kept--;
                        memcpy(bytes + put, keys, matched - kept);
                        put += matched - kept;
                        matched = kept;
                }
                if (typed[i] != keys[matched]) {
                        bytes[put++] = typed[i];
                } else if (++matched == key_count) {
                        matched = 0;
                        *used = put;
                        return true;
                }
        }
        if (key_count > 0)
                *used = put;
        return false;
}
