/*
 * Worked answers (tests/data/answers, compiled in) with everybody in them renamed, so that each
 * name, number, street and date of a template says whose it is.
 */
#include <string.h>

#include <jansson.h>

#include "base/embed.h"
#include "base/vi.h"
#include "generate/course_internal.h"
#include "mod/dossiers/dossiers_inside.h"

extern const struct embedded GENERATE_ANSWERS[];

/* The answers were written on REFERENCE; dates after RECENT move with the submission. */
static const struct ymd REFERENCE = {2026, 11, 22}, RECENT = {2026, 6, 1};

static const struct embedded *
answers_of(const char *procedure)
{
    size_t n = strlen(procedure);

    for (const struct embedded *e = GENERATE_ANSWERS; e->name; e++)
        if (strncmp(e->name, procedure, n) == 0 && strcmp(e->name + n, ".json") == 0)
            return e;
    return NULL;
}

bool
course_known(const char *procedure)
{
    return answers_of(procedure) != NULL;
}

static int
load(struct play *p)
{
    struct ctx *c = &p->c;
    const struct embedded *e = answers_of(p->out->p->code);
    json_t *doc = e ? json_loadb(e->text, e->n, JSON_REJECT_DUPLICATES, NULL) : NULL, *v;
    const char *key;

    if (!doc)
        return fail(c, E_NOTFOUND, N_("Không đọc được tệp"), "generate: no answers for %s",
                    p->out->p->code);
    json_object_foreach(doc, key, v)
        if (p->n_in < INPUTS_MAX && json_is_string(v))
            p->in[p->n_in++] = (struct pair){arena_str(p->w->a, key),
                                             arena_str(p->w->a, json_string_value(v))};
    json_decref(doc);
    return OK;
}

static struct pair *
pair_of(struct play *p, const char *name)
{
    for (size_t i = 0; i < p->n_in; i++)
        if (strcmp(p->in[i].name, name) == 0)
            return &p->in[i];
    return NULL;
}

const char *
course_input(const struct play *p, const char *name)
{
    const struct pair *x = pair_of((struct play *)p, name);

    return x ? x->value : "";
}

static bool
ends(const char *s, const char *tail)
{
    size_t n = strlen(s), t = strlen(tail);

    return n >= t && strcmp(s + n - t, tail) == 0;
}

static void
mark(struct play *p, const char *s, enum piece_kind kind, int who)
{
    for (size_t i = 0; i < p->n_marks; i++)
        if (strcmp(p->marks[i].s, s) == 0)
            return;
    if (p->n_marks < MARKS_MAX)
        p->marks[p->n_marks++] = (struct mark){s, strlen(s), {.kind = kind, .who = who}};
}

/* --- people --- */

static struct pair *
sibling(struct play *p, const char *name, const char *tail, const char *other)
{
    size_t n = strlen(name) - strlen(tail);

    return pair_of(p, arena_fmt(p->w->a, "%.*s%s", (int)n, name, other));
}

static int
sex_of(const char *number)
{
    return (number[3] - '0') % 2;
}

static bool
grown(const char *birth)
{
    day d;

    return date_parse(birth, &d) && d < date_day((struct ymd){RECENT.y - 2, 1, 1});
}

/* Everybody is renamed: "Người Mẫu Số B", and the same person keeps one guise throughout. */
static void
rename_all(struct play *p, const char *name, const char *was, int who)
{
    for (size_t i = 0; i < p->n_in; i++)
        if (ends(p->in[i].name, "ho_ten") && strcmp(p->in[i].value, was) == 0 &&
            (&p->in[i] == pair_of(p, name) || strcmp(was, "Nguyễn Văn An") != 0) &&
            (&p->in[i] == pair_of(p, name) || strcmp(was, "Trần Thị Bình") != 0)) {
            struct pair *number = sibling(p, p->in[i].name, "ho_ten", "so_dinh_danh");
            struct pair *birth = sibling(p, p->in[i].name, "ho_ten", "ngay_sinh");

            p->in[i].value = arena_fmt(p->w->a, "Người Mẫu Số %c", 'A' + who);
            if (number)
                number->value = arena_fmt(p->w->a, "%.6s7770%02d", number->value, who);
            if (birth && grown(birth->value))
                birth->value = arena_fmt(p->w->a, "%.4s-%02d-%02d", birth->value, 1 + who % 12,
                                         11 + who / 12);
        }
}

