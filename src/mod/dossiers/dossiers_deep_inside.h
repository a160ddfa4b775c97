/* Shared by the files of `motcua check --deep` only. */
#ifndef MOD_DOSSIERS_DEEP_INSIDE_H
#define MOD_DOSSIERS_DEEP_INSIDE_H

#include "mod/dossiers/dossiers_deep.h"
#include "mod/dossiers/dossiers_deep_sql.h"
#include "mod/papers/papers.h"

struct hashes;

struct walk {
    struct ctx *c;                  /* its arena is emptied after each page */
    struct deep *deep;
    struct tally *tally;
    bool repair;                    /* counters only, and what differs is written */
    struct hashes *papers;          /* contents that papers name; NULL: no store */
    struct id_range range;          /* of the page */
    dossier_list rows;
    event_list events;
    task_rows tasks;
};

/* "kind CODE-OR-COUNTER: what is wrong" */
void deep_say(struct walk *w, const char *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const struct dossier *deep_row(const struct walk *w, int64_t id);       /* of the page; or NULL */
const char *deep_unit(struct walk *w, int64_t id);

/* Of one dossier: `first` is its first event or task in the page. */
void deep_fold(struct walk *w, const struct dossier *d, size_t first, size_t n);
void deep_tasks(struct walk *w, const struct dossier *d, size_t first, size_t n);
void deep_code(struct walk *w, const struct dossier *d);
/* Of the page. */
int deep_digital(struct walk *w);
int deep_parts(struct walk *w);
int deep_references(struct walk *w);
int deep_papers(struct walk *w);
/* Of everything, after the last page. */
int deep_counters(struct walk *w);
int deep_codes(struct walk *w);
int deep_lost_names(struct walk *w);
int deep_vault(struct walk *w);         /* dossiers_vault_deep.c */
int deep_contents(struct walk *w);

/* A content that a file of a paper names. */
int deep_name(struct walk *w, const uint8_t *sha256);
struct hashes *hashes_open(struct ctx *c);
void hashes_close(struct hashes *h);

#endif
