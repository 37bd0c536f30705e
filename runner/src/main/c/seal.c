/* The program file must not be writable from a container, where /proc/PID/exe of the launcher's
 * child leads to it until execve (CVE-2019-5736). So the launcher runs itself again in a way that
 * gives nobody the file to write: through a read-only mount that no directory shows, which costs
 * nothing, or, where it may not mount or the kernel is older than 5.12, from a sealed copy in
 * memory.
 *
 * It does so before the C library starts, which first asks the processor a hundred questions: on a
 * virtual machine the hypervisor answers each, and that took a tenth of a container's whole start.
 * Until then there is no errno, no thread-local variable and no function of the library, so what is
 * here makes its system calls itself. */
#define _GNU_SOURCE
#include "launcher.h"

#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* Linux 6.3; older kernels say EINVAL and need no asking */
#endif

enum { WHOLE_FILE = 1 << 30, SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static char own_path[PATH_MAX];

/* What could not be done and why, for when there is a library to say it with. */
static const char *failed;
static int failed_with;

/* The program's entry, named to the linker by build.sh: calls seal_first with the stack that the
 * kernel has laid out, then the library's entry with registers and stack as they were. The
 * conventions are the processors' ABI supplements' (System V, AMD64; AAPCS64). */
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl before_library\n"
        "before_library:\n"
        "        mov %rsp, %r12\n"
        "        mov %rdx, %rbx\n"
        "        mov %rsp, %rdi\n"
        "        call seal_first\n"
        "        mov %rbx, %rdx\n"
        "        mov %r12, %rsp\n"
        "        jmp _start\n");

static long
call(long number, long a, long b, long c, long d, long e)
{
        register long fourth __asm__("r10") = d;
        register long fifth __asm__("r8") = e;
        long result;
        __asm__ volatile("syscall"
                         : "=a"(result)
                         : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
                         : "rcx", "r11", "memory");
        return result;
}
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl before_library\n"
        "before_library:\n"
        "        mov x19, x0\n"
        "        mov x0, sp\n"
        "        bl seal_first\n"
        "        mov x0, x19\n"
        "        b _start\n");

static long
call(long number, long a, long b, long c, long d, long e)
{
        register long x8 __asm__("x8") = number;
        register long x0 __asm__("x0") = a;
        register long x1 __asm__("x1") = b;
        register long x2 __asm__("x2") = c;
        register long x3 __asm__("x3") = d;
        register long x4 __asm__("x4") = e;
        __asm__ volatile("svc 0"
                         : "+r"(x0)
                         : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                         : "memory");
        return x0;
}
#else
/* Elsewhere run_sealed does it, with the library's calls. */
#define AFTER_LIBRARY
static long
call(long number, long a, long b, long c, long d, long e)
{
        long result = syscall(number, a, b, c, d, e);
        return result < 0 ? -errno : result;
}
#endif

/* Remembers a failure. */
static bool
succeeds(long result, const char *what)
{
        if (result >= 0)
                return true;
        failed = what;
        failed_with = (int)-result;
        return false;
}

static long
sealed_copy(long program)
{
        unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
        long copied, copy = call(SYS_memfd_create, (long)"jrun", flags | MFD_EXEC, 0, 0, 0);
        if (copy == -EINVAL)
                copy = call(SYS_memfd_create, (long)"jrun", flags, 0, 0, 0);
        if (!succeeds(copy, "cannot create the memory file to run from"))
                return -1;
        do
                copied = call(SYS_sendfile, copy, program, 0, WHOLE_FILE, 0);
        while (copied > 0);
        if (!succeeds(copied, "cannot copy the launcher into memory") ||
            !succeeds(call(SYS_fcntl, copy, F_ADD_SEALS, SEALS, 0, 0),
                      "cannot seal the launcher's copy"))
                return -1;
        return copy;
}

/* Whether text begins with what is looked for. */
static bool
begins(const char *text, const char *with)
{
        while (*with != '\0' && *text == *with) {
                text++;
                with++;
        }
        return *with == '\0';
}

