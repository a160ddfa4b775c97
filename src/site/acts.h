/*
 * The journal of administration as pages: who did what to whom, what it was before, and whether it
 * is sealed (ADR 0053).  Auditors and administrators see acts by, and about, the agencies that they
 * reach; who reaches the whole city sees every act, those of commands too.
 */
#ifndef SITE_ACTS_H
#define SITE_ACTS_H

#include "html/parts.h"
#include "mod/audit/find.h"
#include "site/audit.h"

/* One thing that was asked for, and what it was. */
struct act_change {
    const char *label;              /* in the reader's language */
    const char *before, *after;     /* "" nothing; before NULL: not known */
};

struct act_row {
    const struct act_found *f;
    const char *token;              /* of its own page */
    const char *kind;               /* "Giao vai trò": in the reader's language */
    const char *who, *office;       /* "Trần Quản Trị", "Công dân", "Người vận hành" */
    const char *said, *subject;     /* the sentence, and of whom or what; numbers of persons masked:
                                     * a citizen's login is one */
    const struct act_change *p;     /* what was changed: those with a before; others too */
    size_t n, changed;              /* the changed ones come first */
    bool whole;                     /* hashes of files are told whole */
    struct seal_head head;          /* number 0: not sealed yet */
};

struct acts_view {
    const struct acts_filter *filter;
    const struct act_row *p;
    size_t n;
    const char *next;
    const char *looked;             /* day down to which was looked, when that is not the end */
    const struct choice *kinds;
    size_t n_kinds;
    struct url csv, print;
    struct link tabs[AUDIT__TABS];
    size_t n_tabs;
    const char *chosen;             /* the filter in words, for paper */
    bool more;                      /* paper: there are more than fit */
};

/* The words of an entry; labels of inputs come from its route. */
int acts_say(struct ctx *c, const struct act_found *f, bool whole, struct act_row *out);
/* Choices of the filter: value a word, label N_(). */
const struct choice *acts_kinds(struct ctx *c, size_t *n);
/* The word of a filter -> what the journal writes; NULL unknown.  *commands: it is all of those. */
const char *acts_what(const char *word, bool *commands);

#endif
