/*
 * The date-versioned tree of agencies, their officers, stand-ins and delegated competence.
 *
 * A row of the tree holds between two dates.  When an agency is renamed, moved or merged its row
 * ends and another begins, joined by a succession; so an id, like a dossier that names it, never
 * changes its meaning.  Codes: rules.md 2.1 (QĐ 20/2020/QĐ-TTg; the older QCVN 102 form is read).
 * A 5-digit unit code means nothing without a date: 00004 was Trúc Bạch, and is Ba Đình.
 *
 * Pages and rules ask a snapshot, which never changes and needs no query; the gate loads another
 * when agencies_generation() differs from the snapshot's.
 * Lifetime:  a snapshot's texts live as long as it; everything else in c->a.
 * Threads:   any number read one snapshot.  Days are Vietnamese dates, both ends included.
 */
#ifndef MOD_AGENCIES_AGENCIES_H
#define MOD_AGENCIES_AGENCIES_H

#include "auth/perm.h"
#include "base/ctx.h"
#include "base/date.h"

enum agency_type { AGENCY_NONE, AGENCY_CITY, AGENCY_DEPARTMENT, AGENCY_OFFICE, AGENCY_DISTRICT,
                   AGENCY_COMMUNE, AGENCY_VILLAGE, AGENCY_BLOCK, AGENCY__COUNT };
enum succession { SUCCESSION_NONE,
                  SUCCESSION_SAME,      /* the same agency under a new row: roles move along */
                  SUCCESSION_FULL,      /* went into another one whole */
                  SUCCESSION_PARTIAL,   /* a part went there: ask the citizen where */
                  SUCCESSION__COUNT };
enum { AGENCY_OPEN = INT32_MAX };       /* valid_to of what still exists */

struct leader { const char *title, *name, *phone; };    /* "" where not known */

struct agency {
    int64_t id, version, parent;        /* parent 0: the root */
    const char *code;                   /* H26.16: canonical form */
    const char *unit_code;              /* 5 digits of a commune, 3 of a district; or "" */
    const char *name, *name_en;         /* "Phường Hoàn Kiếm" */
    const char *sort;                   /* orders as Vietnamese does, by strcmp() */
    enum agency_type type;
    day valid_from, valid_to;
    bool provisional;                   /* the code is not the official one */
    bool desk;                          /* receives dossiers */
    const char *hotline, *phone, *email, *address, *hours;      /* "" where not known */
    size_t leaders_n, before_n, after_n;
    const struct leader *leaders;
    const struct agency_link { int64_t agency; enum succession how; } *before, *after;
};

struct delegation {
    int64_t id, from, to;               /* `to` decides in the name of `from` */
    const char *procedure;              /* code; "" everything */
    const char *decision;               /* number of the decision */
    day decided, valid_from, valid_to;
};

const char *agency_type_word(enum agency_type t);       /* "commune" as in files */
const char *agency_type_name(enum agency_type t);       /* N_("Xã, phường") */
enum agency_type agency_type_parse(const char *word);   /* AGENCY_NONE: unknown */
const char *succession_name(enum succession s);         /* N_() */
enum succession succession_parse(const char *word);

/* Both forms of a code -> the canonical one; NULL when it is neither.  Pure. */
char *agency_code_parse(struct arena *a, const char *code);
bool agency_phone_good(const char *s);      /* a subscriber's number, or a short one such as 1022 */
/* "UBND phường Hoàn Kiếm" for a unit with a committee, else the name: who signs and receives. */
char *agency_office_name(struct arena *a, const struct agency *g);
/* The two as the reader's language has them: "People's Committee of Hoan Kiem Ward".  Papers that
 * the law prints stay with agency_office_name(). */
const char *agency_name(const struct ctx *c, const struct agency *g);
const char *agency_office(struct ctx *c, const struct agency *g);
/* Text whose byte order is the Vietnamese order of `name`.  Pure. */
char *agency_sort_key(struct arena *a, const char *name);

