/*
 * Everything that reads a foreign file (photos, PDF) runs in `motcua-convert`, a second program in
 * a sandbox: no network, no database, no files, bounded memory and time, one process a job.
 * This is the client's end.  docs/adr/0029, src/convert/README.md.
 *
 * Lifetime:  convert_open() to convert_close(); an answer until convert_answer_release().
 * Threads:   convert_run() from any; `at_once` jobs run, `waiting` more wait in line, in turns by
 *            account (c->account; line.h).  Slow (from
 *            tens of milliseconds to a minute): on a worker or the keeper's thread, never on a
 *            lane.
 * Errors:    a file that is damaged, hostile or too large is an answer (CONVERT_REFUSED), never an
 *            error of the server.
 */
#ifndef CONVERT_CONVERT_H
#define CONVERT_CONVERT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"

enum {
    CONVERT_FILES_MAX = 40,             /* inputs of one job */
    CONVERT_PAGES_MAX = 500,            /* of one document */
};

struct convert;

/* Zero in a field: the default. */
struct convert_options {
    const char *program;                /* NULL: motcua-convert beside us, or in libexec */
    int at_once;                        /* jobs that run at the same time; default 2 */
    int waiting;                        /* jobs in line before CONVERT_FAILED; default 64 */
    int seconds;                        /* of one job by the clock, default 60; READ, PAGES 5 x */
    int64_t memory;                     /* address space of one job; default 1.5 GB */
};

enum convert_op {
    CONVERT_INSPECT,    /* what it is and whether it is fit; one input; no result file */
    CONVERT_TO_PDF,     /* photos and PDFs, in this order -> one clean PDF */
    CONVERT_READ,       /* OCR of pages `page`..`to` of one input -> details */
    CONVERT_PAGES,      /* each page: QR and bar codes, blank or not, skew, size -> details */
    CONVERT_EXTRACT,    /* pages `page`..`to` of one PDF -> a PDF */
    CONVERT_PICTURE,    /* page `page`, `width` pixels wide -> a JPEG, or a PNG when `png` */
    CONVERT__COUNT
};

/* The files are only read, at their own offsets: one fd may be in several jobs. */
struct convert_job {
    enum convert_op op;
    const int *in;                      /* open fds of regular files or memfds; stay the caller's */
    size_t in_n;
    int page, to;                       /* from 1; 0: all of them (PICTURE: the first) */
    int width;                          /* PICTURE: 16-4,000; 0: 1,000 */
    bool png;                           /* PICTURE */
    int turn;                           /* EXTRACT, TO_PDF: clockwise, 0 90 180 270 */
    const char *languages;              /* READ: "vie" or "vie+eng"; NULL: "vie" */
};

enum convert_verdict {
    CONVERT_DONE,
    CONVERT_REFUSED,    /* the file's fault: the same again is refused again */
    CONVERT_FAILED      /* ours (not installed, line full, restarted): try again later */
};

/*
 * `details` by operation; lengths in pixels of the page's picture, skew in degrees:
 *   INSPECT  {"kind":"jpeg|png|heic|pdf","pages":n,"width":w,"height":h,"turned":0-3 quarter turns,
 *             "active":["javascript",...] what TO_PDF will take out of a PDF,
 *             "signed":bool a PDF with a signature, which holds for the original only}
 *   TO_PDF   {"from":[{"kind","pages"}],"pages":[{"bytes":n}]}
 *   READ     {"text":"...","confidence":0-100,"pages":[{"page":n,"width","height","skew","dpi",
 *             "lines":[{"box":[x,y,w,h],"words":[{"text","confidence","box"}]}]}]}
 *   PAGES    {"pages":[{"page":n,"width_mm","height_mm","blank":bool,"skew":d,
 *             "codes":[{"kind":"QR-Code","text":"..."}]}]}
 * A refusal has {"kind":..., "why":"a-word"} for tests and counters.
 */
struct convert_answer {
    enum convert_verdict verdict;
    const char *reason;                 /* N_(): to the person, with advice; "" when done */
    const char *why;                    /* a word for log and counters: "encrypted", "crashed"... */
    int out;                            /* memfd with the result, sealed, at offset 0; or -1 */
    int64_t size;                       /* of it */
    const char *mime;                   /* of the result; INSPECT: of the input */
    int pages;
    json_t *details;                    /* an object; never NULL after convert_run() */
};

/* Starts the program.  NULL: it is not there or does not start, c->err says which; convert_run()
 * takes NULL and answers CONVERT_FAILED, so a site runs without. */
struct convert *convert_open(struct ctx *c, const struct convert_options *o);
void convert_close(struct convert *v);          /* ends what runs; NULL is allowed */
/* What runs or waits answers CONVERT_FAILED soon: before its users are closed.  NULL is allowed. */
void convert_stop(struct convert *v);

/* OK: *out is the answer, whichever it is.  E_INVALID: the job itself is wrong (a bug). */
int convert_run(struct ctx *c, struct convert *v, const struct convert_job *j,
                struct convert_answer *out);
void convert_answer_release(struct convert_answer *answer);     /* the fd and the details */

/* For /metrics, health and the log.  All counts since convert_open(). */
struct convert_stats {
    bool running;                       /* the program is there and answers */
    const char *sandbox;                /* "seccomp landlock netns": what the machine allows */
    int now, in_line, accounts, largest;        /* whose files wait; how many of one account's */
    uint64_t over_share;                /* told "busy" for that */
    uint64_t done[CONVERT__COUNT], refused[CONVERT__COUNT], failed;
    uint64_t crashed, overtime, overmemory, restarts;
    int64_t micros;                     /* of all jobs together */
};
void convert_stats(struct convert *v, struct convert_stats *out);
void convert_metrics(struct convert *v, struct buf *b);         /* Prometheus text */

#endif