static int
sex_said(struct play *p, const char *name)
{
    const struct pair *v = sibling(p, name, "ho_ten", "gioi_tinh");

    if (strstr(name, "me_ho_ten"))
        return SEX_FEMALE;
    if (strstr(name, "cha_ho_ten"))
        return SEX_MALE;
    if (v)
        return strcmp(v->value, "nu") == 0 ? SEX_FEMALE : SEX_MALE;
    return SEX_ANY;
}

static void
add_guise(struct play *p, const char *name)
{
    struct pair *number = sibling(p, name, "ho_ten", "so_dinh_danh");
    struct pair *birth = sibling(p, name, "ho_ten", "ngay_sinh");
    int who = (int)p->out->n_guises;
    struct guise *g = &p->out->guises[p->out->n_guises++];
    day born;

    *g = (struct guise){.sex = sex_said(p, name)};
    if (number && strlen(number->value) == 12) {
        memcpy(g->prefix, number->value, 6);
        if (g->sex == SEX_ANY)
            g->sex = sex_of(number->value);
    }
    if (birth && grown(birth->value) && date_parse(birth->value, &born))
        g->year = date_ymd(born).y;
    g->free_year = who == 0 && g->year >= BORN_FIRST && g->year < BORN_FIRST + BORN_YEARS;
    rename_all(p, name, course_input(p, name), who);
    mark(p, course_input(p, name), PIECE_NAME, who);
    mark(p, vi_fold(p->w->a, course_input(p, name)), PIECE_FOLD, who);
    mark(p, dossiers_find_backwards(p->w->a, vi_fold(p->w->a, course_input(p, name))), PIECE_BACK,
         who);
    if (number)
        mark(p, number->value, PIECE_NUMBER, who);
    if (g->year)
        mark(p, birth->value, PIECE_BIRTH, who);
}

/* The applicant first: guise 0. */
static void
find_people(struct play *p)
{
    add_guise(p, "nguoi_yeu_cau_ho_ten");
    for (size_t i = 0; i < p->n_in && p->out->n_guises < GUISES_MAX; i++)
        if (ends(p->in[i].name, "ho_ten") &&
            strncmp(p->in[i].value, "Người Mẫu Số", strlen("Người Mẫu Số")) != 0)
            add_guise(p, p->in[i].name);
}

static void
find_contacts(struct play *p)
{
    for (size_t i = 0; i < p->n_in; i++) {
        struct pair *v = &p->in[i];
        bool mine = strncmp(v->name, "nguoi_yeu_cau", strlen("nguoi_yeu_cau")) == 0;

        if (mine && ends(v->name, "dien_thoai")) {
            v->value = "0977777700";
            mark(p, v->value, PIECE_PHONE, 0);
        } else if (mine && ends(v->name, "email")) {
            v->value = "nguoimau@example.vn";
            mark(p, v->value, PIECE_EMAIL, 0);
        }
    }
}

/* --- places and dates --- */

static void
find_places(struct play *p)
{
    for (size_t i = 0; i < p->n_in; i++) {
        struct pair *v = &p->in[i];

        if (ends(v->name, ".commune")) {
            v->value = p->home->commune;
        } else if (ends(v->name, ".street") && p->out->n_streets < STREETS_MAX) {
            v->value = arena_fmt(p->w->a, "Số 777%zu phố Mẫu", p->out->n_streets);
            mark(p, v->value, PIECE_STREET, (int)p->out->n_streets++);
        }
    }
    mark(p, arena_fmt(p->w->a, "\"%s\"", p->home->commune), PIECE_COMMUNE, 0);
    mark(p, p->home->commune_name, PIECE_COMMUNE_NAME, 0);
}

static void
find_dates(struct play *p)
{
    for (size_t i = 0; i < p->n_in; i++) {
        struct pair *v = &p->in[i];
        int days;
        day d;

        if (!date_parse(v->value, &d) || d < date_day(RECENT))
            continue;
        days = d - date_day(REFERENCE);
        v->value = date_iso(p->w->a, vn_day(p->w->when) + days);
        mark(p, v->value, PIECE_DATE, days);
    }
}

int
course_inputs(struct play *p)
{
    int rc = load(p);

    if (rc < 0)
        return rc;
    find_people(p);
    find_contacts(p);
    find_places(p);
    find_dates(p);
    return OK;
}
