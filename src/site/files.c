/* Files that belong to no slice: embedded assets, robots.txt. */
#include <string.h>

#include "base/err.h"
#include "html/asset.h"
#include "http/reply.h"
#include "http/request.h"

enum { P_FILE };
static const struct param IN_ASSET[] = {
    [P_FILE] = { "file", K_TEXT, .max = 80 },
    { .kind = K_END },
};

/* Their names carry a hash of their content: what was fetched once is good for a year. */
static int
get_asset(struct ctx *c)
{
    const char *gzip = c->req->h.accept_encoding;
    const struct asset *f = asset_find(arena_fmt(c->a, "/a/%s", in_text(c, P_FILE)));
    bool packed = f && f->gz && gzip && strstr(gzip, "gzip");

    if (!f)
        return fail(c, E_NOTFOUND, N_("Không có tệp này"), "no asset of that name");
    c->out->status = 200;
    c->out->type = f->type;
    c->out->cache = "public, max-age=31536000, immutable";
    c->out->asset = packed ? f->gz : f->p;
    c->out->asset_n = packed ? f->gz_n : f->n;
    c->out->encoding = packed ? "gzip" : NULL;
    return OK;
}

static int
get_icon(struct ctx *c)
{
    return redirect(c, "%s", asset_url("mark.svg"));
}

/* Dossiers, desks and forms are nobody's search result. */
static int
get_robots(struct ctx *c)
{
    c->out->cache = "public, max-age=86400";
    return reply_text(c, 200, "text/plain; charset=utf-8",
                      "User-agent: *\nDisallow: /can-bo\nDisallow: /quan-tri\nDisallow: /ca-nhan\n"
                      "Disallow: /tra-cuu\nDisallow: /api\n");
}

#define FILE_ROW(address, inputs, handler, words)                                                  \
    {                                                                                              \
        .method = GET, .path = (address), .perm = PERM_PUBLIC, .where = RUN_HERE,                \
        .body = BODY_NONE, .sees = SEES_NOBODY, .face = FACE_FILE, .in = (inputs),                 \
        .run = (handler), .about = (words)                                                         \
    }

const struct route site_routes[];
const struct route site_routes[] = {
    FILE_ROW("/a/{file}", IN_ASSET, get_asset, "A style, script, font or picture of the pages."),
    FILE_ROW("/favicon.ico", IN_NONE, get_icon, "The mark, for browsers that look there."),
    FILE_ROW("/robots.txt", IN_NONE, get_robots, "What search engines leave alone."),
    { 0 },
};
