/* Has libseccomp make a filter, for comparison with ours. From standard input, words:
 *   default ACTION
 *   arch TOKEN                                   the first one replaces the native one
 *   rule ACTION NAME COUNT {INDEX OP VALUE VALUE2}...
 *   number TOKEN NAME                            only print what libseccomp has for it
 * Numbers are decimal. The filter goes to standard output as the kernel takes it; names that
 * libseccomp does not know go to standard error, one a line. */
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static scmp_filter_ctx filter;

static void
require(int result, const char *what)
{
        if (result < 0) {
                fprintf(stderr, "%s: %s\n", what, strerror(-result));
                exit(2);
        }
}

static uint64_t
number(void)
{
        uint64_t value;
        if (scanf("%" SCNu64, &value) != 1)
                exit(3);
        return value;
}

static void
rule(void)
{
        char name[64];
        struct scmp_arg_cmp tests[6];
        uint32_t action = (uint32_t)number();
        if (scanf("%63s", name) != 1)
                exit(3);
        unsigned count = (unsigned)number();
        for (unsigned i = 0; i < count; i++) {
                tests[i].arg = (unsigned)number();
                tests[i].op = (enum scmp_compare)number();
                tests[i].datum_a = number();
                tests[i].datum_b = number();
        }
        int syscall = seccomp_syscall_resolve_name(name);
        if (syscall == __NR_SCMP_ERROR)
                fprintf(stderr, "%s\n", name);
        else
                require(seccomp_rule_add_array(filter, action, syscall, count, tests), name);
}

int
main(void)
{
        char word[16], name[64];
        int architectures = 0;
        while (scanf("%15s", word) == 1) {
                if (strcmp(word, "default") == 0) {
                        filter = seccomp_init((uint32_t)number());
                } else if (strcmp(word, "arch") == 0) {
                        uint32_t token = (uint32_t)number();
                        if (architectures++ == 0)
                                require(seccomp_arch_remove(filter, SCMP_ARCH_NATIVE), "remove");
                        require(seccomp_arch_add(filter, token), "arch");
                } else if (strcmp(word, "rule") == 0) {
                        rule();
                } else if (strcmp(word, "number") == 0) {
                        uint32_t token = (uint32_t)number();
                        if (scanf("%63s", name) != 1)
                                exit(3);
                        printf("%d\n", seccomp_syscall_resolve_name_arch(token, name));
                }
        }
        if (filter != NULL)
                require(seccomp_export_bpf(filter, 1), "export");
        return 0;
}
