#include "move/names.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const SCHEMES[] = {"sqlite:", "postgresql://", "postgres://"};

const char *
url_fault(const char *url)
{
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++)
        if (strncmp(url, SCHEMES[i], strlen(SCHEMES[i])) == 0 && url[strlen(SCHEMES[i])])
            return NULL;
    return "must be of the form sqlite:PATH or postgresql://...";
}

bool
is_sqlite(const char *url)
{
    return strncmp(url, SCHEMES[0], strlen(SCHEMES[0])) == 0;
}

const char *
sqlite_path(const char *url)
{
    return url + strlen(SCHEMES[0]);
}

const char *
folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : arena_strn(a, path, (size_t)(slash - path));
}

static const char *
whole_path(struct arena *a, const char *path)
{
    char whole[PATH_MAX], *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : NULL;

    if (realpath(path, whole))
        return arena_str(a, whole);
    if (realpath(folder_of(a, path), whole)) /* a file that is still to be made */
        return arena_fmt(a, "%s/%s", whole, base ? base : path);
    return path;
}

const char *
db_name(struct arena *a, const char *url)
{
    return is_sqlite(url) ? arena_fmt(a, "sqlite:%s", whole_path(a, sqlite_path(url)))
                          : db_mask(a, url);
}

int
side_open(struct side *s, struct arena *a, const char *url, enum db_mode mode)
{
    *s = (struct side){.url = url};
    ctx_init(&s->c, arena_open(SIDE_ARENA));
    s->name = db_name(a, url);
    return db_open(&s->c, url, mode, &s->c.db);
}

void
side_close(struct side *s)
{
    if (s->c.db)
        db_close(s->c.db);
    if (s->c.a)
        arena_close(s->c.a);
    *s = (struct side){0};
}
