/* Keys of the kernel, as programs use them.
 *   keyring_probe hold KEY PROGRAM ARGUMENT...   runs it with a key in its session keyring
 *   keyring_probe fill KEY PROGRAM ARGUMENT...   with as many keys there as its user may have
 *   keyring_probe find KEY                       prints "found", or the error's text */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long
add(const char *name)
{
        return syscall(SYS_add_key, "user", name, "secret", 6, KEY_SPEC_SESSION_KEYRING);
}

static int
fail(const char *what)
{
        perror(what);
        return 2;
}

int
main(int argc, char **argv)
{
        if (argc == 3 && strcmp(argv[1], "find") == 0) {
                long key = syscall(SYS_request_key, "user", argv[2], NULL, 0);
                puts(key > 0 ? "found" : strerror(errno));
                return 0;
        }
        if (argc < 4)
                return 2;
        if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 || add(argv[2]) < 0)
                return fail("keyring_probe: its own keyring");
        char name[32];
        for (int i = 0; strcmp(argv[1], "fill") == 0; i++) {
                snprintf(name, sizeof(name), "filling-%d", i);
                if (add(name) < 0 && errno != EDQUOT)
                        return fail("keyring_probe: one key more");
                if (errno == EDQUOT)
                        break;
        }
        execvp(argv[3], argv + 3);
        return fail(argv[3]);
}
