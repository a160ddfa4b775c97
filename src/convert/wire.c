#include "convert/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAGIC = 0x4d433101 };            /* changes with the messages */

void
wire_stamp(uint32_t *magic)
{
    *magic = MAGIC;
}

static bool
ends(const char *s, size_t size)
{
    return memchr(s, '\0', size) != NULL;
}

static bool
language(const char *s)
{
    return strcmp(s, "vie") == 0 || strcmp(s, "vie+eng") == 0;
}

const char *
wire_job_wrong(const void *p, size_t n, struct wire_job *j)
{
    if (n != sizeof *j)
        return "size";
    memcpy(j, p, sizeof *j);
    if (j->magic != MAGIC)
        return "magic";
    if (j->op >= WIRE_OP__COUNT)
        return "op";
    if (j->in_n > CONVERT_FILES_MAX || (j->in_n == 0 && j->op != CONVERT_PROBE) ||
        (j->in_n > 1 && j->op != CONVERT_TO_PDF))
        return "in_n";
    if (j->png > 1)
        return "png";
    if (j->page < 0 || j->page > CONVERT_PAGES_MAX || j->to > CONVERT_PAGES_MAX ||
        (j->to && j->to < j->page) || j->to < 0)
        return "page";
    if (j->width && (j->width < WIRE_WIDTH_MIN || j->width > WIRE_WIDTH_MAX))
        return "width";
    if (j->turn < 0 || j->turn > 270 || j->turn % 90)
        return "turn";
    if (j->seconds < 1 || j->seconds > WIRE_SECONDS_MAX)
        return "seconds";
    if (j->memory < 64 << 20 || j->memory > (int64_t)1 << 40)
        return "memory";
    return ends(j->languages, sizeof j->languages) && language(j->languages) ? NULL : "languages";
}

const char *
wire_end_wrong(const void *p, size_t n, struct wire_end *e)
{
    if (n != sizeof *e)
        return "size";
    memcpy(e, p, sizeof *e);
    if (e->magic != MAGIC)
        return "magic";
    return e->how < WIRE_HOW__COUNT ? NULL : "how";
}

const char *
wire_hello_wrong(const void *p, size_t n, struct wire_hello *h)
{
    if (n != sizeof *h)
        return "size";
    memcpy(h, p, sizeof *h);
    if (h->magic != MAGIC)
        return "magic";
    return ends(h->sandbox, sizeof h->sandbox) ? NULL : "sandbox";
}

struct wire_job
wire_job_of(const struct convert_job *j, int seconds, int64_t memory)
{
    const char *languages = j->languages ? j->languages : "vie";
    struct wire_job w = {.magic = MAGIC, .op = j->op, .in_n = (uint32_t)j->in_n, .png = j->png,
                         .page = j->page, .to = j->to, .width = j->width, .turn = j->turn,
                         .seconds = seconds,
                         .memory = memory};
    size_t n = strlen(languages);

    if (j->in_n > CONVERT_FILES_MAX)
        w.in_n = CONVERT_FILES_MAX + 1;         /* which is refused, however many there are */
    if (n < sizeof w.languages)
        memcpy(w.languages, languages, n);
    return w;
}

/* --- the answer that the child wrote ------------------------------------------------------ */

/* A type is served to browsers later on: only what this program makes. */
static const char *
mime_known(const char *s)
{
    static const char *const KNOWN[] = {"application/pdf", "image/jpeg", "image/png", "image/heic"};

    for (size_t i = 0; s && i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strcmp(KNOWN[i], s) == 0)
            return KNOWN[i];
    return "";
}

bool
wire_answer(const char *text, size_t n, struct convert_answer *out)
{
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL), *details;
    const char *why = json_string_value(json_object_get(root, "why"));
    json_int_t pages = json_integer_value(json_object_get(root, "pages"));
    const struct convert_reason *r;

    details = json_object_get(root, "details");
    if (!why || !json_is_object(details) || pages < 0 || pages > CONVERT_PAGES_MAX) {
        json_decref(root);
        return false;
    }
    r = convert_reason(why);
    out->verdict = r->verdict;
    out->why = r->why;
    out->reason = r->say;
    out->pages = (int)pages;
    out->mime = mime_known(json_string_value(json_object_get(root, "mime")));
    out->details = json_incref(details);
    json_decref(root);
    return true;
}

/* --- messages with descriptors -------------------------------------------------------------- */

union control {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
};

bool
wire_send(int fd, const void *p, size_t n, const int *fds, size_t fds_n)
{
    struct iovec v = {.iov_base = (void *)p, .iov_len = n};
    union control u = {0};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    ssize_t sent;

    if (fds_n > 0) {
        m.msg_control = &u;
        m.msg_controllen = CMSG_SPACE(sizeof(int) * fds_n);
        u.head.cmsg_level = SOL_SOCKET;
        u.head.cmsg_type = SCM_RIGHTS;
        u.head.cmsg_len = CMSG_LEN(sizeof(int) * fds_n);
        memcpy(CMSG_DATA(&u.head), fds, sizeof(int) * fds_n);
    }
    do
        sent = sendmsg(fd, &m, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)n;
}

static void
take_fds(struct msghdr *m, int *fds, size_t *fds_n)
{
    size_t room = *fds_n;

    *fds_n = 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < (h->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int got;

            memcpy(&got, CMSG_DATA(h) + i * sizeof got, sizeof got);
            if (*fds_n < room)
                fds[(*fds_n)++] = got;
            else
                close(got);
        }
    }
}

ssize_t
wire_receive(int fd, void *p, size_t n, int *fds, size_t *fds_n)
{
    struct iovec v = {.iov_base = p, .iov_len = n};
    union control u = {0};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = &u,
                       .msg_controllen = sizeof u.room};
    size_t none = 0;
    ssize_t got;

    do
        got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    take_fds(&m, fds, fds_n ? fds_n : &none);
    if (got < 0 && errno != EAGAIN)
        return 0;
    return got > 0 && (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ? -1 : got;
}
