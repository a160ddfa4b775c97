#include "move/guard.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "db/copy_state.h"
#include "move/guard_sql.h"
#include "move/move.h"
#include "move/names.h"
#include "site/keys.h"
#include "site/numbers.h"
#include "site/seats.h"
#include "site/sharing.h"

enum { LOOK = SEAT_EXPIRES + SEAT_BEAT };      /* seconds */

#define SORRY MOVE_SORRY

static const struct seat_row *
seat_of(const seat_list *l, int64_t number)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i].number == number)
            return &l->p[i];
    return NULL;
}

/* How many seats others than `own` hold; *moved: one that gave a sign of life since `before`, or is
 * new. */
static size_t
held(const seat_list *before, const seat_list *now, const char *own, const struct seat_row **moved)
{
    size_t n = 0;

    *moved = NULL;
    for (size_t i = 0; i < now->n; i++) {
        const struct seat_row *was = seat_of(before, now->p[i].number);

        if (!*now->p[i].holder || strcmp(now->p[i].holder, own) == 0)
            continue;
        n++;
        if (!was || was->beat != now->p[i].beat || strcmp(was->holder, now->p[i].holder) != 0)
            *moved = &now->p[i];
    }
    return n;
}

static int
watch_seats(struct ctx *c, const char *own)
{
    const struct seat_row *moved;
    seat_list first = {0}, now;
    struct progress p;
    int rc = seats_all(c, &first);

    if (rc < 0 || held(&first, &first, own, &moved) == 0)
        return rc;
    progress_begin(&p, "a server's seat is held; does it live?", "seconds", 0, LOOK);
    for (int i = 0; i < LOOK; i++) {
        now = (seat_list){0};
        if ((rc = seats_all(c, &now)) < 0 || held(&first, &now, own, &moved) == 0 || moved)
            break;
        sleep(1);
        progress_add(&p, 1);
    }
    progress_stop(&p);
    if (rc < 0 || !moved)
        return rc;
    return fail(c, E_CONFLICT, SORRY,
                "a server works on the database: seat %" PRId64 ", %s; stop it", moved->number,
                moved->name);
}

int
guard_quiet(struct ctx *c, const char *url, const char *own)
{
    int rc = db_check_schema(c);

    if (rc < 0)
        return rc;
    return is_sqlite(url) ? sharing_alone(c, url) : watch_seats(c, own);
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
    const char *path = keys_place(c->a, to);
    const uint8_t *key, *there;
    int rc = keys_load(c, from, &key);

    if (rc < 0)
        return rc;
    if (access(path, F_OK) == 0) {
        if ((rc = keys_load(c, path, &there)) < 0)
            return rc;
        return hash_equal(key, there, KEY_SIZE)
                   ? OK
                   : fail(c, E_CONFLICT, SORRY, "%s is another site's key; it stays", path);
    }
    rc = file_write(c->a, path, key, KEY_SIZE, 0600);
    return rc < 0 ? fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc)) : OK;
}

int
guard_ring_copy(struct ctx *c, const char *from, const char *to)
{
    struct bytes b, there;
    int rc = file_read(c->a, from, RING_TEXT_MAX, &b);

    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot read the keys of numbers %s: %s", from,
                    strerror(-rc));
    rc = file_read(c->a, to, RING_TEXT_MAX, &there);
    if (rc == OK)
        return there.n == b.n && hash_equal(there.p, b.p, b.n)
                   ? OK
                   : fail(c, E_CONFLICT, SORRY, "%s has other keys of numbers; it stays", to);
    rc = file_write(c->a, to, b.p, b.n, 0600);
    return rc < 0 ? fail(c, E_SYS, SORRY, "cannot write %s: %s", to, strerror(-rc)) : OK;
}
