/* What the pages of procedures show; made by procedures.c and home.c for their templates. */
#ifndef SITE_PROCEDURES_H
#define SITE_PROCEDURES_H

#include "html/parts.h"
#include "mod/catalogue/catalogue.h"

struct procedures_view {
    const char *words, *field, *event;
    const struct procedure *const *rows;
    size_t n, found, from;
    const char *previous, *next;
    const struct link *fields, *events, *agencies;
    size_t fields_n, events_n, agencies_n;
    bool by_field, by_event, by_agency; /* a filter of this sort is set */
    struct link levels[3];
};

struct procedure_view {
    const struct procedure *p;
    const char *field;              /* its name */
    const char *usual;              /* days in which nine of ten were done; NULL: not known yet */
    const struct proc_fee **fees;   /* charged today */
    size_t fees_n;
    bool free, online;
};

const char *procedure_field_name(struct ctx *c, const char *id);
const char *procedure_limit(struct ctx *c, const char *limit);      /* "3wd" -> "3 ngày làm việc" */
bool procedure_same_time(const struct procedure *p);      /* in every case */
const char *procedure_time(struct ctx *c, const struct procedure *p);
const char *procedure_fee(struct ctx *c, const struct proc_fee *f);
const char *procedure_fee_when(struct ctx *c, const struct procedure *p, const struct proc_fee *f);

#endif
