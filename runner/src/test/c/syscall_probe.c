/* Makes system calls with useless arguments, each in a process of its own, and prints what became
 * of them: "ABI NUMBER RESULT" with the error's number, "ok", or how the process ended.
 *   syscall_probe all ABI FIRST COUNT    numbers one after the other, every argument -1
 *   syscall_probe calls CALL...          CALL is "ABI NUMBER ARGUMENT...", others being 0
 * ABI is native, or on x86-64 also x32 or i386. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static long
by_interrupt(long number, const long a[6])
{
#ifdef __x86_64__
        long result = number;
        register long sixth __asm__("rbp") = a[5];
        __asm__ volatile("int $0x80"
                         : "+a"(result)
                         : "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(sixth)
                         : "memory", "r8", "r9", "r10", "r11");
        result = (int)result;
        if (result < 0 && result > -4096) {
                errno = (int)-result;
                return -1;
        }
        return result;
#else
        (void)number, (void)a;
        errno = ENOSYS;
        return -1;
#endif
}

static long
call(const char *abi, long number, const long a[6])
{
        if (strcmp(abi, "i386") == 0)
                return by_interrupt(number, a);
        if (strcmp(abi, "x32") == 0)
                number |= 0x40000000;
        return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void
probe(const char *abi, long number, const long a[6])
{
        int told[2], status;
        char text[32] = "";
        if (pipe(told) < 0)
                _exit(2);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
                alarm(2); /* for pause(2) and its like */
                pid_t self = getpid();
                int output = told[1];
                long result = call(abi, number, a);
                if (getpid() != self) /* fork(2) and its like */
                        _exit(0);
                if (result == -1)
                        snprintf(text, sizeof(text), "%d", errno);
                else
                        snprintf(text, sizeof(text), "ok");
                (void)!write(output, text, strlen(text));
                _exit(0);
        }
        close(told[1]);
        if (child < 0 || waitpid(child, &status, 0) != child)
                _exit(2);
        if (read(told[0], text, sizeof(text) - 1) <= 0)
                snprintf(text, sizeof(text), WIFSIGNALED(status) ? "signal %d" : "exit %d",
                         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        close(told[0]);
        printf("%s %ld %s\n", abi, number, text);
}

static void
probe_call(char *words)
{
        long a[6] = {0};
        char *rest = NULL;
        const char *abi = strtok_r(words, " ", &rest);
        const char *number = strtok_r(NULL, " ", &rest);
        if (abi == NULL || number == NULL)
                _exit(2);
        for (int i = 0; i < 6; i++) {
                const char *word = strtok_r(NULL, " ", &rest);
                a[i] = word == NULL ? 0 : (long)strtoull(word, NULL, 0);
        }
        probe(abi, strtol(number, NULL, 0), a);
}

int
main(int count, char **words)
{
        const long useless[6] = {-1, -1, -1, -1, -1, -1};
        if (count == 5 && strcmp(words[1], "all") == 0) {
                long first = strtol(words[3], NULL, 0);
                for (long i = 0; i < strtol(words[4], NULL, 0); i++)
                        probe(words[2], first + i, useless);
                return 0;
        }
        if (count > 2 && strcmp(words[1], "calls") == 0) {
                for (int i = 2; i < count; i++)
                        probe_call(words[i]);
                return 0;
        }
        return 2;
}
