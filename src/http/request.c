#include "http/request.h"

#include <string.h>

#include "base/arena.h"
#include "http/server.h"
#include "http/urlform.h"

/* __Host- binds the cookie to this host, path / and https: no other host of the city can plant one.
 */
const char *
cookie_of_host(struct ctx *c, const char *name)
{
    return http_config(c->req->http)->secure_cookies ? arena_fmt(c->a, "__Host-%s", name) : name;
}

const char *
request_cookie(struct ctx *c, const char *name)
{
    return cookie_find(c->a, c->req->h.cookie, cookie_of_host(c, name));
}

const char *
request_here(struct ctx *c)
{
    const char *s = c->req->target;

    return s[0] == '/' && s[1] != '/' && s[1] != '\\' ? s : "/";
}

const char *
request_path(const struct ctx *c, const char *name)
{
    const struct request *r = c->req;

    for (size_t i = 0; i < r->paths; i++)
        if (strcmp(r->path[i].name, name) == 0)
            return r->path[i].value;
    return NULL;
}
