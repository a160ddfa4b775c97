/*
 * What the nth dossier is: procedure, channel, course of life, agency.  The same for the same seed.
 */
#ifndef GENERATE_CHOICE_H
#define GENERATE_CHOICE_H

#include "generate/course.h"

enum { PROCEDURES_MAX = 128, KINDS_MAX = 24, CHANNELS = 4, DELIVERIES = 4 };

struct choice { int procedure, channel, kind, delivery; };

struct choices {
    struct courses play;                /* play.c->a is emptied before every course */
    int n, kinds;
    const struct procedure *p[PROCEDURES_MAX];
    const struct demand *demand[PROCEDURES_MAX];
    double desk[PROCEDURES_MAX], online[PROCEDURES_MAX];            /* summed up from the first */
    double share_online;
    struct course *course[PROCEDURES_MAX][CHANNELS][KINDS_MAX][DELIVERIES];
    bool played[PROCEDURES_MAX][CHANNELS][KINDS_MAX][DELIVERIES];
    const struct office **units;        /* those that receive, on the days of the range */
    double *weight;                     /* summed up */
    size_t n_units;
    bool received_only;                 /* a scenario: none is refused before its acceptance */
};

/* `day`: the range's first; agencies of it receive. */
int choices_make(struct choices *v, struct ctx *c, struct arena *a, const struct offices *staff,
                 day from, day to);
struct choice choices_draw(const struct choices *v, struct rng *r, bool online);
/* One that comes to stand in that status on the way; false: none does. */
bool choices_through(const struct choices *v, enum status s, bool online, struct choice *out);
const struct office *choices_office(const struct choices *v, struct rng *r);
/* Plays its course if need be.  E_...: even the plain one cannot be. */
int choices_play(struct choices *v, const struct choice *k);
/* All that can be. */
int choices_play_all(struct choices *v, void (*tell)(void *to), void *to);
const struct course *choices_course(const struct choices *v, const struct choice *k);

#endif
