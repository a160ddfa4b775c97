/*
 * How long closed dossiers are kept, what was held back, and how what is past its period comes to
 * be destroyed: on a list that one person proposes and another, a leader, decides item by item,
 * after a waiting period.  Nothing else removes a paper of a closed dossier.
 *
 * Tables:    retention, retention_count, retention_cursor, destroy_list, destroy_item.
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_NOTFOUND not there or not of a reached unit (PERM_ARCHIVE); E_CONFLICT its state
 *            does not allow it, or somebody was faster; E_INVALID a field; E_DENIED the same
 *            person.
 * Source:    Luật Lưu trữ 33/2024/QH15, TT 13/2023/TT-BNV, NĐ 30/2020/NĐ-CP.
 */
#ifndef MOD_RETENTION_RETENTION_H
#define MOD_RETENTION_RETENTION_H

#include "mod/dossiers/dossiers.h"
#include "mod/papers/content_work.h"

enum { KEPT_FOR_EVER = 9999 };          /* end_year */
enum kept_state { KEPT = 1, KEPT_LISTED, KEPT_DESTROYED };

struct kept {
    int64_t dossier, unit, closed_year, years, end_year, list, version;
    day closed_on, counted_on;
    const char *rule;                   /* id; "" there was none */
    enum kept_state state;
    int64_t held_by, held_at;           /* 0: not held back */
    const char *held_for;
    const char *package;                /* 64 hex digits; "" none */
    int64_t package_size, package_at, package_by, destroyed_at;
    /* of the dossier, as it is now */
    const char *code, *procedure, *applicant;
    int64_t procedure_version, outcome, submitted_at;
};
/* Past its period on `today`, and neither held back nor on a list. */
bool retention_is_past(const struct kept *k, day today);

content_names retention_names;          /* packages */

/* --- jobs --- */
/* Dossiers that were closed, or got a result since: some hundreds a call; > 0: call again.  Then a
 * piece of the walk by other rules. */
int retention_follow(struct ctx *c);
/* Destroys a few items of lists that are due; > 0: call again. */
int retention_destroy(struct ctx *c);

/* --- looking --- */
int retention_get(struct ctx *c, const char *code, struct kept *out);       /* by reach */
enum kept_view { VIEW_PAST, VIEW_HELD, VIEW_KEPT, VIEW_FOR_EVER, VIEW_GONE, VIEW_KEPT__COUNT };
enum { KEPT_LIST = 50 };
struct kept_query {
    int64_t unit;
    enum kept_view view;
    int64_t year;                       /* end of the period; 0 any */
    int64_t after_year, after;          /* keyset: of the last one shown; 0 at first */
    size_t limit;
};
int retention_list(struct ctx *c, const struct kept_query *q, struct kept **out, size_t *n);
/* Of one agency and year of closing, in order; not destroyed.  For the archive. */
int retention_of_year(struct ctx *c, int64_t unit, int64_t year, int64_t after, size_t limit,
                      struct kept **out, size_t *n);
int64_t retention_count_year(struct ctx *c, int64_t unit, int64_t year);
struct kept_sum { int64_t unit, closed_year, end_year, state, n; };
int retention_sums(struct ctx *c, struct kept_sum **out, size_t *n);        /* of reached units */

/* --- holding back --- */
int retention_hold(struct ctx *c, const struct kept *k, const char *reason);
int retention_release(struct ctx *c, const struct kept *k);
int retention_packed(struct ctx *c, const struct kept *k, const char *sha256, int64_t size);

/* --- lists --- */
enum destroy_state { LIST_DRAFT = 1, LIST_SENT, LIST_APPROVED, LIST_DONE, LIST_DROPPED };
enum item_state { ITEM_OPEN = 1, ITEM_AGREED, ITEM_REFUSED, ITEM_DESTROYED, ITEM_KEPT };
enum { DESTROY_ITEMS_MAX = 1000 };

struct destroy_list {
    int64_t id, unit, version, wait_days, items, created_by, created_at, sent_by, sent_at,
        decided_by, decided_at, destroy_at, done_at;
    const char *code, *reason, *basis;
    enum destroy_state state;
};
struct destroy_item {
    int64_t list, seq, dossier, decided_by, decided_at, destroyed_at, years, end_year, files, bytes;
    enum item_state state;
    const char *note, *code, *title, *rule;
    day opened_on, closed_on;
};
int destroy_lists(struct ctx *c, int64_t before, size_t limit, struct destroy_list **out,
                  size_t *n);
int destroy_get(struct ctx *c, const char *code, struct destroy_list *out);
int destroy_items(struct ctx *c, const struct destroy_list *l, int64_t after, size_t limit,
                  struct destroy_item **out, size_t *n);
struct destroy_sums { int64_t open, agreed, refused, destroyed, kept, files, bytes; };
int destroy_sums(struct ctx *c, const struct destroy_list *l, struct destroy_sums *out);

/* A new list of these dossiers of one agency, all past their period: sets id and code. */
int destroy_propose(struct ctx *c, int64_t unit, const char *reason, const struct kept *k, size_t n,
                    struct destroy_list *out);
/* l is as it was on screen (l->version). */
int destroy_take_off(struct ctx *c, struct destroy_list *l, int64_t seq);   /* of a draft */
int destroy_send(struct ctx *c, struct destroy_list *l);
int destroy_drop(struct ctx *c, struct destroy_list *l);    /* a draft, or one sent */
/* By a leader of that agency who neither made nor proposed it. */
bool destroy_may_decide(struct ctx *c, const struct destroy_list *l);
int destroy_decide(struct ctx *c, struct destroy_list *l, int64_t seq, bool agree,
                   const char *note);
int destroy_decide_rest(struct ctx *c, struct destroy_list *l);     /* agrees to all that is open */
int destroy_approve(struct ctx *c, struct destroy_list *l);     /* nothing is open any more */
/* Before the day: stops an approved list; what was destroyed stays destroyed. */
int destroy_stop(struct ctx *c, struct destroy_list *l, const char *note);

#endif
