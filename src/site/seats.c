#include "site/seats.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/id.h"
#include "base/now.h"
#include "site/seats_sql.h"

enum { TRIES = 20, TOKEN_BYTES = 12, BORROW = 1000 /* milliseconds of the future: no harm */ };

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* --- one's own seat ------------------------------------------------------------------------- */

void
seat_init(struct seat *s, const char *what)
{
    char host[40] = "";
    struct arena *a = arena_open(4096);

    *s = (struct seat){.number = SEAT_NONE};
    gethostname(host, sizeof host - 1);
    snprintf(s->name, sizeof s->name, "%s:%d %.24s", host, (int)getpid(), what);
    snprintf(s->token, sizeof s->token, "%s", token_url(a, TOKEN_BYTES));
    arena_close(a);
}

static const struct seat_row *
row_of(const seat_list *all, int number)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].number == number)
            return &all->p[i];
    return NULL;
}

/* Lower is better: the seat preferred, then those whose ids are all in the past, the smallest
 * number first, so that few are ever used; else the one whose ids reach least into the future. */
static int64_t
rank(const struct seat_row *row, int number, int prefer)
{
    int64_t now = now_millis();

    if (row && *row->holder)
        return -1;
    if (row && row->ids_until > now + BORROW)
        return SEATS + 1 + row->ids_until - now;
    return number == prefer ? 0 : 1 + number;
}

static int
choose(const seat_list *all, int prefer)
{
    int best = SEAT_NONE;
    int64_t least = 0;

    for (int i = 0; i < SEATS; i++) {
        int64_t r = rank(row_of(all, i), i, prefer);

        if (r >= 0 && (best == SEAT_NONE || r < least)) {
            best = i;
            least = r;
        }
    }
    return best;
}

int
seat_take(struct ctx *c, struct seat *s, int prefer, int64_t ahead_seconds)
{
    int64_t now = later(now_millis(), id_newest());

    for (int i = 0; i < TRIES; i++) {
        seat_list all = {0};
        const struct seat_row *row;
        int rc = seats_sql_all(c, &all);

        if (rc < 0)
            return rc;
        if ((s->number = choose(&all, prefer)) == SEAT_NONE)
            break;
        row = row_of(&all, s->number);
        s->ids_from = row ? row->ids_until : 0;
        s->ids_until = later(now, s->ids_from) + ahead_seconds * 1000;
        rc = row ? seats_sql_take(c, s, row->beat) : seats_sql_add(c, s);
        if (rc != 0)
            return rc < 0 ? rc : OK;
    }
    s->number = SEAT_NONE;
    return fail(c, E_LIMIT, N_("Quá nhiều máy chủ trên một cơ sở dữ liệu"), "no seat is free");
}

int
seat_beat(struct ctx *c, struct seat *s, int64_t ahead_seconds)
{
    int rc;

    s->ids_until = later(s->ids_until, later(now_millis(), id_newest()) + ahead_seconds * 1000);
    rc = seats_sql_beat(c, s);
    return rc == 0 ? fail(c, E_NOTFOUND, NULL, "seat %d was lost", s->number) : rc < 0 ? rc : OK;
}

void
seat_use(const struct seat *s)
{
    id_seat(s->number, s->ids_from, s->ids_until);
}

/* The next holder begins after the newest id that was made, or where this one would have begun. */
int
seat_leave(struct ctx *c, struct seat *s)
{
    int rc;

    if (s->number == SEAT_NONE)
        return OK;
    s->ids_until = later(s->ids_from, id_newest() + 1);
    if ((rc = seats_sql_leave(c, s)) >= 0)
        rc = lease_sql_let_go(c, s->token);
    return rc < 0 ? rc : OK;
}

/* --- the others ----------------------------------------------------------------------------- */

struct seat_watch {
    struct seen {
        char holder[SEAT_TOKEN];
        int64_t beat, since;
    } seen[SEATS];
};

struct seat_watch *
seat_watch_open(void)
{
    return mem_get(sizeof(struct seat_watch));
}

void
seat_watch_close(struct seat_watch *w)
{
    mem_free(w);
}

/* True: it has stood still for long enough. */
static bool
still(struct seen *x, const struct seat_row *row, int64_t mono)
{
    if (strcmp(x->holder, row->holder) == 0 && x->beat == row->beat)
        return mono - x->since > SEAT_EXPIRES;
    snprintf(x->holder, sizeof x->holder, "%s", row->holder);
    x->beat = row->beat;
    x->since = mono;
    return false;
}

int
seat_watch_look(struct ctx *c, struct seat_watch *w, int64_t mono)
{
    seat_list all = {0};
    int rc = seats_sql_all(c, &all);

    for (size_t i = 0; i < all.n && rc == OK; i++) {
        const struct seat_row *row = &all.p[i];

        if (row->number < 0 || row->number >= SEATS || !*row->holder ||
            !still(&w->seen[row->number], row, mono))
            continue;
        if ((rc = seats_sql_free(c, row->number, row->holder, row->beat)) > 0)
            rc = lease_sql_let_go(c, row->holder);
        rc = rc < 0 ? rc : OK;
    }
    return rc;
}

int
seats_all(struct ctx *c, seat_list *out)
{
    return seats_sql_all(c, out);
}

/* --- work of one server ---------------------------------------------------------------------- */

int
lease_take(struct ctx *c, const char *name, const char *holder, int64_t seconds)
{
    int rc = lease_sql_renew(c, name, holder, seconds);

    return rc == 0 ? lease_sql_add(c, name, holder, seconds) : rc;
}

int
lease_day(struct ctx *c, const char *name, day today, bool again)
{
    const char *date = date_iso(c->a, today);

    if (again)
        return marker_sql_set(c, name, date) ? 1 : c->err.rc;
    return marker_sql_change(c, name, date);
}
