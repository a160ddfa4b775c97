/*
 * What is issued: a result from its draft to the last day it holds, the books that number it, and
 * what the public may ask about it.  Printing is results_print.h, templates are mod/catalogue's.
 *
 * The number is taken on the write lane by result_reserve(), together with everything that the
 * paper will say; making and signing the file run elsewhere and may be done again; result_issue()
 * records the file once.  So a crash between loses no number, and nothing unsigned is in force.
 *
 * Tables:    result, result_number.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND no such result; E_CONFLICT its state does not allow it, or someone was
 *            faster (r->version is what was on screen); E_INVALID a text is missing.
 */
#ifndef MOD_RESULTS_ISSUED_H
#define MOD_RESULTS_ISSUED_H

#include <stdbool.h>

#include "base/ctx.h"
#include "base/date.h"
#include "mod/papers/content_work.h"

enum result_state {
    RESULT_NONE,
    RESULT_DRAFT,       /* being prepared; may have a number already, when signing failed */
    RESULT_SIGNING,     /* number taken, contents fixed; a server makes and signs the file */
    RESULT_IN_FORCE,
    RESULT_REPLACED,    /* a corrected one took its place */
    RESULT_REVOKED,
    RESULT_EXPIRED,
    RESULT_VOID,        /* a number that was given up: it stays in the book with its reason */
    RESULT__COUNT
};
const char *result_state_name(enum result_state s);     /* N_("Có hiệu lực") */
const char *result_state_word(enum result_state s);     /* "in_force": filters, CSV, API */
enum result_state result_state_parse(const char *word); /* RESULT_NONE when unknown */
bool result_is_issued(enum result_state s);             /* a signed file exists */

struct result {
    int64_t id, version;
    const char *token;
    enum result_state state;
    int64_t dossier;
    const char *code, *template, *template_hash, *type, *title;
    const char *holder, *holder_number;
    const char *holder_why;             /* declared: why the number is no party's; "" it is one */
    const char *facts;                  /* JSON object */
    const char *scan;                   /* 64 hex digits; "" none */
    int64_t agency;
    const char *book;
    int64_t year, seq;
    const char *number;
    day issued_on, valid_to;            /* 0: not yet, open */
    int64_t signer;
    const char *signer_name, *signer_title;
    const char *content;                /* 64 hex digits; "": not signed */
    int64_t size;
    const char *signatures;             /* JSON array */
    int64_t replaces, replaced_by;
    const char *reason;                 /* for officers */
    const char *public_reason;          /* of a revocation: the one of the list; "" none */
    int64_t changed_by, changed_at, prepared_by, prepared_at, tries, try_at;
    const char *problem;
};

/* --- finding --- */
int result_get(struct ctx *c, int64_t id, struct result *out);
int result_by_token(struct ctx *c, const char *token, struct result *out);
/* By the SHA-256 (64 hex digits) of a signed file. */
int result_find_by_hash(struct ctx *c, const char *sha256, struct result *out);
/* By what is printed on it; of several (books may print alike) the newest. */
int result_by_number(struct ctx *c, int64_t agency, const char *number, struct result *out);
/* Of a dossier, newest first; those without effect (void) come along. */
int results_of(struct ctx *c, int64_t dossier, struct result **out, size_t *n);
/* In force today, whatever the hourly round has noticed. */
bool result_holds(const struct result *r, day today);

/* --- its life; all in the caller's transaction --- */
/* A new draft (id 0), or what was typed into one that is there.  Sets id, version, token. */
int result_prepare(struct ctx *c, struct result *r);
/* The draft becomes SIGNING: number of the agency's book of that year (kept from an earlier try),
 * day, signer.  `pattern` prints it: "{n}/TLKS-BS", {n} the number, {nn} in two digits at least,
 * {y} the year. */
int result_reserve(struct ctx *c, struct result *r, const char *pattern);
/* Counts what was reserved, from any thread of this process; and whether something is due at all,
 * so cheap that it may be asked every second. */
unsigned result_bell(void);
bool results_are_due(struct ctx *c);
/* What is due to be signed, leased to the caller for `seconds`: at most `max`. */
int results_to_sign(struct ctx *c, int seconds, size_t max, struct result **out, size_t *n);
/* The signed file is durable: in force.  Again with the same content: OK, nothing changes. */
int result_issue(struct ctx *c, struct result *r, const char *content, int64_t size,
                 const char *signatures);
/* It could not be signed: again after a while, or a draft once more (its number stays with it). */
int result_put_off(struct ctx *c, struct result *r, const char *problem, bool give_up);
/* In force -> replaced by `by`, which must be in force; a revoked one only remembers it. */
int result_replace(struct ctx *c, struct result *r, const struct result *by, const char *reason);
/* public_reason: of the list of reasons, for everybody; "" none. */
int result_revoke(struct ctx *c, struct result *r, const char *public_reason, const char *reason);
/* A draft that is not wanted: its row stays (void) with its number, if it took one. */
int result_drop(struct ctx *c, struct result *r, const char *reason);
/* Of a dossier that is destroyed: its file and what it says of a person; the number stays in the
 * book, and the file's SHA-256.  Not of one in force. */
int result_forget(struct ctx *c, int64_t id);
int results_expire(struct ctx *c);      /* what is past its last day; the keeper's round */

/* --- the book (sổ cấp số) --- */
struct book_query {
    int64_t agency, year;
    const char *book;
    enum result_state state;            /* RESULT_NONE: all */
    int64_t from_seq;                   /* keyset: below this number; 0 at first */
    size_t limit;
};
/* Newest number first.  Drafts without a number are in no book. */
int results_book(struct ctx *c, const struct book_query *q, struct result **out, size_t *n);
struct book { const char *id; int64_t year, last; };
/* Newest year first. */
int results_books(struct ctx *c, int64_t agency, struct book **out, size_t *n);

/* --- for walks over everything: contents that rows name --- */
struct result_content { int64_t id, size; const char *content; };
int results_contents_after(struct ctx *c, int64_t after, size_t max, struct result_content **out,
                           size_t *n);
/* What is wrong with the books, a line each: gaps, doubles, numbers beyond the last. */
int results_verify(struct ctx *c, void (*say)(void *to, const char *line), void *to,
                   int64_t *found);

content_names results_names;    /* of contents that results need */

#endif
