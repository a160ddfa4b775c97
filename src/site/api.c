/* The description of the API.  A test holds it against the route table. */
#include "base/embed.h"
#include "http/reply.h"
#include "http/route.h"

extern const struct embedded OPENAPI[];

static int
get_description(struct ctx *c)
{
    return reply_text(c, 200, "application/json", OPENAPI[0].text);
}

const struct route site_api_routes[] = {
    {GET, "/api/v1/openapi.json", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_NONE, .run = get_description, .about = "This API's description (OpenAPI 3.1)"},
    {0},
};
