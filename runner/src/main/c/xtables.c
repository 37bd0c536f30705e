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

/* Whether an entry is for every packet: no address and no link in it, and no match behind it. */
static bool
is_for_all(const struct legacy *legacy, const char *entry)
{
        static const char nothing[sizeof(struct ip6t_ip6)];
        return read16(entry + legacy->target_offset) == legacy->entry_size &&
               memcmp(entry, nothing, legacy->conditions_size) == 0;
}

/* The target of an entry that has no match. Others than the standard one may be shorter. */
static struct xt_standard_target
target_at(const char *bytes, size_t size)
{
        struct xt_standard_target target = {0};
        memcpy(&target, bytes, size < sizeof(target) ? size : sizeof(target));
        return target;
}

/* By the first rule for every packet that decides; the last is the policy. */
static bool
forward_drops(const struct legacy *legacy, const char *entries, const struct ipt_getinfo *info)
{
        size_t at = info->hook_entry[NF_INET_FORWARD];
        while (at <= info->underflow[NF_INET_FORWARD] &&
               at + legacy->entry_size + sizeof(struct xt_entry_target) <= info->size) {
                if (is_for_all(legacy, entries + at)) {
                        size_t target_offset = at + legacy->entry_size;
                        struct xt_standard_target target =
                                target_at(entries + target_offset, info->size - target_offset);
                        const char *name = target.target.u.user.name;
                        if (strncmp(name, "REJECT", sizeof(target.target.u.user.name)) == 0 ||
                            (name[0] == '\0' && target.verdict == VERDICT_DROP))
                                return true;
                        if (name[0] == '\0' && target.verdict == VERDICT_ACCEPT)
                                return false;
                }
                size_t step = read16(entries + at + legacy->target_offset + sizeof(uint16_t));
                if (step == 0)
                        break;
                at += step;
        }
        return false;
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
                 offsetof(struct ipt_entry, target_offset)},
                {"/proc/net/ip6_tables_names", "ip6tables-legacy", AF_INET6, IPPROTO_IPV6,
                 sizeof(struct ip6t_ip6), sizeof(struct ip6t_entry),
                 offsetof(struct ip6t_entry, target_offset)}};
        for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
                print_if_legacy_drops(&versions[i], link);
}