/* --- the snapshot; NULL is an answer: there is none --- */
struct agencies_snapshot *agencies_snapshot_load(struct ctx *c);    /* NULL: see c->err */
void agencies_snapshot_free(struct agencies_snapshot *s);
/* The tree as it is in the database now: `s`, or a newer one that lives in c->a and is not freed.
 * Administration asks this: servers see a change some seconds later.  NULL: see c->err. */
const struct agencies_snapshot *agencies_snapshot_fresh(struct ctx *c,
                                                        const struct agencies_snapshot *s);
int64_t agencies_snapshot_generation(const struct agencies_snapshot *s);
int64_t agencies_generation(struct ctx *c);             /* of the database, now */

const struct agency *agencies_by_id(const struct agencies_snapshot *s, int64_t id);
const struct agency *agencies_by_code(const struct agencies_snapshot *s, const char *code, day on);
/* The last row of a code, whenever it was: for addresses of pages. */
const struct agency *agencies_latest(const struct agencies_snapshot *s, const char *code);
const struct agency *agencies_by_unit_code(const struct agencies_snapshot *s, const char *unit,
                                           day on);
const struct agency *agencies_root(const struct agencies_snapshot *s, day on);
bool agency_exists(const struct agency *g, day on);
/* Which types may lie directly below which; digits of a unit code (0: none).  Pure. */
bool agency_type_below(enum agency_type t, enum agency_type parent);
size_t agency_unit_digits(enum agency_type t);
/* `g` is `top` or below it. */
bool agencies_within(const struct agencies_snapshot *s, int64_t g, int64_t top);
struct agency_list { const struct agency *const *p; size_t n; };
struct agency_list agencies_all(const struct agencies_snapshot *s);         /* in order of names */
struct agency_list agencies_communes(const struct agencies_snapshot *s);    /* when loaded */
struct agency_list agencies_children(const struct agencies_snapshot *s, struct arena *a,
                                     int64_t parent, day on);

/* Who carries on `unit` on a date: itself while it exists, else its whole successor, else the first
 * that took a part; NULL when nobody does.  A dossier keeps its original agency and asks this. */
const struct agency *agencies_continuing(const struct agencies_snapshot *s, int64_t unit, day on);
/* Who decides for `unit` in a procedure on a date: by a delegation, else agencies_continuing(). */
const struct agency *agencies_acting(const struct agencies_snapshot *s, int64_t unit,
                                     const char *procedure, day on);

/* --- officers --- */
struct staff {
    int64_t account, agency, absent;    /* absent: the officer this one stands in for; 0 none */
    enum role role;
    const char *name, *login;
    const char *fields;                 /* of procedures, that the role is limited to; "" all */
};
bool agencies_in_fields(const char *fields, const char *field);     /* "" all */
/* Active officers with `role` (ROLE_NONE: any) at `unit` itself today, stand-ins last. */
int agencies_staff(struct ctx *c, int64_t unit, enum role role, struct staff *out, size_t max,
                   size_t *n);
/* Rewrites reach from tree, roles, stand-ins and today's date; one account, or all (0).  The daily
 * refresh calls it with 0, as does every start. */
int agencies_reach_rebuild(struct ctx *c, int64_t account);

/* --- the file --- */
/* Every fault of a file: `path:line:column: sentence`.  0: none; else the number of faults. */
typedef void agencies_fault(void *to, const char *path, int line, int column, const char *sentence);
size_t agencies_file_check(struct arena *a, const char *path, agencies_fault *report, void *to);
/* Imports a checked file; again: changes only what differs.  E_INVALID: faults were reported. */
int agencies_file_import(struct ctx *c, const char *path, agencies_fault *report, void *to);

/* --- commands: motcua agencies import, user add, token create --- */
int agencies_cmd(int argc, char **argv);
int agencies_cmd_user(int argc, char **argv);
int agencies_cmd_token(int argc, char **argv);

#endif
