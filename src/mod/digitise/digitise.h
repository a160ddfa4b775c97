/*
 * The digitisation desk: scans come as batches (sent by a browser, or taken from a scanner's
 * folder), are cut into documents by separator sheets and receipts, indexed by an officer with
 * proposals of the machine's reading, and attached to dossiers; old registers are keyed twice and
 * sampled.  What was proposed, confirmed, by whom and when is kept.
 *
 * Tables:    scan_batch, scan_file, scan_page, scan_document, scan_field, digitise_target.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there or not of a reached unit; E_CONFLICT somebody was faster (the
 *            batch's version on screen is old) or not possible in this state; E_INVALID a field.
 * Source:    NĐ 107/2021/NĐ-CP and NĐ 118/2025/NĐ-CP (digitise at reception), QĐ 468/QĐ-TTg.
 */
#ifndef MOD_DIGITISE_DIGITISE_H
#define MOD_DIGITISE_DIGITISE_H

#include "base/ctx.h"
#include "http/params.h"
#include "mod/papers/content_work.h"
#include "mod/papers/papers.h"

/* The numbers of all enums are stored. */
enum scan_state {
    SCAN_WAITING = 1,       /* to be cut into documents by the machine */
    SCAN_OPEN,              /* an officer's turn */
    SCAN_CLOSED,            /* every document is finished */
    SCAN_REFUSED,           /* a file could not be read: `reason` */
    SCAN_SENT_BACK          /* the sample failed: its documents are keyed anew */
};
enum scan_page_state { PAGE_KEPT = 1, PAGE_BLANK, PAGE_DROPPED, PAGE_SHEET };
enum scan_document_state {
    DOCUMENT_PLACELESS = 1, /* an officer chooses dossier and paper */
    DOCUMENT_INDEX,         /* fields are to be confirmed, or keyed first */
    DOCUMENT_SECOND,        /* double keying: to be keyed by another officer */
    DOCUMENT_DIFFERS,       /* both differ: a third decides */
    DOCUMENT_DONE,          /* attached, or entered as verified */
    DOCUMENT_DROPPED
};
enum scan_sample { SAMPLE_NOT, SAMPLE_DRAWN, SAMPLE_GOOD, SAMPLE_WRONG };
enum scan_source { SCAN_SENT = 1, SCAN_FOLDER };

enum {
    SCAN_FILES_MAX = 200,       /* a batch */
    SCAN_PAGES_MAX = 600,
    SCAN_FIELDS_MAX = 24,       /* a document */
    SCAN_CODE = 8,              /* letters of a batch's code */
    SCAN_TRIES = 5              /* of cutting a batch, when it is our fault */
};

struct scan_batch {
    int64_t id, unit, seed, version, created_by, created_at, split_at, closed_at;
    const char *code, *type, *title, *reason;
    enum scan_source source;
    enum scan_state state;
    int keyings, share, every, files, pages, documents, unfinished, tries;
};

struct scan_file { int seq, pages; const char *name, *mime, *sha256; int64_t size; };

struct scan_page {
    int page, file, at, document, place, turn, ink;
    enum scan_page_state state;
    const char *code, *picture; /* picture: 64 hex digits; "" none */
};

struct scan_document {
    int64_t batch, dossier, first_by, first_at, second_by, second_at, decided_by, decided_at;
    int64_t attached_by, attached_at, size, sampled_by, sampled_at;
    const char *code, *paper, *type, *content;
    int seq, file, was_read, wrong;
    enum scan_document_state state;
    enum paper_form form;
    enum scan_sample sample;
    bool is_signed;
};

struct scan_field {
    const char *field, *proposal, *first, *second, *value;
    int confidence;             /* 0..100 */
};

content_names digitise_names;   /* of contents that batches need */
/* --- batches --- */
/* Fills id, code, unit (c->session's home), seed and state of *b, which has type, title, source,
 * keyings, share and every.  The files are in the store. */
int digitise_add(struct ctx *c, struct scan_batch *b, const struct upload *u, size_t n);
bool digitise_known(struct ctx *c, const char *code);            /* whosever it is */
int digitise_get(struct ctx *c, const char *code, struct scan_batch *out);      /* by reach */
enum { SCAN_LIST = 25 };
int digitise_list(struct ctx *c, int state, int64_t before, struct scan_batch **out, size_t *n);
int digitise_files(struct ctx *c, const struct scan_batch *b, struct scan_file **out, size_t *n);
/* In the order of documents and places; document -1: all of the batch. */
int digitise_pages(struct ctx *c, const struct scan_batch *b, int document, struct scan_page **out,
                   size_t *n);
int digitise_page(struct ctx *c, const struct scan_batch *b, int page, struct scan_page *out);
int digitise_documents(struct ctx *c, const struct scan_batch *b, struct scan_document **out,
                       size_t *n);
int digitise_document(struct ctx *c, const struct scan_batch *b, int seq,
                      struct scan_document *out);

/* --- before a document is finished: its pages, its dossier and paper --- */
enum page_edit { PAGE_LEFT, PAGE_RIGHT, PAGE_UP, PAGE_DOWN, PAGE_OUT, PAGE_BACK, PAGE_SPLIT,
                 PAGE_TO, PAGE_EDIT__COUNT };
extern const char *const PAGE_EDITS[];          /* words of forms, up to NULL */
/* version: of the batch on screen.  to: the document, for PAGE_TO. */
int digitise_edit(struct ctx *c, const struct scan_batch *b, int64_t version, int page,
                  enum page_edit how, int to);
/* E_NOTFOUND: no dossier of that code in the officer's reach, or no such paper ("": not chosen
 * yet, DIGITISE_RESULT its result). */
#define DIGITISE_RESULT "ket-qua"
int digitise_place(struct ctx *c, const struct scan_batch *b, int64_t version,
                   struct scan_document *d, const char *code, const char *paper,
                   enum paper_form form);
int digitise_drop(struct ctx *c, const struct scan_batch *b, int64_t version,
                  struct scan_document *d);

/* Of a dossier that is destroyed: copies, pages, what was keyed; and scanned files of which no page
 * is another's. */
int digitise_forget(struct ctx *c, int64_t dossier);

/* --- what a document says, and its end --- */
int digitise_values(struct ctx *c, const struct scan_document *d, struct scan_field **out,
                    size_t *n);
/* The digital copy of its kept pages in their order: a PDF in the store, signed with the officer's
 * key when there is one.  Slow: in a row's prepare step. */
struct digital_copy { struct upload file; int pages; bool is_signed; int64_t version; };
int digitise_make(struct ctx *c, const struct scan_batch *b, const struct scan_document *d,
                  struct digital_copy *out);
/* What an officer typed, by field; attach: the document is finished with this copy (NULL: not yet).
 * Registers: first or second keying, or the decision, whichever is due; E_CONFLICT when it was this
 * officer's before. */
struct keyed { const char *field, *value; };
int digitise_key(struct ctx *c, const struct scan_batch *b, int64_t version,
                 struct scan_document *d, const struct keyed *v, size_t n,
                 const struct digital_copy *copy);
/* What the next keying of a register's document is, and whether c->account may do it. */
enum keying { KEYING_FIRST, KEYING_SECOND, KEYING_DECIDE };
enum keying digitise_keying(const struct scan_document *d);
bool digitise_may_key(const struct ctx *c, const struct scan_document *d);

#endif
