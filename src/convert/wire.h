/*
 * What the server and `motcua-convert` say to each other, over a unix socket of whole messages
 * (SOCK_SEQPACKET).  Both are built together, so messages are plain structs; each end still checks
 * every field of what it hears.  A peer that says something wrong loses its connection.
 *
 *   server -> converter   struct wire_job with descriptors: the job's own socket, the answer's
 *                         memfd, the result's memfd, then the inputs
 *   converter -> server   struct wire_hello once; then, on a job's own socket, struct wire_end.
 *                         The child that did the work has no socket: it writes JSON into the
 *                         answer's memfd, which wire_answer() reads as what a stranger wrote.
 *
 * tests/fuzz/fuzz_convert.c throws bytes at all of it.
 */
#ifndef CONVERT_WIRE_H
#define CONVERT_WIRE_H

#include "convert/convert.h"

enum {
    WIRE_SOCKET = 3,                    /* the descriptor that the converter finds its server at */
    WIRE_OWN_FDS = 3,
    WIRE_FDS_MAX = WIRE_OWN_FDS + CONVERT_FILES_MAX,
    WIRE_WIDTH_MIN = 16,
    WIRE_WIDTH_MAX = 4000,
    WIRE_SECONDS_MAX = 3600,
    WIRE_ANSWER_MAX = 16 << 20,         /* bytes of JSON */
    WIRE_OUT_MAX = 256 << 20,           /* bytes of a result */
    WIRE_IN_MAX = 512 << 20,            /* bytes of an input */
};

/* CONVERT_PROBE is not in convert.h: the child says what its sandbox lets it do. */
enum { CONVERT_PROBE = CONVERT__COUNT, WIRE_OP__COUNT };

struct wire_job {
    uint32_t magic, op, in_n, png;
    int32_t page, to, width, turn, seconds;
    int64_t memory;
    char languages[16];                 /* NUL-terminated */
};

/* How the child ended. */
enum wire_how { WIRE_EXITED, WIRE_CRASHED, WIRE_OVERTIME, WIRE_OVERMEMORY, WIRE_HOW__COUNT };

struct wire_end {
    uint32_t magic, how;
    int32_t detail;                     /* exit status or signal */
    int32_t peak_kb;
    int64_t cpu_micros;
};

struct wire_hello {
    uint32_t magic;
    char sandbox[60];                   /* NUL-terminated words */
};

/* Both ends: NULL, or which field is wrong. */
const char *wire_job_wrong(const void *p, size_t n, struct wire_job *out);
const char *wire_end_wrong(const void *p, size_t n, struct wire_end *out);
const char *wire_hello_wrong(const void *p, size_t n, struct wire_hello *out);

struct wire_job wire_job_of(const struct convert_job *j, int seconds, int64_t memory);
void wire_stamp(uint32_t *magic);

/* What the child wrote: false when it is no answer. *out keeps its `out` descriptor. */
bool wire_answer(const char *text, size_t n, struct convert_answer *out);

/* A whole message with descriptors: false when the peer is gone. */
bool wire_send(int fd, const void *p, size_t n, const int *fds, size_t fds_n);
/* Bytes (0: the peer is gone; -1: no message yet, or one that is too long); `fds` are the
 * receiver's, closed when there are more than fit. */
ssize_t wire_receive(int fd, void *p, size_t n, int *fds, size_t *fds_n);

/* --- reasons: one table of words, verdicts and sentences (reasons.c) --- */
struct convert_reason {
    const char *why;
    enum convert_verdict verdict;
    const char *say;
};
/* Never NULL: an unknown word is "damaged". */
const struct convert_reason *convert_reason(const char *why);

#endif
