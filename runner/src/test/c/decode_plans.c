/* Feeds plan_decode with every file that it is given: a list of plans, each as a 32-bit
 * little-endian size and its bytes. Built with sanitizers, so an access outside of a plan ends it.
 * Prints how many were accepted. */
#include "../../main/c/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that the launcher may read of an accepted plan. */
static size_t
read_all(const struct plan *plan)
{
        size_t sum = 0;
        for (uint32_t i = 0; i < plan->step_count; i++) {
                const struct step *step = &plan->step[i];
                const struct strings lists[] = {step->word, step->list[0], step->list[1],
                                                step->list[2], step->failure};
                for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
                        for (uint32_t s = 0; s < lists[l].count; s++)
                                sum += strlen(lists[l].item[s]);
                for (uint32_t n = 0; n < step->number_count; n++)
                        sum += step->number[n] & 1;
                for (uint32_t t = 0; t < step->failure.count; t++)
                        sum += step->failed[t].part & step->failed[t].error;
        }
        return sum;
}

int
main(int argc, char **argv)
{
        unsigned accepted = 0;
        size_t sum = 0;
        if (argc != 2)
                return 2;
        FILE *plans = fopen(argv[1], "rb");
        unsigned char size[4];
        while (plans != NULL && fread(size, 1, 4, plans) == 4) {
                size_t length = size[0] | size[1] << 8 | size[2] << 16;
                /* Exactly as large as the plan: the byte behind it is not ours. */
                unsigned char *bytes = malloc(length);
                struct plan plan;
                if (length > 0 && fread(bytes, 1, length, plans) != length)
                        return 2;
                if (plan_decode(&plan, bytes, length) == NULL) {
                        accepted++;
                        sum += read_all(&plan);
                }
                free(bytes);
        }
        printf("%u\n", accepted);
        /* So that no compiler leaves the reading out. */
        return plans == NULL || sum == SIZE_MAX ? 2 : 0;
}
