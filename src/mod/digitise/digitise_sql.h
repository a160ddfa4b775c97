/* The only file that names the tables scan_... and digitise_... */
#ifndef MOD_DIGITISE_SQL_H
#define MOD_DIGITISE_SQL_H

#include "base/arena.h"
#include "mod/digitise/digitise.h"

typedef VEC(struct scan_batch) batch_list;
typedef VEC(struct scan_file) scan_files;
typedef VEC(struct scan_page) scan_pages;
typedef VEC(struct scan_document) scan_documents;
typedef VEC(struct scan_field) scan_fields;

/* --- batches --- */
int scan_sql_add(struct ctx *c, const struct scan_batch *b);
int scan_sql_add_file(struct ctx *c, int64_t batch, const struct scan_file *f);
/* By the reach of c->account: PERM_DIGITISE in its unit. */
int scan_sql_batch(struct ctx *c, const char *code, struct scan_batch *out);
int scan_sql_batch_by_id(struct ctx *c, int64_t id, struct scan_batch *out);
bool scan_sql_known(struct ctx *c, const char *code);
/* Newest first, before the id `before`; state 0: all. */
int scan_sql_batches(struct ctx *c, int state, int64_t before, int limit, batch_list *out);
/* Counts its documents anew and moves the version: E_CONFLICT when it is not `version` any more. */
int scan_sql_touch(struct ctx *c, const struct scan_batch *b, int64_t version);
int scan_sql_set_state(struct ctx *c, int64_t batch, enum scan_state state, const char *reason);
int scan_sql_cut(struct ctx *c, int64_t batch, int pages);
/* The next to cut, taken until `until`: E_NOTFOUND none. */
int scan_sql_take(struct ctx *c, int64_t until, struct scan_batch *out);
/* back: this try does not count. */
int scan_sql_later(struct ctx *c, int64_t batch, int64_t after, bool back);

/* --- files and pages --- */
int scan_sql_files(struct ctx *c, int64_t batch, scan_files *out);
int scan_sql_file_pages(struct ctx *c, int64_t batch, int seq, int pages);
int scan_sql_add_page(struct ctx *c, int64_t batch, const struct scan_page *p);
/* In the order of documents and places; document -1: all. */
int scan_sql_pages(struct ctx *c, int64_t batch, int document, scan_pages *out);
int scan_sql_page(struct ctx *c, int64_t batch, int page, struct scan_page *out);
int scan_sql_move_page(struct ctx *c, int64_t batch, const struct scan_page *p);

/* --- documents and fields --- */
int scan_sql_add_document(struct ctx *c, const struct scan_document *d);
int scan_sql_documents(struct ctx *c, int64_t batch, int seq /* 0: all */, scan_documents *out);
int scan_sql_last_document(struct ctx *c, int64_t batch);
int scan_sql_save_document(struct ctx *c, const struct scan_document *d);
/* The next to read, taken until `until`: E_NOTFOUND none. */
int scan_sql_take_reading(struct ctx *c, int64_t until, struct scan_document *out);
int scan_sql_read_done(struct ctx *c, int64_t batch, int seq, int how);
int scan_sql_fields(struct ctx *c, int64_t batch, int seq, scan_fields *out);
/* Keeps what was keyed; a proposal that is there is replaced. */
int scan_sql_propose(struct ctx *c, int64_t batch, int seq, const struct scan_field *f);
int scan_sql_key(struct ctx *c, int64_t batch, int seq, const struct scan_field *f);
int scan_sql_clear(struct ctx *c, int64_t batch);       /* a sample failed: all is keyed anew */

/* --- counting --- */
struct desk_count { int64_t unit, year, documents, pages; };
typedef VEC(struct desk_count) desk_counts;
int scan_sql_count(struct ctx *c, const struct desk_count *add);
int scan_sql_counts(struct ctx *c, int from, int to, desk_counts *out);      /* by unit and year */
/* Finished documents after that one, of batches up to `upto`. */
struct done_row { int64_t batch, seq, unit, at, pages; };
typedef VEC(struct done_row) done_list;
int scan_sql_done(struct ctx *c, const struct done_row *after, int64_t upto, int limit,
                  done_list *out);

/* --- aims --- */
struct own_aim;
typedef VEC(struct own_aim) aim_list;
int scan_sql_add_aim(struct ctx *c, const struct own_aim *m);
int scan_sql_aims(struct ctx *c, int year, aim_list *out);      /* the newest of each unit */
int scan_sql_aims_of(struct ctx *c, int64_t unit, int limit, aim_list *out);    /* newest first */

/* --- dossiers of other slices, by their published views --- */
/* *units: received, competent, where it lies. */
int scan_sql_dossier(struct ctx *c, const char *code, int64_t *id, int64_t units[3]);

int scan_sql_forget(struct ctx *c, int64_t dossier);

#endif
