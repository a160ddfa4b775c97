/*
 * For tests only: two communes and a department with officers, one procedure that has every kind of
 * step, limit, stop, fee and paper, and short ways to submit and act.
 */
#ifndef MOD_DOSSIERS_TESTING_H
#define MOD_DOSSIERS_TESTING_H

#include "base/test.h"

#include "auth/auth.h"
#include "db/testdb.h"
#include "mod/dossiers/drafts.h"
#include "mod/dossiers/worklists.h"
#include "site/site.h"

enum who { NOBODY, CITIZEN, OTHER_CITIZEN, INTAKE_A, SPECIALIST_A, SECOND_A, LEADER_A, INTAKE_B,
           SPECIALIST_B, LEADER_B, SPECIALIST_D, ADMIN, WHO__COUNT };

struct town {
    struct ctx c;
    struct site site;
    struct session session;
    int64_t account[WHO__COUNT];
    int64_t a, b, d, city;              /* Hoàn Kiếm, Ba Đình, Sở Tư pháp, Hà Nội */
};

void town_open(struct town *t);         /* Monday 2026-10-05 09:00, Vietnam's clock */
void town_close(struct town *t);
void town_now(struct town *t, const char *moment);          /* 2026-10-06T10:00 */
void town_be(struct town *t, enum who who);
void town_connect(struct town *t, struct ctx *c);           /* another context on the same town */

/* A complete submission: answers, applicant, the required paper. */
void town_submission(struct town *t, struct submission *s, enum channel channel);
void town_submit(struct town *t, struct dossier *d); /* online, by the citizen, at commune A */
void town_receive(struct town *t, struct dossier *d);       /* at the counter of A */
int town_act(struct town *t, enum who who, struct dossier *d, struct event e);
void town_must(struct town *t, enum who who, struct dossier *d, struct event e);

#define MUST(t, who, d, ...) town_must((t), (who), (d), (struct event){.action = __VA_ARGS__})
#define TRY(t, who, d, ...) town_act((t), (who), (d), (struct event){.action = __VA_ARGS__})

#endif
