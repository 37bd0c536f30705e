/* Which chains of the host's firewall drop what is forwarded: by their policy, as Docker and many
 * administrators have it, or by a rule for whatever those before it let pass, there or in a chain
 * that it jumps to, as firewalld and ufw have it.
 * Whatever our own chains accept, another's drop is final (nft(8), "Verdict statements"). They are
 * looked at and left alone. */
#define _GNU_SOURCE
#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
any_answer(int fd, bool (*function)(const struct nlmsghdr *answer, void *data), void *data)
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

static const void *
content(const struct nlattr *attribute)
{
        return (const char *)attribute + NLA_HDRLEN;
}

/* Returns the first of the attributes that are left and goes on to the next; NULL at the end. */
static const struct nlattr *
take_attribute(const char **at, size_t *size)
{
        const struct nlattr *attribute = (const void *)*at;
        if (*size < NLA_HDRLEN || attribute->nla_len < NLA_HDRLEN || attribute->nla_len > *size)
                return NULL;
        size_t step = NLA_ALIGN(attribute->nla_len);
        *at += step;
        *size -= step < *size ? step : *size;
        return attribute;
}

static const struct nlattr *
attribute_in(const void *from, size_t size, uint16_t type)
{
        const char *at = from;
        const struct nlattr *attribute;
        while ((attribute = take_attribute(&at, &size)) != NULL)
                if ((attribute->nla_type & NLA_TYPE_MASK) == type)
                        break;
        return attribute;
}

static const struct nlattr *
nested(const struct nlattr *outer, uint16_t type)
{
        return outer == NULL ? NULL
                             : attribute_in(content(outer), outer->nla_len - NLA_HDRLEN, type);
}

/* Of a message about a table, a chain or a rule. */
static const struct nlattr *
attribute_of(const struct nlmsghdr *message, uint16_t type)
{
        return message->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg))
                       ? NULL
                       : attribute_in((const char *)NLMSG_DATA(message) +
                                              NLMSG_ALIGN(sizeof(struct nfgenmsg)),
                                      message->nlmsg_len - NLMSG_LENGTH(sizeof(struct nfgenmsg)),
                                      type);
}

static bool
is(const struct nlattr *attribute, const char *text)
{
        return attribute != NULL && attribute->nla_len == NLA_HDRLEN + strlen(text) + 1 &&
               memcmp(content(attribute), text, strlen(text) + 1) == 0;
}

static uint32_t
number(const struct nlattr *attribute)
{
        uint32_t value = 0;
        if (attribute != NULL && attribute->nla_len >= NLA_HDRLEN + sizeof(value))
                memcpy(&value, content(attribute), sizeof(value));
        return ntohl(value);
}

bool
holds_name(const void *bytes, size_t size, const char *name)
{
        return memmem(bytes, size, name, strlen(name) + 1) != NULL; /* it is filled with zeros */
}

static bool
names_link(const struct nlmsghdr *rule, void *link)
{
        return holds_name(NLMSG_DATA(rule), rule->nlmsg_len - NLMSG_HDRLEN, link);
}

/* Any chain of it: the rule may be in one that it jumps to. */
static bool
table_names_link(uint8_t family, const char *table, char *link)
{
        int fd = open_netlink(NETLINK_NETFILTER);
        bool named = fd >= 0 && ask(fd, NFT_MSG_GETRULE, family, NFTA_RULE_TABLE, table) &&
                     any_answer(fd, names_link, link);
        if (fd >= 0)
                close(fd);
        return named;
}

/* Whether it changes nothing about who fits: iptables-nft has comments as matches of x_tables. */
static bool
is_no_condition(const struct nlattr *name, const struct nlattr *data)
{
        return is(name, "counter") || is(name, "log") ||
               (is(name, "match") && is(nested(data, NFTA_MATCH_NAME), "comment"));
}

