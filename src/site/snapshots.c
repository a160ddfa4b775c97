#include "site/snapshots.h"

#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/deadlines/rules.h"
#include "site/documents.h"

enum { SITE_ARENA = 64 << 20 };

struct loaded {
    struct site site; /* first: what others hold */
    struct arena *a;  /* of calendar and rules */
};

static int
load_calendar(struct ctx *c, struct loaded *l)
{
    struct calendar *cal = arena_get(l->a, sizeof *cal);
    struct data_faults faults = {.a = c->a};
    struct bytes text;
    int rc = documents_get(c, DOCUMENT_CALENDAR, &text);

    if (rc < 0)
        return rc;
    if (!calendar_load(l->a, (const char *)text.p, text.n, cal, &faults))
        return fail(c, E_SYS, N_("Lịch làm việc có lỗi"), "the stored calendar has faults");
    l->site.calendar = cal;
    return OK;
}

static int
load_rules(struct ctx *c, struct loaded *l)
{
    struct rules *r = arena_get(l->a, sizeof *r);
    struct data_faults faults = {.a = c->a};
    struct bytes text;
    int rc = documents_get(c, DOCUMENT_RULES, &text);

    if (rc < 0)
        return rc;
    if (!rules_load(l->a, (const char *)text.p, text.n, r, &faults))
        return fail(c, E_SYS, N_("Quy định về thời hạn có lỗi"), "the stored rules have faults");
    l->site.rules = r;
    return OK;
}

static int
load_agencies(struct ctx *c, struct loaded *l)
{
    l->site.agencies = agencies_snapshot_load(c);
    return l->site.agencies ? OK : c->err.rc;
}

static int
load_catalogue(struct ctx *c, struct loaded *l)
{
    l->site.catalogue = catalogue_snapshot_load(c);
    return l->site.catalogue ? OK : c->err.rc;
}

struct site *
site_load(struct ctx *c, const struct site *like)
{
    static int (*const PARTS[])(struct ctx *, struct loaded *) = {
        load_calendar,
        load_rules,
        load_agencies,
        load_catalogue,
    };
    struct loaded *l = mem_get(sizeof *l);

    l->site = (struct site){.config = like->config, .key = like->key, .with = like->with};
    l->a = arena_open(SITE_ARENA);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (PARTS[i](c, l) < 0) {
            site_free(&l->site);
            return NULL;
        }
    return &l->site;
}

void
site_free(struct site *s)
{
    struct loaded *l = (struct loaded *)s;

    if (!s)
        return;
    catalogue_snapshot_free((struct catalogue_snapshot *)s->catalogue);
    if (s->agencies)
        agencies_snapshot_free((struct agencies_snapshot *)s->agencies);
    arena_close(l->a);
    mem_free(l);
}

int64_t
site_generation(struct ctx *c)
{
    return documents_generation(c) + agencies_generation(c) + catalogue_generation(c);
}
