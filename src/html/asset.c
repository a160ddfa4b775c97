#include "html/asset.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/embed.h"

extern const struct embedded WEB_DIST[];        /* web/dist, embedded by meson */

enum { ASSETS_MAX = 64 };

static const struct { const char *suffix, *type; } TYPES[] = {
    {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
    {".woff2", "font/woff2"},            {".svg", "image/svg+xml"},
    {".png", "image/png"},               {".webmanifest", "application/manifest+json"},
};

/* Filled before main() and read-only ever after: any thread may read it. */
static struct {
    struct asset list[ASSETS_MAX];
    char paths[ASSETS_MAX][80], names[ASSETS_MAX][64];
    size_t n;
} assets;

static const char *
type_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(dot, TYPES[i].suffix) == 0)
            return TYPES[i].type;
    return NULL;
}

/* "app-3f2a91c0.css" is asked for as "app.css". */
static void
plain_name(char *to, size_t size, const char *file)
{
    const char *dot = strrchr(file, '.'), *dash = strrchr(file, '-');
    int stem = (int)((dash ? dash : dot) - file);

    snprintf(to, size, "%.*s%s", stem, file, dot);
}

static const struct embedded *
packed(const char *name)
{
    size_t n = strlen(name);

    for (const struct embedded *e = WEB_DIST; e->name; e++)
        if (strncmp(e->name, name, n) == 0 && strcmp(e->name + n, ".gz") == 0)
            return e;
    return NULL;
}

static void
add(const struct embedded *e, const char *type)
{
    const struct embedded *gz = packed(e->name);
    size_t i = assets.n++;

    assert(i < ASSETS_MAX);
    snprintf(assets.paths[i], sizeof assets.paths[i], "/a/%s", e->name);
    plain_name(assets.names[i], sizeof assets.names[i], e->name);
    assets.list[i] = (struct asset){
        .path = assets.paths[i], .type = type, .p = (const uint8_t *)e->text, .n = e->n,
        .gz = gz ? (const uint8_t *)gz->text : NULL, .gz_n = gz ? gz->n : 0,
    };
}

__attribute__((constructor)) static void
assets_init(void)
{
    for (const struct embedded *e = WEB_DIST; e->name; e++) {
        const char *type = type_of(e->name);

        if (type)
            add(e, type);
    }
}

const struct asset *
asset_find(const char *path)
{
    for (size_t i = 0; i < assets.n; i++)
        if (strcmp(assets.paths[i], path) == 0)
            return &assets.list[i];
    return NULL;
}

const char *
asset_url(const char *name)
{
    for (size_t i = 0; i < assets.n; i++)
        if (strcmp(assets.names[i], name) == 0)
            return assets.paths[i];
    return "";
}
