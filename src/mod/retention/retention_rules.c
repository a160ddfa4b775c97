#include "mod/retention/retention_rules.h"

#include <string.h>

#include "mod/retention/retention.h"

static bool
among(const struct texts *list, const char *s)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->p[i], s) == 0)
            return true;
    return false;
}

static bool
any_among(const struct texts *list, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (among(list, v[i]))
            return true;
    return false;
}

static unsigned
outcome_bit(const struct keep_facts *f)
{
    static const unsigned BIT[] = {
        [OUTCOME_GRANTED] = 1u << KEEP_GRANTED, [OUTCOME_REFUSED] = 1u << KEEP_REFUSED,
        [OUTCOME_WITHDRAWN] = 1u << KEEP_WITHDRAWN, [OUTCOME_STOPPED] = 1u << KEEP_STOPPED};

    if (f->refused_at_intake)
        return 1u << KEEP_REFUSED;
    return f->outcome <= OUTCOME_STOPPED ? BIT[f->outcome] : 0;
}

/* 2: names its procedure, result or kind; 1: its outcome alone; 0: holds for all; -1: not for it.
 */
static int
level(const struct keep_rule *r, const struct keep_facts *f)
{
    bool named = r->procedures.n || r->results.n || r->types.n;

    if (f->closed_on < r->valid_from || (r->valid_to != NO_DAY && f->closed_on > r->valid_to))
        return -1;
    if (r->outcome && !(r->outcome & outcome_bit(f)))
        return -1;
    if (named && !among(&r->procedures, f->procedure) &&
        !any_among(&r->results, f->results, f->n_results) &&
        !any_among(&r->types, f->types, f->n_types))
        return -1;
    return named ? 2 : r->outcome ? 1 : 0;
}

static struct keep_term
term_of(const struct keep_rule *r, const struct keep_facts *f)
{
    struct keep_term t = {.rule = r, .counted_on = f->closed_on, .end_year = KEPT_FOR_EVER};

    if (r && r->from == KEEP_FROM_RESULT && f->issued_on)
        t.counted_on = f->issued_on;
    if (r && r->keep == KEEP_YEARS) {
        t.years = r->years;
        t.end_year = date_ymd(t.counted_on).y + r->years;
    }
    return t;
}

/* Without any rule nothing's period ends: better kept too long. */
struct keep_term
retention_term(const struct keep_rules *rules, const struct keep_facts *f)
{
    struct keep_term best = term_of(NULL, f);
    int at = -1;

    for (size_t i = 0; i < rules->rules.n; i++) {
        const struct keep_rule *r = &rules->rules.p[i];
        int l = level(r, f);
        struct keep_term t = term_of(r, f);

        if (l > at || (l >= 0 && l == at && t.end_year > best.end_year)) {
            best = t;
            at = l;
        }
    }
    return best;
}
