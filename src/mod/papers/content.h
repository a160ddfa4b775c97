/*
 * What becomes of a content after it arrived: one row a content (SHA-256), whoever handed it in and
 * how often.  It is scanned for viruses, inspected, and photos of one paper become one PDF.  The
 * slow part runs off the lanes (site/intake.c); here are the rows, the queue and the one function
 * that says whether a content may be shown.
 *
 * Tables:    content, paper_document.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND no such content; E_SYS.
 */
#ifndef MOD_PAPERS_CONTENT_H
#define MOD_PAPERS_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

enum content_state { CONTENT_ARRIVED, CONTENT_INSPECTED, CONTENT_CONVERTED, CONTENT_REFUSED,
                     CONTENT_STATE__COUNT };
enum content_scan { CONTENT_PENDING, CONTENT_CLEAN, CONTENT_INFECTED, CONTENT_UNSCANNED,
                    CONTENT_SCAN__COUNT };
/* For the administrator's lists: refused is the file's fault, failed is ours. */
enum content_trouble { TROUBLE_NONE, TROUBLE_INFECTED, TROUBLE_REFUSED, TROUBLE_FAILED };

struct content {
    const char *sha256;         /* 64 hex digits; "" there is no such row */
    int64_t size;
    const char *mime;
    bool made;                  /* here, of others: a PDF of photos, a picture of a page */
    enum content_state state;
    enum content_scan scan;
    enum content_trouble trouble;
    int pages;                  /* 0: not known */
    const char *pdf, *picture;  /* hex names of what was made of it; "" none */
    const char *reason;         /* of a refusal: a translatable sentence with advice */
    const char *finding;        /* the scanner's name of it: for officers, never for citizens */
    int64_t signatures;         /* number of the scanner's database; 0: never scanned */
    int tries;
    int64_t due_at, arrived_at, scanned_at;     /* due_at 0: nothing is to be done */
    int64_t account;            /* who handed it in first: of what is claimed from the queue only */
};

const char *content_state_word(enum content_state s);   /* "arrived" */
const char *content_scan_word(enum content_scan s);     /* "pending" */

bool content_settled(const struct content *k);  /* nothing more will be found out by itself soon */
bool content_again(const struct content *k);    /* the paper must be handed in again */

/* --- rows --- */

/* A content that is in the store gets its row, to be looked at; one that is known keeps its own.
 * Queued: costs no round trip.  In the transaction that names the content. */
int content_put(struct ctx *c, const char *sha256, int64_t size, const char *mime);
/* What the program itself made (a PDF it issued, a picture): clean until new signatures look. */
int content_put_made(struct ctx *c, const char *sha256, int64_t size, const char *mime, int pages);
int content_get(struct ctx *c, const char *sha256, struct content *out);

/* --- may it be shown --- */

enum content_reader { READER_OWNER /* who handed it in */, READER_OFFICER, READER_PROGRAM };
/* NULL: yes.  Else why not: a translatable sentence.  Every file route, print, export and API asks
 * here.  `required`: the setting scan-required. */
const char *content_servable(const struct content *k, enum content_reader who, bool required);
/* The same as an rc with the site's setting: OK, or E_DENIED with that sentence. */
int content_may_serve(struct ctx *c, const struct content *k, enum content_reader who);
/* Replies with what was made of a content that may be shown (a PDF, a picture), inline: it has been
 * scanned by itself since, and may be infected now. */
int content_send_made(struct ctx *c, const char *sha256, const char *mime, const char *name,
                      enum content_reader who);

/* --- documents: the photos of one paper and round as one PDF --- */

enum document_state { DOCUMENT_WAITING, DOCUMENT_MADE, DOCUMENT_REFUSED };
struct paper_document {
    const char *paper;
    int round;
    enum document_state state;
    const char *sha256;         /* of the PDF; "" none */
    int pages;
    const char *picture;        /* of its first page; "" none */
    const char *reason;
};
int content_documents(struct ctx *c, int64_t owner, struct paper_document **out, size_t *n);
/* One that is made, when each of the files it was made of may be shown.  E_NOTFOUND, E_DENIED. */
int content_document(struct ctx *c, int64_t owner, const char *paper, int round,
                     enum content_reader who, struct paper_document *out);

#endif
