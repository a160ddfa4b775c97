/* What the pages of agencies share: names, links, choices. */
#include "mod/agencies/agencies_pages.h"

#include <string.h>

#include "base/buf.h"
#include "base/vi.h"
#include "site/site.h"

enum { FIELD_WORDS_MAX = 4000 };

const char *const AGENCY_TYPE_WORDS[] = {"",       "city",    "department", "office", "district",
                                         "commune", "village", "block",      NULL};
const char *const ROLE_WORDS[] = {"",         "intake",  "specialist",    "leader", "archivist",
                                  "reporter", "auditor", "administrator", "community", NULL};

struct url
agency_admin_url(struct ctx *c, const struct agency *g, const char *what)
{
    return (struct url){arena_fmt(c->a, "/quan-tri/co-quan/%s/%s%s%s", g->code,
                                  date_iso(c->a, g->valid_from), *what ? "/" : "", what)};
}

/* To the public page, of the last day when it has ended. */
struct markup
agency_link(struct ctx *c, const struct agencies_snapshot *s, int64_t id)
{
    const struct agency *g = agencies_by_id(s, id);

    if (!g)
        return html_text(c, "");
    if (g->valid_to == AGENCY_OPEN)
        return html_link(c, html_url(c, "/co-quan/%s", g->code), agency_name(c, g));
    return html_link(c, html_url(c, "/co-quan/%s?ngay=%s", g->code, date_iso(c->a, g->valid_to)),
                     agency_name(c, g));
}

const char *
agency_dates(struct ctx *c, day from, day to)
{
    if (to == AGENCY_OPEN)
        return trf(c, N_("từ {0}"), date_vi(c->a, from));
    return trf(c, N_("từ {0} đến {1}"), date_vi(c->a, from), date_vi(c->a, to));
}

const char *
agency_hours(const struct agencies_snapshot *s, const struct agency *g)
{
    for (int step = 0; g && step < 8; step++) {
        if (*g->hours)
            return g->hours;
        g = agencies_by_id(s, g->parent);
    }
    return "";
}

bool
agency_matches(struct ctx *c, const struct agency *g, const char *fold)
{
    return !*fold || strstr(vi_fold(c->a, g->name), fold) || strstr(vi_fold(c->a, g->code), fold) ||
           strstr(vi_fold(c->a, g->name_en), fold) || strcmp(g->unit_code, fold) == 0;
}

/* --- choices -------------------------------------------------------------------------------- */

static bool
reaches(struct ctx *c, const struct agency *g, enum perm p)
{
    return p == PERM_PUBLIC || c->account == 0 || auth_reaches(c, c->account, g->id, p);
}

const struct choice *
agency_choices(struct ctx *c, const struct agencies_snapshot *s, enum perm p, const char *first,
               size_t *n)
{
    struct agency_list all = agencies_all(s);
    VEC(struct choice) v = {0};

    *vec_push(c->a, &v) = (struct choice){.value = "", .label = first};
    for (size_t i = 0; i < all.n; i++) {
        const struct agency *g = all.p[i];

        if (agency_exists(g, vn_day(c->now)) && g->type != AGENCY_VILLAGE &&
            g->type != AGENCY_BLOCK && reaches(c, g, p))
            *vec_push(c->a, &v) = (struct choice){.value = g->code, .label = agency_name(c, g)};
    }
    *n = v.n;
    return v.p;
}

const struct choice *
agency_type_choices(struct ctx *c, const char *first, size_t *n)
{
    struct choice *v = arena_get(c->a, AGENCY__COUNT * sizeof *v);

    v[0] = (struct choice){.value = "", .label = first};
    for (enum agency_type t = AGENCY_NONE + 1; t < AGENCY__COUNT; t++)
        v[t] = (struct choice){.value = agency_type_word(t), .label = agency_type_name(t)};
    *n = AGENCY__COUNT;
    return v;
}

static const char *
field_name(struct ctx *c, const char *id)
{
    return c->site->with && c->site->with->field_name ? c->site->with->field_name(c, id) : id;
}

int
field_choices(struct ctx *c, const struct choice **out, size_t *n)
{
    const char *const *ids;
    int rc = agencies_fields(c, &ids, n);
    struct choice *v = arena_get(c->a, (*n + 1) * sizeof *v);

    for (size_t i = 0; i < *n; i++)
        v[i] = (struct choice){.value = ids[i], .label = field_name(c, ids[i])};
    *out = v;
    return rc;
}

const char *
field_words(struct ctx *c, const char *fields)
{
    struct buf b;

    buf_init(&b, c->a, FIELD_WORDS_MAX);
    for (size_t n; *fields; fields += n + (fields[n] == ' ')) {
        n = strcspn(fields, " ");
        buf_fmt(&b, "%s%s", b.n ? "; " : "", field_name(c, arena_strn(c->a, fields, n)));
    }
    return b.p;
}

const struct choice *
role_choices(struct ctx *c, size_t *n)
{
    struct choice *v = arena_get(c->a, ROLE__COUNT * sizeof *v);

    v[0] = (struct choice){.value = "", .label = N_("Chọn vai trò")};
    for (enum role r = ROLE_NONE + 1; r < ROLE__COUNT; r++)
        v[r] = (struct choice){.value = role_word(r), .label = role_name(r)};
    *n = ROLE__COUNT;
    return v;
}
