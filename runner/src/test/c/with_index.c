/* with_index INDEX DIRECTORY DEVICE... -- COMMAND...: runs a command with the EROFS mounted there,
 * in a mount namespace of its own. mount(8) would make loop devices of the files. */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

int
main(int count, char **argument)
{
        char options[4096] = "";
        int at = 3;
        for (; at < count && strcmp(argument[at], "--") != 0; at++) {
                size_t used = strlen(options);
                snprintf(options + used, sizeof(options) - used, "%sdevice=%s", used > 0 ? "," : "",
                         argument[at]);
        }
        if (at + 1 >= count)
                errx(2, "no command");
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                err(2, "mount namespace");
        if (mount(argument[1], argument[2], "erofs", MS_RDONLY, options) < 0)
                err(2, "mount %s with %s", argument[1], options);
        execvp(argument[at + 1], argument + at + 1);
        err(2, "%s", argument[at + 1]);
}
