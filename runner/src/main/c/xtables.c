/* Which tables of iptables-legacy drop what is forwarded, as firewall.c asks of nf_tables: the
 * kernel hands out all entries of a table in one piece (linux/netfilter/x_tables.h). */
#define _GNU_SOURCE
#include "launcher.h"

#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VERDICT_DROP = -NF_DROP - 1, VERDICT_ACCEPT = -NF_ACCEPT - 1 }; /* as x_tables has them */
enum { OFFSET_DIGITS = 12 };
enum { LARGEST = 64 << 20 }; /* of rules that are read into memory */

/* One of the two versions of x_tables, which differ in their addresses only. */
struct legacy {
        const char *names; /* of tables; looking there makes none */
        const char *program;
        int family, level;
        size_t conditions_size; /* at the beginning of an entry, before matches and target */
        size_t entry_size;
        size_t target_offset; /* in an entry, where that of its target is; that of the next follows
                               */
        size_t flags;         /* where they are among the conditions */
        char goes_to;         /* the one that is none: not to come back */
};

static bool
has_filter(const char *names)
{
        char line[64];
        bool found = false;
        FILE *file = fopen(names, "re");
        while (file != NULL && fgets(line, sizeof(line), file) != NULL)
                found = found || strcmp(line, "filter\n") == 0;
        if (file != NULL)
                fclose(file);
        return found;
}

static uint16_t
read16(const char *from)
{
        uint16_t value;
        memcpy(&value, from, sizeof(value));
        return value;
}

/* Whether nothing is behind the conditions but comments. */
static bool
has_no_match(const struct legacy *legacy, const char *entry)
{
        size_t end = read16(entry + legacy->target_offset);
        struct xt_entry_match match;
        for (size_t at = legacy->entry_size; at < end; at += match.u.match_size) {
                if (end - at < sizeof(match))
                        return false;
                memcpy(&match, entry + at, sizeof(match));
                if (strncmp(match.u.user.name, "comment", sizeof(match.u.user.name)) != 0 ||
                    match.u.match_size < sizeof(match))
                        return false;
        }
        return true;
}

/* Whether an entry is for every packet: no address and no link in it, and no match behind it. */
static bool
is_for_all(const struct legacy *legacy, const char *entry)
{
        static const char nothing[sizeof(struct ip6t_ip6)];
        char conditions[sizeof(nothing)];
        memcpy(conditions, entry, legacy->conditions_size);
        conditions[legacy->flags] &= (char)~legacy->goes_to;
        return memcmp(conditions, nothing, legacy->conditions_size) == 0 &&
               has_no_match(legacy, entry);
}

/* Others than the standard target may be shorter. */
static struct xt_standard_target
target_at(const char *bytes, size_t size)
{
        struct xt_standard_target target = {0};
        memcpy(&target, bytes, size < sizeof(target) ? size : sizeof(target));
        return target;
}

static bool
is_named(const struct xt_standard_target *target, const char *name)
{
        return strncmp(target->target.u.user.name, name, sizeof(target->target.u.user.name)) == 0;
}

/* A jump to what follows is a rule without a target (ip_tables.c, "ipt_do_table"). */
static void
add_entry(struct rulings *rulings, const struct legacy *legacy, const char *entry,
          const char *chain, const struct xt_standard_target *target, size_t next)
{
        char to[OFFSET_DIGITS];
        bool standard = is_named(target, XT_STANDARD_TARGET);
        if (is_named(target, "REJECT") || (standard && target->verdict == VERDICT_DROP)) {
                add_ruling(rulings, chain, DROP, "");
        } else if (standard && target->verdict == VERDICT_ACCEPT) {
                add_ruling(rulings, chain, ACCEPT, "");
        } else if (standard && target->verdict == XT_RETURN) {
                add_ruling(rulings, chain, RETURN, "");
        } else if (standard && target->verdict >= 0 && (size_t)target->verdict != next) {
                snprintf(to, sizeof(to), "%d", target->verdict);
                add_ruling(rulings, chain,
                           (entry[legacy->flags] & legacy->goes_to) != 0 ? GOTO : JUMP, to);
        }
}

