/* Requests to the kernel's network code, made elsewhere: sent as they are, and waited for. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 30 };
enum { SMALL = 64 << 10 }; /* goes into every socket */

/* How many of the messages want an answer. */
static unsigned
count_wanted(const unsigned char *request, size_t size)
{
        unsigned wanted = 0;
        struct nlmsghdr header;
        for (size_t at = 0; at + sizeof(header) <= size; at += NLMSG_ALIGN(header.nlmsg_len)) {
                memcpy(&header, request + at, sizeof(header));
                if (header.nlmsg_len < sizeof(header))
                        break;
                wanted += (header.nlmsg_flags & NLM_F_ACK) != 0;
        }
        return wanted;
}

/* Returns false with errno if one of the answers is an error, or none comes. */
static bool
await_answers(int socket, unsigned wanted)
{
        union {
                struct nlmsghdr header;
                char bytes[16384];
        } answer;
        while (wanted > 0) {
                ssize_t got = recv(socket, &answer, sizeof(answer), 0);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return false;
                size_t left = (size_t)got;
                for (const struct nlmsghdr *at = &answer.header; NLMSG_OK(at, left);
                     at = NLMSG_NEXT(at, left)) {
                        if (at->nlmsg_type != NLMSG_ERROR)
                                continue;
                        errno = -((const struct nlmsgerr *)NLMSG_DATA(at))->error;
                        if (errno != 0)
                                return false;
                        wanted -= wanted > 0;
                }
        }
        return true;
}

int
open_netlink(uint32_t protocol)
{
        struct timeval patience = {.tv_sec = ANSWER_SECONDS};
        struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
        int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, (int)protocol);
        if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
                        connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)) {
                close_quietly(fd);
                return -1;
        }
        return fd;
}

bool
send_netlink(uint32_t protocol, const unsigned char *request, size_t size, uint32_t passed_over)
{
        int fd = open_netlink(protocol);
        if (fd < 0)
                return false;
        const int room = MAX_NETLINK; /* a request is one datagram */
        bool sent = (size <= SMALL ||
                     setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) == 0) &&
                    send(fd, request, size, 0) == (ssize_t)size &&
                    await_answers(fd, count_wanted(request, size));
        close_quietly(fd);
        return sent || (uint32_t)errno == passed_over;
}

/* The numbers of a step: protocol, errno that is no failure or 0, place of the new process's number
 * or 0, bytes, and those in eights. */
bool
send_netlink_of(const struct step *step, pid_t pid)
{
        static unsigned char request[MAX_NETLINK];
        size_t place = step->number[2], size = step->number[3];
        int32_t number = pid;
        if (size > sizeof(request) || (size + 7) / 8 != step->number_count - 4 ||
            (place > 0 && place + sizeof(number) > size)) {
                errno = EMSGSIZE;
                return false;
        }
        for (size_t i = 0; i < size; i++)
                request[i] = (unsigned char)(step->number[4 + i / 8] >> (i % 8 * 8));
        if (place > 0)
                memcpy(request + place, &number, sizeof(number));
        return send_netlink((uint32_t)step->number[0], request, size, (uint32_t)step->number[1]);
}
