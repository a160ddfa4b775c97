/* Reading what an event did: the values of rows and texts, and what each stands for. */
#include <assert.h>
#include <string.h>

#include "generate/course_internal.h"
#include "mod/dossiers/dossiers_fields.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"

/* --- texts --- */

static const struct mark *
mark_at(const struct play *p, const char *s)
{
    const struct mark *best = NULL;

    for (size_t i = 0; i < p->n_marks; i++)
        if (*s == p->marks[i].s[0] && (!best || p->marks[i].n > best->n) &&
            strncmp(s, p->marks[i].s, p->marks[i].n) == 0)
            best = &p->marks[i];
    return best;
}

static void
add_same(struct arena *a, struct piece *v, size_t *n, const char *from, const char *to)
{
    if (to > from)
        v[(*n)++] = (struct piece){PIECE_SAME, 0, arena_strn(a, from, (size_t)(to - from)),
                                   (size_t)(to - from)};
}

struct text
course_text(struct play *p, const char *s)
{
    struct piece *v = arena_get(p->c.a, (2 * strlen(s) + 2) * sizeof *v), *kept;
    const char *from = s;
    size_t n = 0;

    while (*s) {
        const struct mark *m = mark_at(p, s);

        if (!m) {
            s++;
            continue;
        }
        add_same(p->w->a, v, &n, from, s);
        v[n++] = m->is;
        from = s += m->n;
    }
    add_same(p->w->a, v, &n, from, s);
    kept = arena_get(p->w->a, (n + 1) * sizeof *kept);
    memcpy(kept, v, n * sizeof *v);
    return (struct text){kept, n};
}

/* --- numbers --- */

static struct cell
plain(int64_t v)
{
    return (struct cell){.kind = CELL_INT, .i = v};
}

static struct cell
moment_cell(const struct play *p, int64_t v)
{
    int64_t n = (v - p->w->when) / APART;

    if (v == 0)
        return plain(0);
    if (v == p->answer_due)
        return (struct cell){.kind = CELL_ANSWER_DUE, .i = p->answer_event};
    if (v == p->opinion_due)
        return (struct cell){.kind = CELL_OPINION_DUE, .i = p->opinion_event};
    assert(n >= 0 && n < EVENTS_MAX && p->w->when + n * APART == v);    /* nothing else is known */
    return (struct cell){.kind = CELL_AT, .i = n};
}

static struct cell
account_cell(const struct play *p, int64_t v)
{
    enum role role;
    int place;

    if (v == NOBODY_CITIZEN)
        return (struct cell){.kind = CELL_CITIZEN};
    if (!v || !staff_seat(p->home, v, &role, &place))
        return plain(v);
    return (struct cell){.kind = CELL_OFFICER, .i = role, .place = place};
}

static struct cell
unit_cell(const struct play *p, int64_t v)
{
    return v == p->home->g->id ? (struct cell){.kind = CELL_UNIT} : plain(v);
}

/* --- the row: what each field means --- */

#define IS(name, what) {#name, what}
static const struct { const char *field; char means; } FIELD[] = {
    IS(account, 'a'), IS(received_by, 'a'), IS(holder, 'a'), IS(last_officer, 'a'),
    IS(received_unit, 'u'), IS(intake_unit, 'u'), IS(competent_unit, 'u'), IS(unit, 'u'),
    IS(submitted_at, 'm'), IS(accepted_at, 'm'), IS(finished_at, 'm'), IS(returned_at, 'm'),
    IS(answer_due, 'm'), IS(due_at, 'D'), IS(first_due, 'D'), IS(due_exact, '-'),
    IS(due_provisional, '-'), IS(timing, 'T'), IS(extended_to, 'E'), IS(result_date, 'd'),
    IS(result_signer, 's')};

static char
field_means(const char *name)
{
    for (size_t i = 0; i < sizeof FIELD / sizeof *FIELD; i++)
        if (strcmp(FIELD[i].field, name) == 0)
            return FIELD[i].means;
    return 'n';
}

static struct cell
number_cell(const struct play *p, char means, int64_t v)
{
    switch (means) {
    case 'a': return account_cell(p, v);
    case 'u': return unit_cell(p, v);
    case 'm': return moment_cell(p, v);
    case 'D': return v ? (struct cell){.kind = CELL_DUE} : plain(0);
    case 'T': return v ? (struct cell){.kind = CELL_TIMING} : plain(0);
    case 'E': return v ? (struct cell){.kind = CELL_EXTENDED} : plain(0);
    case 'd': return v ? (struct cell){.kind = CELL_DAY, .i = (int64_t)p->out->n} : plain(0);
    default:  return plain(v);
    }
}

static struct cell
text_cell(struct play *p, char means, const char *s)
{
    if (means == 's' && *s)
        return (struct cell){.kind = CELL_SIGNER, .place = p->place};
    return (struct cell){.kind = CELL_TEXT, .t = course_text(p, s)};
}

static bool
field_same(const struct dossier *a, const struct dossier *b, const struct row_field *f)
{
    const char *s, *t;
    int64_t n, m;

    if (!f->text) {
        memcpy(&n, (const char *)a + f->at, sizeof n);
        memcpy(&m, (const char *)b + f->at, sizeof m);
        return n == m;
    }
    memcpy(&s, (const char *)a + f->at, sizeof s);
    memcpy(&t, (const char *)b + f->at, sizeof t);
    return strcmp(s ? s : "", t ? t : "") == 0;
}

static struct cell
field_cell(struct play *p, const struct dossier *d, const struct row_field *f)
{
    char means = field_means(f->name);
    const char *s;
    int64_t n;

    if (f->text) {
        memcpy(&s, (const char *)d + f->at, sizeof s);
        return text_cell(p, means, s);
    }
    memcpy(&n, (const char *)d + f->at, sizeof n);
    return number_cell(p, means, n);
}

