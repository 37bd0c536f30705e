/* What a detached container says, in a file of its record: the format in which Kubernetes'
 * container runtimes keep theirs (kubernetes/design-proposals-archive,
 * node/kubelet-cri-logging.md), so that what collects logs there reads ours. */
#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct stream {
        const char *name;
        int fd;                /* that the container writes to */
        int source;            /* that we read from */
        bool is_open, is_torn; /* the last line that is kept in part: may go on, or ends so */
        bool loses;            /* the rest of the line */
} streams[LOG_POLLS] = {{.name = "stdout", .fd = -1, .source = -1},
                        {.name = "stderr", .fd = -1, .source = -1}};

static const struct step *log_step;
static int directory = -1, file = -1, lost_file = -1;
static uint64_t size, lost;

/* The file "lost" of the record: a number, spaces before it. ContainerLog.java reads it. */
enum { LOST_SIZE = 24 };

static bool
open_file(void)
{
        file = openat(directory, "log", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
        size = 0;
        return file >= 0;
}

bool
open_streams(void)
{
        for (int i = 0; i < LOG_POLLS; i++) {
                int ends[2];
                if (streams[i].fd >= 0)
                        continue;
                if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
                        return false;
                streams[i].source = ends[0];
                streams[i].fd = ends[1];
        }
        return true;
}

/* While there is room: to write over it needs none. */
static bool
write_lost(void)
{
        char text[LOST_SIZE + 1];
        snprintf(text, sizeof(text), "%*llu\n", LOST_SIZE - 1, (unsigned long long)lost);
        return lost_file >= 0 && pwrite(lost_file, text, LOST_SIZE, 0) == LOST_SIZE;
}

static bool
open_lost(void)
{
        lost_file = openat(directory, "lost", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           0640);
        return write_lost();
}

uint32_t
keep_log(const struct step *step)
{
        directory = open(step->word.item[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        log_step = step;
        return directory >= 0 && open_lost() && (!is_detached() || open_file()) && open_streams()
                       ? 0
                       : 0 + 1;
}

void
log_begin(void)
{
        /* As when there is no room for it: what cannot be kept is lost. */
        if (log_step != NULL)
                open_file();
}

int
log_descriptor(int stream)
{
        return streams[stream - STDOUT_FILENO].fd;
}

void
log_let_go(void)
{
        for (int i = 0; i < LOG_POLLS; i++)
                if (streams[i].fd >= 0)
                        close(streams[i].fd);
}

/* "log.1" is the newest of the old ones; the oldest goes. A disk that has no room keeps nobody from
 * running: what cannot be kept is lost and counted, and the next line may be kept again. */
static void
rotate(void)
{
        uint64_t files = log_step->number[1];
        char from[32] = "log", to[32];
        for (uint64_t i = files - 1; i > 0; i--) {
                snprintf(from, sizeof(from), i == 1 ? "log" : "log.%llu",
                         (unsigned long long)(i - 1));
                snprintf(to, sizeof(to), "log.%llu", (unsigned long long)i);
                renameat(directory, from, directory, to);
        }
        if (files == 1)
                unlinkat(directory, "log", 0);
        close(file);
        open_file();
}

/* Returns false if it could not be kept. */
static bool
put_part(const struct stream *stream, const char *text, size_t length, char tag)
{
        char line[LOG_LINE + 64];
        struct timespec now;
        struct tm utc;
        clock_gettime(CLOCK_REALTIME, &now);
        gmtime_r(&now.tv_sec, &utc);
        size_t used = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &utc);
        used += (size_t)snprintf(line + used, sizeof(line) - used, ".%09ldZ %s %c ", now.tv_nsec,
                                 stream->name, tag);
        memcpy(line + used, text, length);
        line[used + length] = '\n';
        used += length + 1;
        if (size > 0 && size + used > log_step->number[0])
                rotate();
        ssize_t put = file < 0 ? -1 : write(file, line, used);
        /* Half of it would become one line with the next. */
        if (put >= 0 && (put == (ssize_t)used || ftruncate(file, (off_t)size) < 0))
                size += (uint64_t)put;
        return put == (ssize_t)used;
}

/* When one part of a line is lost, those behind it are, too, and it counts as one. */
static void
write_part(struct stream *stream, const char *text, size_t length, char tag)
{
        bool is_last = tag == 'F';
        if (stream->loses) {
                stream->loses = !is_last;
                return;
        }
        /* Or the next line would go on with what was kept of that one. */
        if (stream->is_torn)
                stream->is_torn = !put_part(stream, "", 0, 'F');
        if (!stream->is_torn && put_part(stream, text, length, tag)) {
                stream->is_open = !is_last;
                return;
        }
        lost++;
        write_lost();
        stream->loses = !is_last;
        stream->is_torn = stream->is_torn || stream->is_open;
        stream->is_open = false;
}

static bool
read_stream(struct stream *stream)
{
        char text[LOG_LINE];
        ssize_t got = read(stream->source, text, sizeof(text));
        const char *at = text, *end = text + (got > 0 ? got : 0);
        /* What a terminal shows they know already. */
        if (got > 0 && !relay_is_on())
                tell_attachers(STDOUT_FILENO + (int)(stream - streams), text, (size_t)got);
        while (at < end && log_step != NULL) {
                const char *newline = memchr(at, '\n', (size_t)(end - at));
                const char *stop = newline == NULL ? end : newline;
                write_part(stream, at, (size_t)(stop - at), newline == NULL ? 'P' : 'F');
                at = newline == NULL ? end : newline + 1;
        }
        return got > 0 || (got < 0 && errno == EINTR);
}

void
log_prepare(struct pollfd polls[LOG_POLLS])
{
        for (int i = 0; i < LOG_POLLS; i++)
                polls[i] = (struct pollfd){.fd = streams[i].source, .events = POLLIN};
}

void
log_move(const struct pollfd polls[LOG_POLLS])
{
        for (int i = 0; i < LOG_POLLS; i++)
                if (polls[i].revents != 0 && !read_stream(&streams[i]) && errno != EAGAIN) {
                        close(streams[i].source);
                        streams[i].source = -1;
                }
}

void
log_rest(void)
{
        for (int i = 0; i < LOG_POLLS; i++)
                while (streams[i].source >= 0 && read_stream(&streams[i]))
                        ;
}