/* Chains are known by where they begin: the built-in ones at their hooks, others behind an entry
 * with their names. The last of a built-in one is its policy. */
static void
add_entries(struct rulings *rulings, const struct legacy *legacy, const char *entries,
            const struct ipt_getinfo *info)
{
        char chain[OFFSET_DIGITS] = "";
        size_t at = 0, step;
        for (; at + legacy->entry_size + sizeof(struct xt_entry_target) <= info->size; at += step) {
                const char *entry = entries + at;
                size_t target_offset = read16(entry + legacy->target_offset);
                step = read16(entry + legacy->target_offset + sizeof(uint16_t));
                if (step == 0 || step > info->size - at ||
                    target_offset + sizeof(struct xt_entry_target) > step)
                        break;
                struct xt_standard_target target =
                        target_at(entry + target_offset, step - target_offset);
                for (size_t hook = 0; hook < NF_INET_NUMHOOKS; hook++)
                        if ((info->valid_hooks & 1U << hook) != 0 && info->hook_entry[hook] == at)
                                snprintf(chain, sizeof(chain), "%zu", at);
                if (is_named(&target, XT_ERROR_TARGET))
                        snprintf(chain, sizeof(chain), "%zu", at + step);
                else if (is_for_all(legacy, entry))
                        add_entry(rulings, legacy, entry, chain, &target, at + step);
        }
}

static bool
forward_drops(const struct legacy *legacy, const char *entries, const struct ipt_getinfo *info)
{
        struct rulings rulings = {0};
        char chain[OFFSET_DIGITS];
        snprintf(chain, sizeof(chain), "%u", info->hook_entry[NF_INET_FORWARD]);
        add_entries(&rulings, legacy, entries, info);
        enum fate fate = fate_in(&rulings, chain);
        forget_rulings(&rulings);
        return fate == DROPPED;
}

static void
print_if_legacy_drops(const struct legacy *legacy, const char *link)
{
        struct ipt_getinfo info = {.name = "filter"};
        socklen_t size = sizeof(info);
        int fd = has_filter(legacy->names)
                         ? socket(legacy->family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW)
                         : -1;
        if (fd >= 0 && getsockopt(fd, legacy->level, IPT_SO_GET_INFO, &info, &size) == 0 &&
            info.size <= LARGEST) {
                size = (socklen_t)(sizeof(struct ipt_get_entries) + info.size);
                struct ipt_get_entries *all = calloc(1, size);
                if (all != NULL) {
                        memcpy(all->name, info.name, sizeof(all->name));
                        all->size = info.size;
                        const char *entries = (const char *)all->entrytable;
                        if (getsockopt(fd, legacy->level, IPT_SO_GET_ENTRIES, all, &size) == 0 &&
                            forward_drops(legacy, entries, &info) &&
                            !holds_name(entries, info.size, link))
                                printf("%s\tfilter\tFORWARD\n", legacy->program);
                }
                free(all);
        }
        if (fd >= 0)
                close(fd);
}

void
print_dropping_legacy_chains(const char *link)
{
        static const struct legacy versions[] = {
                {"/proc/net/ip_tables_names", "iptables-legacy", AF_INET, IPPROTO_IP,
                 sizeof(struct ipt_ip), sizeof(struct ipt_entry),
                 offsetof(struct ipt_entry, target_offset), offsetof(struct ipt_ip, flags),
                 IPT_F_GOTO},
                {"/proc/net/ip6_tables_names", "ip6tables-legacy", AF_INET6, IPPROTO_IPV6,
                 sizeof(struct ip6t_ip6), sizeof(struct ip6t_entry),
                 offsetof(struct ip6t_entry, target_offset), offsetof(struct ip6t_ip6, flags),
                 IP6T_F_GOTO}};
        for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
                print_if_legacy_drops(&versions[i], link);
}
