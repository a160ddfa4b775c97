/* What the administrator's pages of calendar and settings show; made by settings.c. */
#ifndef SITE_SETTINGS_H
#define SITE_SETTINGS_H

#include "html/parts.h"
#include "mod/deadlines/rules.h"
#include "site/site.h"

struct calendar_view {
    const struct calendar *cal;
    int year;
    const char *previous, *next;        /* years, as texts */
    size_t from, to;                    /* [from, to) of cal->days */
    const char *version;                /* hash of the file on screen */
};

struct document_view { const char *name, *text, *version; };

const char *settings_kind(int kind);            /* N_() of enum day_kind */
const char *settings_kind_of(const char *word);         /* of "holiday": N_(); "" unknown */
const char *settings_confidence(const char *word);      /* of calendar.yaml, as N_() */
const char *settings_slots(struct ctx *c, struct slots s);      /* "08:00-12:00, 13:00-17:00" */
const char *settings_weekdays(struct ctx *c, unsigned bits);

#endif
