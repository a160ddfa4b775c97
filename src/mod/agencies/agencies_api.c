/* /api/v1/agencies: the tree of today, for everybody (src/site/openapi.json). */
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "site/site.h"

static json_t *
row(struct ctx *c, const struct agency *g)
{
    const struct agency *parent = agencies_by_id(c->site->agencies, g->parent);

    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:b}", "code", g->code, "name", g->name, "type",
                     agency_type_word(g->type), "parent",
                     parent ? json_string(parent->code) : json_null(), "hotline", g->hotline,
                     "provisional", g->provisional);
}

static int
get_agencies(struct ctx *c)
{
    struct agency_list all = agencies_all(c->site->agencies);
    json_t *items = json_array();

    for (size_t i = 0; i < all.n; i++)
        if (agency_exists(all.p[i], vn_day(c->now)))
            json_array_append_new(items, row(c, all.p[i]));
    return reply_json(c, 200, json_pack("{s:o}", "items", items));
}

const struct route agencies_api_routes[] = {
    {GET, "/api/v1/agencies", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_API, IN_NONE,
     .run = get_agencies, .about = "Agencies of today"},
    {0},
};
