/* Exchanges two names again and again until it is killed: exchange A B */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

int
main(int count, char **words)
{
        if (count != 3)
                return 2;
        while (renameat2(AT_FDCWD, words[1], AT_FDCWD, words[2], RENAME_EXCHANGE) == 0)
                ;
        perror("exchange");
        return 1;
}
