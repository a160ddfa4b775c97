/* The inside of a snapshot; internal to the slice. */
#ifndef CATALOGUE_SNAPSHOT_H
#define CATALOGUE_SNAPSHOT_H

#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/catalogue/catalogue_retention.h"
#include "mod/catalogue/catalogue_versions.h"

struct po;
struct result_template;

struct catalogue_snapshot {
    struct arena *a;
    int64_t generation;
    VEC(struct procedure *) all;        /* by code, then version */
    struct catalogue_groups fields, events;
    VEC(struct result_template *) templates;    /* by id */
    struct paper_types types;           /* paper-types.yaml; none: nothing is held */
    struct keep_rules keep;             /* retention.yaml; none: nothing's period ends */
    struct po *po;                      /* NULL: no English */
};

bool catalogue_in_force(const struct procedure *p, day on);
/* Every word typed begins a word of its name, summary, field or code. */
/* catalogue_paper_types.c */
void paper_types_load(struct arena *a, struct arena *scratch, const char *text,
                      struct paper_types *out);
void paper_types_mark(const struct paper_types *types, struct procedure *p);
/* catalogue_retention.c */
void keep_rules_load(struct arena *a, struct arena *scratch, const char *text,
                     struct keep_rules *out);
bool catalogue_has_words(struct arena *a, const struct procedure *p, const char *typed);

#endif