/* Whether the new mount calls are to be taken for missing (facilities.c). */
static bool
is_without_mounts(char *const *environment)
{
        const char *names = NULL;
        for (; *environment != NULL && names == NULL; environment++)
                if (begins(*environment, "JRUN_WITHOUT="))
                        names = *environment;
        for (; names != NULL && *names != '\0'; names++)
                if (begins(names, "mount-api") || begins(names, "mount_setattr"))
                        return true;
        return false;
}

/* The file itself, through a mount of its own that is read-only. execve closes the descriptor, and
 * with it the mount leaves its namespace: from then on no mount system call takes it, whoever makes
 * it (mount_setattr(2): EINVAL), while /proc/PID/exe still goes through it. */
static long
read_only_view(void)
{
        /* Not on the stack, which the compiler would protect with what the library sets up. */
        static const struct {
                uint64_t set, clear, propagation, user_namespace;
        } read_only = {.set = ATTRIBUTE_READ_ONLY};
        long view = call(NR_OPEN_TREE, AT_FDCWD, (long)"/proc/self/exe", TREE_CLONE | TREE_CLOEXEC,
                         0, 0);
        if (view < 0)
                return view;
        long result = call(NR_MOUNT_SETATTR, view, (long)"", EMPTY_PATH, (long)&read_only,
                           sizeof(read_only));
        return result < 0 ? result : view;
}

/* Whether this is the second run: of the sealed copy, or of the read-only view, whose root is the
 * file, so that the path of the file is that of a root. */
static bool
is_sealed(long program, long length)
{
        long seals = call(SYS_fcntl, program, F_GET_SEALS, 0, 0, 0);
        return (seals >= 0 && (seals & F_SEAL_WRITE)) || (length == 1 && own_path[0] == '/');
}

/* Returns in the second run, and in the first if there is a failure to be told of. */
static void
seal(char **argv, char **environment)
{
        long program =
                call(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY | O_CLOEXEC, 0, 0);
        if (!succeeds(program, "cannot open /proc/self/exe (is /proc mounted?)"))
                return;
        long length = call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)own_path,
                           sizeof(own_path) - 1, 0);
        if (!succeeds(length, "cannot read /proc/self/exe"))
                return;
        if (is_sealed(program, length)) {
                call(SYS_close, program, 0, 0, 0, 0);
                return;
        }
        long sealed = is_without_mounts(environment) ? -1 : read_only_view();
        if (sealed < 0)
                sealed = sealed_copy(program);
        if (sealed < 0)
                return;
        /* The second run cannot ask /proc/self/exe where it comes from. */
        argv[0] = own_path;
        succeeds(call(SYS_execveat, sealed, (long)"", (long)argv, (long)environment, AT_EMPTY_PATH),
                 "cannot run the sealed launcher");
}

#ifndef AFTER_LIBRARY
/* The stack holds the number of arguments, they, NULL, and the environment. */
void seal_first(long *stack);

__attribute__((used)) void
seal_first(long *stack)
{
        char **argv = (char **)(stack + 1);
        seal(argv, argv + stack[0] + 1);
}
#endif

noreturn void
die(const char *format, ...)
{
        int error = errno;
        char text[1024];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof(text), format, arguments);
        va_end(arguments);
        if (error != 0)
                dprintf(STDERR_FILENO, "jrun: %s: %s\n", text, strerror(error));
        else
                dprintf(STDERR_FILENO, "jrun: %s\n", text);
        exit(EXIT_NOT_SET_UP);
}

const char *
run_sealed(char **argv)
{
#ifdef AFTER_LIBRARY
        seal(argv, environ);
#endif
        if (failed != NULL) {
                errno = failed_with;
                die("%s", failed);
        }
        /* The kernel names a process after the file, which has no name. */
        prctl(PR_SET_NAME, "jrun");
        return argv[0];
}
