/* Runs a program behind a seccomp filter from before some system calls were made: it answers EPERM
 * for whatever it does not know, as libseccomp's users had it for long.
 *   old_filter EPERM|ENOSYS|kill NAME... -- PROGRAM ARGUMENT...
 * With kill, whoever makes one of the calls ends. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        const char *answer = argc > 1 ? argv[1] : "";
        uint32_t action = strcmp(answer, "kill") == 0     ? SCMP_ACT_KILL_PROCESS
                          : strcmp(answer, "ENOSYS") == 0 ? SCMP_ACT_ERRNO(ENOSYS)
                                                          : SCMP_ACT_ERRNO(EPERM);
        int i = 2;
        for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
                int number = seccomp_syscall_resolve_name(argv[i]);
                if (number == __NR_SCMP_ERROR || seccomp_rule_add(filter, action, number, 0) < 0) {
                        fprintf(stderr, "old_filter: cannot refuse %s\n", argv[i]);
                        return 2;
                }
        }
        /* Set-user-ID programs stay what they are, newuidmap for one. */
        if (i + 1 >= argc || seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
            seccomp_load(filter) < 0) {
                fprintf(stderr, "old_filter: cannot load the filter\n");
                return 2;
        }
        execvp(argv[i + 1], argv + i + 1);
        perror(argv[i + 1]);
        return 2;
}
