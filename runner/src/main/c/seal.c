/* The program file must not be reachable from a container, where /proc/PID/exe of the launcher's
 * child leads to it until execve (CVE-2019-5736). So the launcher copies itself into a memfd, seals
 * that against writing and runs from there. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* Linux 6.3; older kernels say EINVAL and need no asking */
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

static bool
is_sealed(int program)
{
        int seals = fcntl(program, F_GET_SEALS);
        return seals >= 0 && (seals & F_SEAL_WRITE);
}

static int
sealed_copy(int program)
{
        int copy = memfd_create("jrun", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        if (copy < 0 && errno == EINVAL)
                copy = memfd_create("jrun", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (copy < 0)
                die("cannot create the memory file to run from");
        ssize_t copied;
        do
                copied = sendfile(copy, program, NULL, 1 << 30);
        while (copied > 0);
        if (copied < 0 ||
            fcntl(copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
                die("cannot copy the launcher into memory");
        return copy;
}

const char *
run_sealed(char **argv)
{
        static char path[PATH_MAX];
        int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        if (program < 0)
                die("cannot open /proc/self/exe (is /proc mounted?)");
        if (is_sealed(program)) {
                close(program);
                /* The kernel names a process after the file, which has no name. */
                prctl(PR_SET_NAME, "jrun");
                return argv[0];
        }
        ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
        if (length <= 0)
                die("cannot read /proc/self/exe");
        path[length] = '\0';
        /* The copy cannot ask /proc/self/exe where it comes from. */
        argv[0] = path;
        fexecve(sealed_copy(program), argv, environ);
        die("cannot run the launcher from memory");
}
