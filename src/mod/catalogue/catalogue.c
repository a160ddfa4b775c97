/* What a dossier's answers decide: case, limit, fees, papers.  Pure. */
#include "mod/catalogue/catalogue.h"

#include <string.h>

#include "base/logic.h"

enum { QUANTITY_MAX = 100000 };

int
catalogue_word(const char *const *words, const char *word)
{
    return schema_word(words, word);
}

json_t *
catalogue_facts(struct arena *a, const json_t *answers, day received, int channel,
                const char *payer)
{
    json_t *facts = json_is_object(answers) ? json_copy((json_t *)answers) : json_object();

    json_object_set_new(facts, "$received", json_string(date_iso(a, received)));
    json_object_set_new(facts, "$channel", json_string(CATALOGUE_CHANNELS[channel]));
    json_object_set_new(facts, "$payer", json_string(payer));
    return facts;
}

static bool
holds(const json_t *when, const json_t *facts)
{
    return !when || logic_true(when, facts);
}

static bool
has(const struct texts *list, const char *id)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->p[i], id) == 0)
            return true;
    return false;
}

/* No cases named: all. */
static bool
of_case(const struct texts *cases, const struct proc_case *k)
{
    return cases->n == 0 || (k && has(cases, k->id));
}

const struct proc_case *
catalogue_case(const struct procedure *p, const json_t *facts)
{
    for (size_t i = 0; i < p->cases.n; i++)
        if (holds(p->cases.p[i].when, facts))
            return &p->cases.p[i];
    return NULL;                                /* not reached: the last case has no condition */
}

const struct proc_case *
catalogue_case_find(const struct procedure *p, const char *id)
{
    for (size_t i = 0; i < p->cases.n; i++)
        if (strcmp(p->cases.p[i].id, id) == 0)
            return &p->cases.p[i];
    return NULL;
}

bool
catalogue_confidential(const struct procedure *p, day on)
{
    return *p->confidential.basis &&
           (p->confidential.from == NO_DAY || on >= p->confidential.from) &&
           (p->confidential.to == NO_DAY || on <= p->confidential.to);
}

bool
catalogue_covered(const struct procedure *p)
{
    return *p->confidential.basis && *p->confidential.cover;
}

const char *
catalogue_title(const struct procedure *p)
{
    return catalogue_covered(p) ? p->confidential.cover : p->name;
}

const char *
catalogue_limit(const struct procedure *p, const struct proc_case *k)
{
    for (size_t i = 0; i < p->deadline.limits.n; i++)
        if (of_case(&p->deadline.limits.p[i].cases, k))
            return p->deadline.limits.p[i].limit;
    return "";                                  /* not reached: the last limit names no cases */
}

static bool
fee_fits(const struct proc_fee *f, const struct proc_case *k, int channel, unsigned payers, day on)
{
    return of_case(&f->cases, k) && (f->channels == 0 || (f->channels & 1u << channel)) &&
           (f->payers == 0 || (f->payers & payers)) && (f->from == NO_DAY || on >= f->from) &&
           (f->to == NO_DAY || on <= f->to);
}

/* The number of copies, pages ...: a field of the form or of a row; 1 when the fee names none, 0
 * when the field is hidden or empty. */
static int64_t
number_of(const char *key, const json_t *answers)
{
    double n;

    if (!*key)
        return 1;
    n = json_number_value(json_object_get(answers, key));
    return n <= 0 ? 0 : n > QUANTITY_MAX ? QUANTITY_MAX : (int64_t)n;
}

/* `amount` a unit, another amount from the nth unit on, never more than the cap. */
static int64_t
fee_total(const struct proc_fee *f, int64_t quantity)
{
    int64_t total = 0, rest = quantity;

    for (size_t i = f->steps.n; i-- > 0;) {
        int64_t from = f->steps.p[i].from;

        if (rest >= from) {
            total += (rest - from + 1) * f->steps.p[i].amount;
            rest = from - 1;
        }
    }
    total += rest * f->amount;
    return f->cap && total > f->cap ? f->cap : total;
}

/* Adds what one set of answers costs: the capped amount, as often as `times` says. */
static void
fee_add(struct fee_line *line, const json_t *answers)
{
    int64_t n = number_of(line->fee->quantity, answers);
    int64_t times = number_of(line->fee->times, answers), total;

    line->quantity += n * times;
    if (n == 0 || __builtin_mul_overflow(fee_total(line->fee, n), times, &total) ||
        __builtin_add_overflow(line->total, total, &total))
        return;
    line->total = total;
}

static struct fee_line
fee_line_of(const struct proc_fee *f, const json_t *facts)
{
    struct fee_line line = {.fee = f};
    const json_t *rows = json_object_get(facts, f->rows), *row;
    size_t i;

    if (!*f->rows)
        fee_add(&line, facts);
    json_array_foreach(rows, i, row)
        fee_add(&line, row);
    return line;
}

static bool
charged(const struct fee_list *list, const char *id)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->p[i].fee->id, id) == 0)
            return true;
    return false;
}

struct fee_list
catalogue_fees(struct arena *a, const struct procedure *p, const struct proc_case *k,
               const json_t *facts, int channel, unsigned payers, day on)
{
    struct fee_list list = {.p = arena_get(a, (p->fees.n + 1) * sizeof *list.p)};

    for (size_t i = 0; i < p->fees.n; i++) {
        const struct proc_fee *f = &p->fees.p[i];
        struct fee_line line = fee_line_of(f, facts);

        if (line.quantity == 0 || charged(&list, f->id) || !fee_fits(f, k, channel, payers, on))
            continue;
        list.p[list.n++] = line;
        list.total += line.total;
    }
    return list;
}

struct paper_list
catalogue_papers(struct arena *a, const struct procedure *p, const struct proc_case *k,
                 const json_t *facts)
{
    struct paper_list list = {.p = arena_get(a, (p->papers.n + 1) * sizeof *list.p)};

    for (size_t i = 0; i < p->papers.n; i++)
        if (of_case(&p->papers.p[i].cases, k) && holds(p->papers.p[i].when, facts))
            list.p[list.n++] = &p->papers.p[i];
    return list;
}

const struct proc_step *
catalogue_step(const struct procedure *p, const char *id)
{
    for (size_t i = 0; i < p->process.n; i++)
        if (strcmp(p->process.p[i].id, id) == 0)
            return &p->process.p[i];
    return NULL;
}

const struct proc_step *
catalogue_step_after(const struct procedure *p, const struct proc_step *s)
{
    return s->next.n ? catalogue_step(p, s->next.p[0]) : NULL;
}
