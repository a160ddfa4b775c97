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

/* Brought to a status as quickly as the law allows. */
void town_bring(struct town *t, enum status to, struct dossier *d);
/* It stands there, its row is the fold of its events. */
void town_is(struct town *t, const struct dossier *d, enum status status, const char *step,
             int64_t unit);
char *town_due(struct town *t, const struct dossier *d);            /* 2026-10-12T23:59 */
size_t town_count(struct town *t, enum who who, struct list_query q);       /* of a work list */

extern const struct defect town_defects[2];     /* a paper and a field */
#define DEFECTS .defects = town_defects, .n_defects = 2
#define TO_HAND .to_name = "Nguyễn Thị Mai", .to_number = "001190900001", .to_paper = "Căn cước"
#define WHY .note = "Vì lý do nêu trong văn bản"
#define LAW .ground = "Điều 1 Luật thử"

#define MUST(t, who, d, ...) town_must((t), (who), (d), (struct event){.action = __VA_ARGS__})
#define TRY(t, who, d, ...) town_act((t), (who), (d), (struct event){.action = __VA_ARGS__})

#endif
