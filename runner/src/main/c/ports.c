/* Ports of the host that a container has: nobody else can have them while it runs. */
#define _GNU_SOURCE
#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Word: address. Numbers: type of socket, port, whether to hold it until we end; otherwise it is
 * somebody else's next, who can take it while connections of before are still being forgotten. */
uint32_t
reserve_port(const struct step *step, pid_t unused)
{
        struct sockaddr_in four = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)step->number[1])};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6,
                                   .sin6_port = htons((uint16_t)step->number[1])};
        bool is_four = inet_pton(AF_INET, step->word.item[0], &four.sin_addr) == 1;
        const int on = 1;
        if (!is_four && inet_pton(AF_INET6, step->word.item[0], &six.sin6_addr) != 1) {
                errno = EINVAL;
                return 1;
        }
        int fd = socket(is_four ? AF_INET : AF_INET6, (int)step->number[0] | SOCK_CLOEXEC, 0);
        if (fd < 0 || (!is_four && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0))
                return 1;
        const struct sockaddr *address =
                is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six;
        bool held = step->number[2] != 0;
        if (!held && step->number[0] == SOCK_STREAM &&
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
                return 1;
        bool bound = bind(fd, address, is_four ? sizeof(four) : sizeof(six)) == 0;
        if (!bound || !held)
                close_quietly(fd);
        return bound ? 0 : 1;
}
