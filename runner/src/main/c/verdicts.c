/* What rules without conditions do with a packet, whichever of the kernel's two packet filters
 * they are of: as nft(8), "Verdict statements", and iptables(8), "TARGETS", say. */
#define _GNU_SOURCE
#include "launcher.h"

#include <stdlib.h>
#include <string.h>

/* The kernel lets chains call each other no deeper (NFT_JUMP_STACK_SIZE). How often they do so it
 * does not limit: thirty chains of two jumps each are a milliard. */
enum { DEEPEST = 16, MOST_JUMPS = 512 };
enum { MOST_RULINGS = 1 << 16 };

void
add_ruling(struct rulings *rulings, const char *chain, enum verdict verdict, const char *target)
{
        struct ruling ruling = {verdict, strdup(chain), strdup(target)};
        struct ruling *grown =
                rulings->count < MOST_RULINGS
                        ? reallocarray(rulings->all, rulings->count + 1, sizeof(ruling))
                        : NULL;
        if (grown != NULL)
                rulings->all = grown;
        if (grown == NULL || ruling.chain == NULL || ruling.target == NULL) {
                rulings->incomplete = true;
                free(ruling.chain);
                free(ruling.target);
                return;
        }
        rulings->all[rulings->count++] = ruling;
}

void
forget_rulings(struct rulings *rulings)
{
        for (size_t i = 0; i < rulings->count; i++) {
                free(rulings->all[i].chain);
                free(rulings->all[i].target);
        }
        free(rulings->all);
        *rulings = (struct rulings){0};
}

/* What is not looked at may well accept: nobody is warned of it. */
static enum fate
walk_chain(const struct rulings *rulings, const char *chain, int deeper, int *jumps)
{
        for (size_t i = 0; i < rulings->count; i++) {
                const struct ruling *at = &rulings->all[i];
                if (strcmp(at->chain, chain) != 0)
                        continue;
                if (at->verdict == DROP || at->verdict == ACCEPT)
                        return at->verdict == DROP ? DROPPED : ACCEPTED;
                if (at->verdict == RETURN)
                        return OPEN;
                if (deeper == 0 || *jumps == 0)
                        return ACCEPTED;
                --*jumps;
                enum fate there = walk_chain(rulings, at->target, deeper - 1, jumps);
                if (there != OPEN || at->verdict == GOTO)
                        return there;
        }
        return OPEN;
}

enum fate
fate_in(const struct rulings *rulings, const char *chain)
{
        int jumps = MOST_JUMPS;
        return rulings->incomplete ? ACCEPTED : walk_chain(rulings, chain, DEEPEST, &jumps);
}
