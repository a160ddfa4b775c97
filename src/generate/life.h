/*
 * One dossier of the city: a template with people, an agency, officers and moments of its own.
 * What moments decide - when it is due, whether in time, whose turn it is - is reckoned by the
 * functions that the verbs use (mod/dossiers, mod/deadlines).
 */
#ifndef GENERATE_LIFE_H
#define GENERATE_LIFE_H

#include "generate/course.h"
#include "generate/people.h"
#include "generate/worktime.h"
#include "mod/dossiers/dossiers_inside.h"

/* What is demanded of it: nothing; by a scenario; LIFE_STANDS + s: it stands in status s now. */
enum { LIFE_FREE, LIFE_FINISHED, LIFE_OPEN, LIFE_STANDS };

struct life_world {
    const struct site *site;
    const struct worktime *work;
    int64_t end;                        /* the city is looked at then */
    int64_t citizens;                   /* accounts of citizens: numbers 0..citizens-1 have one */
    int64_t citizen_base;               /* the id of the account of citizen 0 */
};

struct life {
    struct rng r;
    const struct course *k;
    const struct office *at;
    int64_t id, nth;                    /* nth: of all, from 0 */
    int officer[ROLE__COUNT];
    int64_t citizen;                    /* account; 0 none */
    struct person people[GUISES_MAX];
    char streets[STREETS_MAX][96];
    char code[48], result[32], receipt[16], parcel[16];
    int demand;
    double pace;                        /* share of the time limit that the work takes */
    size_t n;                           /* events that happened */
    int64_t at_[EVENTS_MAX];
    int64_t answer_due[EVENTS_MAX], opinion_due[EVENTS_MAX];
    struct dossier d[EVENTS_MAX + 1];   /* before and after each event */
};

/* l->r, k, at, nth and code are set; `submitted`: when.  Texts in `a`. */
void life_people(const struct life_world *w, struct life *l, int64_t submitted);
void life_run(struct arena *a, const struct life_world *w, struct life *l, int64_t submitted,
              int demand);

/* A text or value of the template as it is in this life. */
const char *life_text(struct arena *a, const struct life *l, const struct text *t);
int64_t life_number(const struct life *l, const struct cell *k);
int64_t life_event_id(const struct life *l, size_t event);

#endif
