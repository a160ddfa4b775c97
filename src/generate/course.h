/*
 * A course of life, played once by the verbs of mod/dossiers in a transaction that is rolled back,
 * and read as a template: what each event changed, what it wrote, and which of the values are a
 * person's, an officer's, an agency's or a moment's.
 */
#ifndef GENERATE_COURSE_H
#define GENERATE_COURSE_H

#include "generate/mix.h"
#include "generate/parts_sql.h"
#include "generate/people.h"
#include "generate/staff.h"
#include "mod/catalogue/catalogue.h"
#include "mod/deadlines/deadlines.h"
#include "mod/dossiers/dossiers_row.h"
#include "mod/papers/papers.h"

enum { EVENTS_MAX = 16, GUISES_MAX = 16, STREETS_MAX = 8, STOPS_OF = 4 };

/* A part of a text. */
enum piece_kind { PIECE_SAME, PIECE_NAME, PIECE_FOLD, PIECE_BACK, PIECE_NUMBER, PIECE_PHONE,
                  PIECE_EMAIL, PIECE_BIRTH, PIECE_STREET, PIECE_DATE, PIECE_COMMUNE,
                  PIECE_COMMUNE_NAME, PIECE_CODE, PIECE_RESULT, PIECE_RECEIPT, PIECE_PARCEL };
struct piece {
    enum piece_kind kind;
    int who;                    /* whose, which street; PIECE_DATE: days after the submission */
    const char *s;              /* PIECE_SAME */
    size_t n;
};
struct text { const struct piece *p; size_t n; };

/* A value of a row. */
enum cell_kind { CELL_INT, CELL_TEXT, CELL_DOSSIER, CELL_AT, CELL_ANSWER_DUE, CELL_OPINION_DUE,
                 CELL_DAY, CELL_UNIT, CELL_OFFICER, CELL_CITIZEN, CELL_SIGNER, CELL_DUE,
                 CELL_TIMING, CELL_EXTENDED };
struct cell {
    enum cell_kind kind;
    int64_t i;          /* the number; event of AT, ..._DUE, DAY; role of OFFICER */
    int place;                  /* OFFICER, SIGNER: the first, the second of that role */
    struct text t;
};

struct set { size_t field; struct cell to; };           /* of DOSSIER_FIELDS */
struct part_row { enum part part; const struct cell *cells; };
struct pause { enum stop_kind kind; int from, to; const char *basis; }; /* events; to -1: runs */

struct course_event {
    enum action action;
    enum gap gap;
    struct cell account, unit;
    struct text note, ground, data;
    const struct set *sets;
    size_t n_sets;
    bool reckons;               /* the due moment is reckoned anew */
    int64_t opinion, opinion_unit;      /* ACT_CONSULT: number and whom */
    struct pause pauses[STOPS_OF];      /* of the clock, after it */
    size_t n_pauses;
    const struct part_row *rows;        /* of all parts, after it */
    size_t n_rows;
    struct paper_digital digital;       /* of its papers, after it */
};

/* Somebody whom the answers name. */
struct guise { int sex, year; bool free_year; char prefix[8]; };

struct course {
    const struct course_kind *kind;
    const struct procedure *p;
    int channel, delivery;
    const struct office *at;            /* a city-level procedure's; NULL: any commune's */
    size_t n;
    struct course_event ev[EVENTS_MAX];
    struct guise guises[GUISES_MAX];
    size_t n_guises, n_streets;
};

/* Which of the worked answers' inputs people leave out: those that their form does not demand. */
struct brief { const struct procedure *p; bool out[400]; struct brief *next; };

struct courses {                        /* what is needed to play one */
    struct brief *briefs;
    struct ctx *c;
    struct arena *a;                    /* templates live here */
    const struct offices *staff;
    const struct office *home;          /* the commune where templates are played */
    int64_t when;                       /* the moment of their first event */
};

/* NULL with c->err.rc OK: this procedure does not take such a course. */
struct course *course_play(struct courses *w, const struct procedure *p,
                           const struct course_kind *k, int channel, int delivery);
/* Worked answers for the procedure are at hand. */
bool course_known(const char *procedure);

#endif
