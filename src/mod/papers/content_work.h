/*
 * The queue of contents and documents, for the keeper: what is due is claimed on the lane, worked
 * on elsewhere, and its result recorded on the lane.  A claim ends by itself, so who dies loses
 * nothing; several servers claim from one queue.
 *
 * Lifetime:  texts live in the arena of the context that took them.
 */
#ifndef MOD_PAPERS_CONTENT_WORK_H
#define MOD_PAPERS_CONTENT_WORK_H

#include "mod/papers/content.h"
#include "mod/papers/papers.h"

enum { CONTENT_TRIES = 6, CLAIM_SECONDS = 600 };

/* Counts what was put, from any thread: who hears a change looks at once. */
unsigned content_bell(void);
/* Something is due: so cheap that it may be asked every second on a read-only connection. */
bool content_is_due(struct ctx *c);

/* --- contents: scan, inspect, picture --- */

/* At most `limit` that are due, claimed: one of each account in turn (who handed it in first), so
 * that nobody's thousand files hold up another's one.  Of an account's own every other call takes
 * the newest, so that a long queue does not hide what arrives now. */
int content_take(struct ctx *c, int limit, struct content **out, size_t *n);

struct content_made { const char *sha256, *mime; int64_t size; int pages; };     /* NULL: none */
struct content_result {
    struct content k;           /* as it is now: state, scan, pages, reason, finding, signatures */
    struct content_made pdf, picture;
    bool again;                 /* ours failed: later once more, or it is given up */
};
int content_record(struct ctx *c, const struct content_result *r);

/* --- documents: photos of one paper and round --- */

struct document_job {
    int64_t owner;
    const char *paper;
    int round, tries;
    const struct paper_file *files;     /* in order, none replaced */
    size_t n;
};
/* Those whose files are all inspected, in turn by account; the others are settled or put off
 * here. */
int content_take_documents(struct ctx *c, int limit, bool required, struct document_job *out,
                           size_t *n);
struct document_result {
    enum document_state state;
    struct content_made pdf, picture;
    const char *reason;
    bool again;
};
/* What changed meanwhile is made once more. */
int content_record_document(struct ctx *c, const struct document_job *j,
                            const struct document_result *r);

/* --- again --- */

/* Contents and documents that were given up are due once more; how many. */
int content_retry(struct ctx *c);
int content_retry_one(struct ctx *c, const char *sha256);
/* One piece of a walk over all contents: those unscanned, and those that an older database found
 * clean and that arrived since `since`, handed in or made here; only sha256 of them.  *after: where
 * it stands, "" at the beginning and at the end. */
int content_stale(struct ctx *c, int64_t signatures, int64_t since, const char **after,
                  struct content **out, size_t *n);
int content_rescan(struct ctx *c, const char *sha256);      /* it is due, unless it is already */

/* --- figures and lists --- */

struct content_figures {
    int64_t waiting, documents;         /* due, up to CONTENT_COUNT_MAX */
    int64_t accounts, largest;          /* whose those contents are; of the one with the most */
    int64_t oldest;                     /* when the first of them was due; 0 none */
    int64_t infected, refused, failed;  /* up to CONTENT_COUNT_MAX */
};
enum { CONTENT_COUNT_MAX = 10000 };
int content_figures(struct ctx *c, struct content_figures *out);
/* The newest of a kind of trouble. */
int content_troubles(struct ctx *c, enum content_trouble t, int limit, struct content **out,
                     size_t *n);

/* --- for walks over everything, inside a transaction --- */

/* Each name in the store that rows of a slice need, in no order; twice is no harm.  `made`: here,
 * of others, so that it may be missed without a paper being lost. */
typedef int content_name(void *user, const uint8_t sha256[32], bool made);
typedef int content_names(struct ctx *c, content_name *each, void *user);
struct query;
/* Of a query whose first column is the name. */
int content_names_walk(struct ctx *c, const struct query *q, bool made, content_name *each,
                       void *user);
content_names papers_names;     /* what was made of contents, and what the vault holds */
content_names papers_file_names;        /* what was handed in with dossiers and drafts */

struct content_brief { uint8_t sha256[32]; int64_t size, arrived_at; bool made; };
/* A page of the table in order of the names; `after`: NULL at the beginning. */
int content_each(struct ctx *c, const uint8_t *after, int limit, struct content_brief **out,
                 size_t *n);
/* A row that nothing names any more, whose file is gone; in a write transaction. */
int content_forget(struct ctx *c, const uint8_t sha256[32], int64_t before);

#endif
