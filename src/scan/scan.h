/*
 * The client of clamd, the virus scanner: a file is streamed to it (INSTREAM) and its line read.
 *
 * Threads:   any; each call has a connection of its own.  Slow: never on a lane.
 * Errors:    none: a scanner that is away, slow or talks nonsense is SCAN_FAILED with a detail for
 *            the log.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scan_verdict {
    SCAN_CLEAN,
    SCAN_INFECTED,      /* name: what it calls it */
    SCAN_TOO_LARGE,     /* beyond its StreamMaxLength */
    SCAN_FAILED         /* away, too slow, or not understood */
};

struct scan_answer {
    enum scan_verdict verdict;
    char name[96];      /* of a finding: printable ASCII */
    char detail[160];   /* for the log */
};

struct scan_options {
    const char *address;        /* "/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310" */
    int wait_millis;            /* for each piece and for the connection; 0: 10 seconds */
    int total_millis;           /* for a file, its answer included; 0: 60 seconds */
    const atomic_bool *stop;    /* true: whatever is waited for is over; may be NULL */
};

/* NULL, or what is wrong with the address: a sentence in English without the key's name. */
const char *scan_address_fault(const char *address);

/* The file from its beginning to its end, without moving its offset. */
void scan_file(const struct scan_options *o, int fd, struct scan_answer *out);
bool scan_ping(const struct scan_options *o);
/* The number of its signature database, at least 1; 0: it does not answer.  `text` (may be NULL)
 * gets the whole line. */
int64_t scan_signatures(const struct scan_options *o, char *text, size_t size);

/* --- pure: what a line means (without its NUL) --- */
void scan_answer_read(const char *line, size_t n, struct scan_answer *out);
int64_t scan_version_read(const char *line, size_t n);

#endif
