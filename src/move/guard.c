#include "move/guard.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/now.h"
#include "db/copy_state.h"
#include "move/guard_sql.h"
#include "move/move.h"
#include "site/health_sql.h"
#include "site/keys.h"

enum { PULSE_OVER = 25 };      /* seconds; a server gives a sign every 10 */

#define SORRY MOVE_SORRY

int
guard_quiet(struct ctx *c, const char *name)
{
    int64_t ago;
    int rc = db_check_schema(c);

    if (rc < 0)
        return rc;
    ago = now_seconds() - health_sql_newest_pulse(c);
    if (c->err.rc < 0)
        return c->err.rc;
    if (ago >= PULSE_OVER || ago <= -PULSE_OVER) /* by a clock that was set since */
        return OK;
    return fail(c, E_CONFLICT, SORRY,
                "a server works on %s (its last sign of life is %d s old): stop it, wait %d s",
                name, ago < 0 ? 0 : (int)ago, PULSE_OVER);
}

int
guard_site(struct ctx *c, const char *name)
{
    if (db_schema_version(c) == 0)
        return c->err.rc < 0 ? (int)c->err.rc
                             : fail(c, E_CONFLICT, SORRY, "%s holds no site", name);
    return copy_state_there(c)
               ? fail(c, E_CONFLICT, SORRY, "%s is a copy that has not ended", name)
               : OK;
}

int
guard_identity(struct ctx *c, const char *name, struct arena *keep, const char **out)
{
    int64_t born = guard_sql_born(c);

    if (born == 0)
        return c->err.rc < 0 ? (int)c->err.rc
                             : fail(c, E_CONFLICT, SORRY, "%s holds no site", name);
    *out = arena_fmt(keep, "%s made %" PRId64, name, born);
    return OK;
}

int
guard_key_copy(struct ctx *c, const char *from, const char *to)
{
    const char *path = arena_fmt(c->a, "%s/motcua.key", to);
    const uint8_t *key, *there;
    int rc = keys_load(c, from, &key);

    if (rc < 0)
        return rc;
    if (access(path, F_OK) == 0) {
        if ((rc = keys_load(c, to, &there)) < 0)
            return rc;
        return hash_equal(key, there, KEY_SIZE)
                   ? OK
                   : fail(c, E_CONFLICT, SORRY, "%s is another site's key; it stays", path);
    }
    rc = file_write(c->a, path, key, KEY_SIZE, 0600);
    return rc < 0 ? fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc)) : OK;
}
