/* Ports of the host that a container has: nobody else can have them while it runs. One that the
 * user has left to us is found while the plan is made, and held from then on. */
#define _GNU_SOURCE
#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_ADDRESSES = 2 }; /* of one port: 0.0.0.0 and :: */
enum { MOST_FOUND = 512 };   /* ports of one container (PublishedPort.java), at both */
enum { ATTEMPTS = 100 };     /* to find a port that is free at both */

/* What has been found; those that are not kept somebody else takes while we have them. */
static struct found {
        int fd, type, port;
        bool kept;
        char address[INET6_ADDRSTRLEN];
} found[MOST_FOUND];
static size_t found_count;
static int questions = -1, answers = -1;

static bool
set_option(int fd, int level, int option)
{
        const int on = 1;
        return setsockopt(fd, level, option, &on, sizeof(on)) == 0;
}

/* Returns a socket, or -1 with errno. Port 0 is any; shared is a TCP port that was somebody's whose
 * connections are still being forgotten. */
static int
bind_port(const char *address, int type, int port, bool shared)
{
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
        if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1) {
                errno = EINVAL;
                return -1;
        }
        int fd = socket(is_four ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);
        const struct sockaddr *name = is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six;
        if (fd < 0 || ((is_four || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
                       (!shared || set_option(fd, SOL_SOCKET, SO_REUSEADDR)) &&
                       bind(fd, name, is_four ? sizeof(four) : sizeof(six)) == 0))
                return fd;
        close_quietly(fd);
        return -1;
}

static int
port_of(int fd)
{
        union {
                struct sockaddr_in four;
                struct sockaddr_in6 six; /* its port is in the same place */
        } name = {0};
        socklen_t size = sizeof(name);
        return getsockname(fd, (struct sockaddr *)&name, &size) == 0 ? ntohs(name.four.sin_port)
                                                                     : -1;
}

/* One attempt. Whoever takes a port while we have it says SO_REUSEADDR, too, as pasta does; were
 * that set before, the kernel could choose a UDP port that another has so (net/ipv4/udp.c,
 * udp_lib_lport_inuse). */
static int
find_port_once(int type, bool kept, char address[][INET6_ADDRSTRLEN], size_t count)
{
        int port = 0;
        size_t before = found_count;
        for (size_t i = 0; i < count; i++) {
                int fd = bind_port(address[i], type, port, false);
                if (fd >= 0) {
                        struct found *one = &found[found_count++];
                        *one = (struct found){.fd = fd, .type = type, .kept = kept};
                        memcpy(one->address, address[i], sizeof(one->address));
                        one->port = port = port_of(fd);
                }
                if (fd < 0 || port < 0 || (!kept && !set_option(fd, SOL_SOCKET, SO_REUSEADDR))) {
                        while (found_count > before)
                                close_quietly(found[--found_count].fd);
                        return -1;
                }
        }
        return port;
}

/* Type of socket, whether the port is kept until we end, one or two addresses. Returns the port, or
 * errno below 0. */
static int
find_port(const char *question)
{
        char address[MOST_ADDRESSES][INET6_ADDRSTRLEN] = {{0}};
        int type, kept, port = -1;
        int read = sscanf(question, "%d %d %45s %45s", &type, &kept, address[0], address[1]);
        if (read < 3)
                return -EINVAL;
        size_t count = (size_t)read - 2;
        if (found_count + count > MOST_FOUND)
                return -ENOSPC;
        errno = EADDRINUSE;
        for (int i = 0; i < ATTEMPTS && port < 0 && errno == EADDRINUSE; i++)
                port = find_port_once(type, kept != 0, address, count);
        return port < 0 ? -errno : port;
}

bool
open_questions(int compilers[2])
{
        int there[2], back[2];
        if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
                return false;
        questions = there[0];
        compilers[1] = there[1];
        compilers[0] = back[0];
        answers = back[1];
        return true;
}

int
questions_descriptor(void)
{
        return questions;
}

/* A question is one write, and the next comes after the answer. */
void
answer_question(void)
{
        char question[128];
        ssize_t size = read(questions, question, sizeof(question) - 1);
        if (size <= 0) {
                close_questions();
                return;
        }
        question[size] = '\0';
        dprintf(answers, "%d\n", find_port(question));
}

void
close_questions(void)
{
        if (questions >= 0) {
                close_quietly(questions);
                close_quietly(answers);
        }
        questions = answers = -1;
}

void
let_go_of_ports(bool all)
{
        for (size_t i = 0; i < found_count; i++)
                if (found[i].fd >= 0 && (all || !found[i].kept)) {
                        close_quietly(found[i].fd);
                        found[i].fd = -1;
                }
}

static bool
is_found(int type, int port, const char *address)
{
        for (size_t i = 0; i < found_count; i++)
                if (found[i].type == type && found[i].port == port &&
                    strcmp(found[i].address, address) == 0)
                        return true;
        return false;
}

/* Word: address. Numbers: type of socket, port, whether to hold it until we end; otherwise it is
 * somebody else's next, who can take it while connections of before are still being forgotten. */
uint32_t
reserve_port(const struct step *step, pid_t unused)
{
        int type = (int)step->number[0], port = (int)step->number[1];
        bool held = step->number[2] != 0;
        if (is_found(type, port, step->word.item[0]))
                return 0;
        int fd = bind_port(step->word.item[0], type, port, !held && type == SOCK_STREAM);
        if (fd >= 0 && !held)
                close(fd);
        return fd >= 0 ? 0 : 1;
}