static void
read_sets(struct play *p, struct course_event *e, const struct dossier *was,
          const struct dossier *now)
{
    struct set *v = arena_get(p->w->a, DOSSIER_FIELDS_N * sizeof *v);

    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++) {
        const struct row_field *f = &DOSSIER_FIELDS[i];

        if (field_same(was, now, f) || field_means(f->name) == '-')
            continue;
        v[e->n_sets++] = (struct set){i, field_cell(p, now, f)};
    }
    e->sets = v;
}

/* --- parts --- */

static struct cell
part_cell(struct play *p, struct rows *r, enum part part, int k)
{
    int at = part_sealed(part, k);
    char means = PART_MEANS[part][k];

    if (means == 'd')
        return (struct cell){.kind = CELL_DOSSIER};
    if (means == 't')
        return text_cell(p, means, at < 0 ? row_text(r, k)
                                          : row_sealed(r, k, (enum sealed_at)at, p->d.id));
    return number_cell(p, means, row_int(r, k));
}

static int
read_part(struct play *p, struct course_event *e, enum part part, struct part_row *v)
{
    struct rows r;

    for (db_rows(&p->c, &r, &PART_QUERY[part], ARGS(qi(p->d.id))); db_next(&r);) {
        const char *means = PART_MEANS[part];
        struct cell *cells = arena_get(p->w->a, strlen(means) * sizeof *cells);

        for (int k = 0; means[k]; k++)
            cells[k] = part_cell(p, &r, part, k);
        if (e->n_rows < 64)
            v[e->n_rows++] = (struct part_row){part, cells};
    }
    return db_done(&r);
}

static void
read_pauses(struct course_event *e)
{
    for (size_t i = 0; i < e->n_rows && e->n_pauses < STOPS_OF; i++) {
        const struct cell *k = e->rows[i].cells;

        if (e->rows[i].part == PART_STOP)
            e->pauses[e->n_pauses++] = (struct pause){
                (enum stop_kind)k[2].i, (int)k[6].i, k[7].kind == CELL_AT ? (int)k[7].i : -1,
                k[4].t.n ? k[4].t.p[0].s : ""};
    }
}

static size_t
ended(const struct course_event *e)
{
    size_t n = 0;

    for (size_t i = 0; i < e->n_pauses; i++)
        n += e->pauses[i].to >= 0;
    return n;
}

static int
read_digital(struct play *p, struct course_event *e)
{
    struct paper_digital *v;
    size_t n;
    int rc = papers_digital(&p->c, p->d.id - 1, p->d.id, &v, &n);

    if (n)
        e->digital = v[0];
    return rc;
}

static int
read_parts(struct play *p, struct course_event *e)
{
    struct part_row *v = arena_get(p->w->a, 64 * sizeof *v);
    int rc = OK;

    for (enum part k = 0; k < PART__READ && rc == OK; k++)
        rc = read_part(p, e, k, v);
    e->rows = v;
    read_pauses(e);
    return rc < 0 ? rc : read_digital(p, e);
}

/* --- the event --- */

static void
read_event(struct play *p, struct course_event *e, const struct stored_event *s)
{
    e->account = account_cell(p, s->account);
    e->unit = unit_cell(p, s->unit);
    e->note = course_text(p, s->note);
    e->ground = course_text(p, s->ground);
    e->data = course_text(p, s->data);
}

static int64_t
asked_unit(const struct course_event *e)
{
    for (size_t i = 0; i < e->n_rows; i++)
        if (e->rows[i].part == PART_OPINION)
            return e->rows[i].cells[2].i;
    return 0;
}

/* The code is known with the first event; numbers of results, receipts and parcels from the start.
 */
static void
late_marks(struct play *p)
{
    static const struct { const char *s; enum piece_kind kind; } FIXED[] = {
        {"77777/2026", PIECE_RESULT}, {"7777777", PIECE_RECEIPT}, {"777777777", PIECE_PARCEL}};

    if (p->n_marks > MARKS_MAX - 8)
        p->n_marks = MARKS_MAX - 8;
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        p->marks[p->n_marks++] =
            (struct mark){FIXED[i].s, strlen(FIXED[i].s), {.kind = FIXED[i].kind}};
    p->marks[p->n_marks++] = (struct mark){arena_str(p->w->a, p->d.code), strlen(p->d.code),
                                           {.kind = PIECE_CODE}};
}

int
course_read(struct play *p, size_t n)
{
    struct course_event *e = &p->out->ev[n];
    struct dossier was = {.id = p->d.id}, now = {.id = p->d.id};
    event_list v = {0};
    int rc = sql_events(&p->c, p->d.id, 0, &v);

    assert(rc < 0 || v.n == n + 1);
    if (n == 0)
        late_marks(p);
    for (size_t i = 0; i < v.n && rc == OK; i++) {
        was = now;
        rc = dossiers_fold(p->c.a, &now, v.p[i].changes);
    }
    if (rc < 0)
        return rc;
    p->out->n = n;                      /* CELL_DAY is of this event */
    read_event(p, e, &v.p[n]);
    read_sets(p, e, &was, &now);
    if ((rc = read_parts(p, e)) < 0)
        return rc;
    e->reckons = was.accepted_at != now.accepted_at || was.due_at != now.due_at ||
                 (n > 0 && ended(e) > ended(e - 1));
    if (e->action == ACT_CONSULT) {
        e->opinion = 1;
        e->opinion_unit = asked_unit(e);
    }
    p->out->n = n + 1;
    return OK;
}
