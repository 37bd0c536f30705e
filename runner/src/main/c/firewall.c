/* Which chains of the host's firewall drop what is forwarded, as Docker and many administrators
 * have it: whatever our own chains accept, another's drop is final (nft(8), "Verdict statements").
 * They are looked at and left alone. */
#define _GNU_SOURCE
#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { POLICY_DROPS = -NF_DROP - 1 }; /* a verdict in x_tables */
enum { LARGEST = 64 << 20 };          /* of rules that are read into memory */

/* A question about all objects of a kind, and the name of a table or "". */
struct question {
        struct nlmsghdr header;
        struct nfgenmsg family;
        struct nlattr table;
        char name[NFT_NAME_MAXLEN];
};

static bool
ask(int fd, uint16_t type, uint8_t family, uint16_t attribute, const char *table)
{
        size_t size = strlen(table) + 1;
        struct question question = {
                .header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg)),
                           .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
                           .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                .family = {.nfgen_family = family},
                .table = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = attribute}};
        if (size > 1) {
                snprintf(question.name, sizeof(question.name), "%s", table);
                question.header.nlmsg_len += NLA_ALIGN(question.table.nla_len);
        }
        return send(fd, &question, question.header.nlmsg_len, 0) ==
               (ssize_t)question.header.nlmsg_len;
}

/* Calls a function with each answer until it says true. Returns whether it has; errno is 0 unless
 * the kernel would not answer. */
static bool
any_answer(int fd, bool (*function)(const struct nlmsghdr *answer, const void *data),
           const void *data)
{
        union { /* looking at one answer may ask another question */
                struct nlmsghdr header;
                char bytes[64 << 10];
        } answer;
        bool found = false;
        for (;;) {
                ssize_t got = recv(fd, &answer, sizeof(answer), 0);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return false;
                size_t left = (size_t)got;
                for (const struct nlmsghdr *at = &answer.header; NLMSG_OK(at, left);
                     at = NLMSG_NEXT(at, left)) {
                        errno = at->nlmsg_type == NLMSG_ERROR
                                        ? -((const struct nlmsgerr *)NLMSG_DATA(at))->error
                                        : 0;
                        if (at->nlmsg_type == NLMSG_ERROR || at->nlmsg_type == NLMSG_DONE)
                                return found;
                        found = function(at, data) || found; /* the rest has to be read, too */
                }
        }
}

static const struct nlattr *
attribute_in(const void *from, size_t size, uint16_t type)
{
        const char *at = from;
        while (size >= NLA_HDRLEN) {
                const struct nlattr *attribute = (const void *)at;
                size_t step = NLA_ALIGN(attribute->nla_len);
                if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > size)
                        break;
                if ((attribute->nla_type & NLA_TYPE_MASK) == type)
                        return attribute;
                at += step;
                size -= step < size ? step : size;
        }
        return NULL;
}

static const void *
content(const struct nlattr *attribute)
{
        return (const char *)attribute + NLA_HDRLEN;
}

static uint32_t
number(const struct nlattr *attribute)
{
        uint32_t value = 0;
        if (attribute != NULL && attribute->nla_len >= NLA_HDRLEN + sizeof(value))
                memcpy(&value, content(attribute), sizeof(value));
        return ntohl(value);
}

static bool
holds(const void *bytes, size_t size, const char *link)
{
        return memmem(bytes, size, link, strlen(link) + 1) != NULL; /* it is filled with zeros */
}

static bool
names_link(const struct nlmsghdr *rule, const void *link)
{
        return holds(NLMSG_DATA(rule), rule->nlmsg_len - NLMSG_HDRLEN, link);
}

/* Any chain of it: the rule may be in one that it jumps to. */
static bool
table_names_link(uint8_t family, const char *table, const char *link)
{
        int fd = open_netlink(NETLINK_NETFILTER);
        bool named = fd >= 0 && ask(fd, NFT_MSG_GETRULE, family, NFTA_RULE_TABLE, table) &&
                     any_answer(fd, names_link, link);
        if (fd >= 0)
                close(fd);
        return named;
}

static const char *
family_name(uint8_t family)
{
        return family == NFPROTO_INET   ? "inet"
               : family == NFPROTO_IPV4 ? "ip"
               : family == NFPROTO_IPV6 ? "ip6"
                                        : NULL;
}

static bool
print_if_dropping(const struct nlmsghdr *chain, const void *link)
{
        const struct nfgenmsg *family = NLMSG_DATA(chain);
        const char *from = (const char *)family + NLMSG_ALIGN(sizeof(*family));
        if (chain->nlmsg_len < NLMSG_LENGTH(sizeof(*family)))
                return false;
        size_t size = chain->nlmsg_len - NLMSG_LENGTH(sizeof(*family));
        const struct nlattr *hook = attribute_in(from, size, NFTA_CHAIN_HOOK);
        const struct nlattr *policy = attribute_in(from, size, NFTA_CHAIN_POLICY);
        const struct nlattr *table = attribute_in(from, size, NFTA_CHAIN_TABLE);
        const struct nlattr *name = attribute_in(from, size, NFTA_CHAIN_NAME);
        if (family_name(family->nfgen_family) == NULL || hook == NULL || policy == NULL ||
            table == NULL || name == NULL || number(policy) != NF_DROP ||
            number(attribute_in(content(hook), hook->nla_len - NLA_HDRLEN, NFTA_HOOK_HOOKNUM)) !=
                    NF_INET_FORWARD ||
            table_names_link(family->nfgen_family, content(table), link))
                return false;
        printf("%s\t%s\t%s\n", family_name(family->nfgen_family), (const char *)content(table),
               (const char *)content(name));
        return true;
}

static void
print_dropping_chains(const char *link)
{
        int fd = open_netlink(NETLINK_NETFILTER);
        if (fd < 0)
                return; /* a kernel without it */
        if (ask(fd, NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, 0, ""))
                any_answer(fd, print_if_dropping, link);
        close(fd);
}

/* One of the two versions of x_tables, which differ in their addresses only. */
struct legacy {
        const char *names; /* of tables; looking there makes none */
        const char *program;
        int family, level;
        size_t target_offset; /* in an entry, where that of its target is */
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

static bool
drops_by_policy(const struct legacy *legacy, const char *entries, const struct ipt_getinfo *info)
{
        uint16_t target;
        int verdict;
        size_t at = info->underflow[NF_INET_FORWARD];
        if (at + legacy->target_offset + sizeof(target) > info->size)
                return false;
        memcpy(&target, entries + at + legacy->target_offset, sizeof(target));
        at += target + offsetof(struct xt_standard_target, verdict);
        if (at + sizeof(verdict) > info->size)
                return false;
        memcpy(&verdict, entries + at, sizeof(verdict));
        return verdict == POLICY_DROPS;
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
                            drops_by_policy(legacy, entries, &info) &&
                            !holds(entries, info.size, link))
                                printf("%s\tfilter\tFORWARD\n", legacy->program);
                }
                free(all);
        }
        if (fd >= 0)
                close(fd);
}

int
find_drops(const char *link)
{
        static const struct legacy versions[] = {
                {"/proc/net/ip_tables_names", "iptables-legacy", AF_INET, IPPROTO_IP,
                 offsetof(struct ipt_entry, target_offset)},
                {"/proc/net/ip6_tables_names", "ip6tables-legacy", AF_INET6, IPPROTO_IPV6,
                 offsetof(struct ip6t_entry, target_offset)}};
        print_dropping_chains(link);
        for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
                print_if_legacy_drops(&versions[i], link);
        return fflush(stdout) == 0 ? 0 : EXIT_NOT_SET_UP;
}
