/*
 * The people of the generated city.  Every one is a number: name, personal number, telephone and
 * street follow from it.  Personal numbers are valid in form and of a range that is kept for this:
 * serials 900000..999999; telephones begin with 0900, which no network has; e-mail is example.vn.
 */
#ifndef GENERATE_PEOPLE_H
#define GENERATE_PEOPLE_H

#include "base/arena.h"
#include "base/date.h"
#include "generate/rng.h"

enum { SEX_MALE, SEX_FEMALE, SEX_ANY };
enum { BORN_FIRST = 1970, BORN_YEARS = 31, FOLDED_MAX = 96, NAME_BYTES = 128 };

struct person {
    char name[NAME_BYTES], fold[FOLDED_MAX], back[FOLDED_MAX + 2];  /* back: "<an van nguyen" */
    char number[16], phone[12], email[64], birth[12], street[96];
};

void people_open(struct arena *a);                  /* folds the lists of names, once */

/* A citizen of this number: 2 * (31 * q + year - 1970) + sex. */
int64_t citizen_of(int64_t q, int year, int sex);
void citizen_fill(int64_t n, struct person *out);
/* Somebody else, born in that year (0: any), `prefix`: six digits of the number, or NULL. */
void person_fill(struct rng *r, int sex, int year, const char *prefix, struct person *out);
void street_fill(struct rng *r, char out[96]);
/* An officer: a name only. */
void officer_fill(struct rng *r, struct person *out);

#endif
