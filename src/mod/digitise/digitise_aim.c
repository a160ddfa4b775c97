#include "mod/digitise/digitise_aim.h"

#include "base/date.h"
#include "base/id.h"
#include "mod/deadlines/rules.h"
#include "mod/digitise/digitise_sql.h"
#include "site/site.h"

int
digitise_aims(struct ctx *c, int year, struct own_aims *out)
{
    aim_list v = {0};
    int rc = scan_sql_aims(c, year, &v);

    *out = (struct own_aims){v.p, v.n};
    return rc;
}

int
digitise_aim_history(struct ctx *c, int64_t unit, struct own_aims *out)
{
    aim_list v = {0};
    int rc = scan_sql_aims_of(c, unit, AIM_HISTORY, &v);

    *out = (struct own_aims){v.p, v.n};
    return rc;
}

int
digitise_aim_floor(const struct ctx *c, enum agency_type t, int year)
{
    const struct digitise_aim *aim = rules_aim(c->site->rules, year);

    if (!aim || t == AGENCY_NONE)
        return -1;
    return t == AGENCY_COMMUNE ? aim->commune : t == AGENCY_DISTRICT ? aim->district
                                                                     : aim->department;
}

struct aim
digitise_aim(struct ctx *c, const struct own_aims *own, const struct agency *g, int year)
{
    const struct digitise_aim *rule = rules_aim(c->site->rules, year);

    for (size_t i = 0; g && i < own->n; i++)
        if (own->p[i].unit == g->id)
            return (struct aim){own->p[i].results, own->p[i].papers, true, own->p[i].note};
    return (struct aim){digitise_aim_floor(c, g ? g->type : AGENCY_NONE, year), -1, false,
                        rule ? rule->basis : ""};
}

/* What the city asks is asked of everybody: who aims lower says by which decision. */
int
digitise_aim_set(struct ctx *c, const struct agency *g, struct own_aim *m)
{
    int now = date_ymd(vn_day(c->now)).y, floor = digitise_aim_floor(c, g->type, m->year);

    if (m->year != now && m->year != now + 1)
        return fail_field(c, "nam", N_("Chỉ đặt chỉ tiêu cho năm nay hoặc năm sau"));
    if (m->results < floor && !*m->note)
        return fail_field(c, "can-cu",
                          N_("Thấp hơn chỉ tiêu chung của thành phố: hãy ghi văn bản cho phép"));
    m->id = id_next();
    m->unit = g->id;
    m->set_by = c->account;
    m->set_at = c->now;
    return scan_sql_add_aim(c, m);
}