static void
rule_by_code(struct rulings *rulings, const char *chain, const struct nlattr *verdict)
{
        const struct nlattr *target = nested(verdict, NFTA_VERDICT_CHAIN);
        if (verdict == NULL)
                return; /* it is a value for what comes next */
        int code = (int)number(nested(verdict, NFTA_VERDICT_CODE));
        switch (code) {
        case NF_DROP:
                add_ruling(rulings, chain, DROP, "");
                break;
        case NF_ACCEPT:
                add_ruling(rulings, chain, ACCEPT, "");
                break;
        case NFT_RETURN:
                add_ruling(rulings, chain, RETURN, "");
                break;
        case NFT_JUMP:
        case NFT_GOTO:
                add_ruling(rulings, chain, code == NFT_JUMP ? JUMP : GOTO,
                           target == NULL ? "" : content(target));
                break;
        default:
                break;
        }
}

/* What a rule does with every packet: before its verdict is nothing that might not match.
 * iptables-nft has REJECT as a target of x_tables. */
static bool
look_at_rule(const struct nlmsghdr *rule, void *rulings)
{
        const struct nlattr *chain = attribute_of(rule, NFTA_RULE_CHAIN);
        const struct nlattr *all = attribute_of(rule, NFTA_RULE_EXPRESSIONS);
        const char *at = all == NULL || chain == NULL ? NULL : content(all);
        size_t left = at == NULL ? 0 : all->nla_len - NLA_HDRLEN;
        const struct nlattr *one;
        while ((one = take_attribute(&at, &left)) != NULL) {
                const struct nlattr *name = nested(one, NFTA_EXPR_NAME);
                const struct nlattr *data = nested(one, NFTA_EXPR_DATA);
                if (is_no_condition(name, data))
                        continue;
                if (is(name, "immediate"))
                        rule_by_code(rulings, content(chain),
                                     nested(nested(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT));
                else if (is(name, "reject") ||
                         (is(name, "target") && is(nested(data, NFTA_TARGET_NAME), "REJECT")))
                        add_ruling(rulings, content(chain), DROP, "");
                break;
        }
        return false;
}

static enum fate
fate_by_rules(uint8_t family, const char *table, const char *chain)
{
        struct rulings rulings = {0};
        int fd = open_netlink(NETLINK_NETFILTER);
        if (fd < 0)
                return OPEN;
        if (ask(fd, NFT_MSG_GETRULE, family, NFTA_RULE_TABLE, table))
                any_answer(fd, look_at_rule, &rulings);
        close(fd);
        enum fate fate = fate_in(&rulings, chain);
        forget_rulings(&rulings);
        return fate;
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
print_if_dropping(const struct nlmsghdr *chain, void *link)
{
        const struct nlattr *hook = attribute_of(chain, NFTA_CHAIN_HOOK);
        const struct nlattr *policy = attribute_of(chain, NFTA_CHAIN_POLICY);
        const struct nlattr *table = attribute_of(chain, NFTA_CHAIN_TABLE);
        const struct nlattr *name = attribute_of(chain, NFTA_CHAIN_NAME);
        if (hook == NULL || policy == NULL || table == NULL || name == NULL)
                return false;
        uint8_t family = ((const struct nfgenmsg *)NLMSG_DATA(chain))->nfgen_family;
        if (family_name(family) == NULL ||
            number(nested(hook, NFTA_HOOK_HOOKNUM)) != NF_INET_FORWARD)
                return false;
        enum fate fate = fate_by_rules(family, content(table), content(name));
        if (fate == OPEN)
                fate = number(policy) == NF_DROP ? DROPPED : ACCEPTED;
        if (fate != DROPPED || table_names_link(family, content(table), link))
                return false;
        printf("%s\t%s\t%s\n", family_name(family), (const char *)content(table),
               (const char *)content(name));
        return true;
}

static void
print_dropping_chains(char *link)
{
        int fd = open_netlink(NETLINK_NETFILTER);
        if (fd < 0)
                return; /* a kernel without it */
        if (ask(fd, NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, 0, ""))
                any_answer(fd, print_if_dropping, link);
        close(fd);
}

int
find_drops(char *link)
{
        print_dropping_chains(link);
        print_dropping_legacy_chains(link);
        return fflush(stdout) == 0 ? 0 : EXIT_NOT_SET_UP;
}
