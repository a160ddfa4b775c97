/*
 * The versions of all procedures: stored in the database by `motcua catalogue import`, read into
 * an immutable snapshot at start and again when the generation row changes.  A dossier keeps the
 * version it was received under; new dossiers get the one in force.
 *
 * Lifetime:  everything a snapshot gives lives as long as the snapshot; lists in the arena given.
 * Errors:    E_SYS; a stored package that no longer parses is left out and logged.
 * Threads:   any number read one snapshot; site/ swaps it.
 */
#ifndef MOD_CATALOGUE_VERSIONS_H
#define MOD_CATALOGUE_VERSIONS_H

#include <stdio.h>

#include "mod/catalogue/catalogue.h"

struct catalogue_snapshot;

struct catalogue_snapshot *catalogue_snapshot_load(struct ctx *c);      /* NULL: see c->err */
void catalogue_snapshot_free(struct catalogue_snapshot *s);             /* NULL is allowed */
int64_t catalogue_snapshot_generation(const struct catalogue_snapshot *s);
int64_t catalogue_generation(struct ctx *c);        /* of the database, now; 0: nothing imported */

/* The published version in force on a day; NULL: none. */
const struct procedure *catalogue_find(const struct catalogue_snapshot *s, const char *code,
                                       day on);
const struct procedure *catalogue_version(const struct catalogue_snapshot *s, int64_t id);
/* All versions of a procedure, drafts included, newest first. */
struct procedure_list catalogue_versions(struct arena *a, const struct catalogue_snapshot *s,
                                         const char *code);
/* One version a procedure, the newest whatever its state, by name: for the administrator. */
struct procedure_list catalogue_newest(struct arena *a, const struct catalogue_snapshot *s);

/* fields.yaml, in its order. */
struct catalogue_group { const char *id, *name, *summary; };    /* summary: life events only */
struct catalogue_groups { const struct catalogue_group *p; size_t n; };
struct catalogue_groups catalogue_fields(const struct catalogue_snapshot *s);
struct catalogue_groups catalogue_life_events(const struct catalogue_snapshot *s);
const char *catalogue_field_name(const struct catalogue_snapshot *s, const char *id);   /* or id */

/* A text of a package in the language asked for: its own en.po, else the text itself. */
const char *catalogue_text(const struct catalogue_snapshot *s, enum lang lang, const char *vi);

/* --- import --------------------------------------------------------------------------------- */

struct catalogue_imported { size_t added, replaced, unchanged, files; };
/* Checks a folder (the catalogue, its procedures/ or one package), then imports all of it or
 * nothing, in a transaction of its own.  E_INVALID: faults were printed; E_NOTFOUND: no folder. */
int catalogue_import(struct ctx *c, const char *dir, FILE *faults, struct catalogue_imported *out);

/* --- search --------------------------------------------------------------------------------- */

struct catalogue_query {
    const char *words;          /* as typed: "dang ky khai sinh", a code; "" or NULL all */
    const char *field, *life_event;     /* ids; "" or NULL all */
    const char *authority;      /* who decides, as the package writes it; "" or NULL: all */
    int level;                  /* LEVEL_...; -1 all */
    unsigned subjects;          /* any of these bits; 0 all */
    bool online;                /* only what can be handed in online */
    enum lang lang;             /* LANG_EN: the words may be English too */
};
/* In force on that day; every word must occur; those with the words in their name come first,
 * the shorter name before the longer, then by name. */
struct procedure_list catalogue_search(struct arena *a, const struct catalogue_snapshot *s, day on,
                                       const struct catalogue_query *q);

/* --- what differs between two versions ------------------------------------------------------ */

enum catalogue_change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };
struct catalogue_change {
    enum catalogue_change_kind kind;
    const char *part;           /* N_() "Giấy tờ phải nộp", "Phí, lệ phí", "Biểu mẫu" ... */
    const char *what;           /* what of it: "Giấy chứng sinh: required" */
    const char *before, *after; /* "" where there was or is none */
};
struct catalogue_changes { struct catalogue_change *p; size_t n; };
/* E_NOTFOUND: no such version. */
int catalogue_diff(struct ctx *c, int64_t before, int64_t after, struct catalogue_changes *out);
/* The two files of a version as they were imported. */
int catalogue_files_of(struct ctx *c, int64_t id, struct bytes *yaml, struct bytes *form);

#endif
