#include "site/numbers_cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/now.h"
#include "base/progress.h"
#include "db/numbers.h"
#include "site/command.h"
#include "site/numbers.h"

static const char MANUAL[] =
    "Usage: motcua keys numbers [list | check | new | rotate | seal [--again] | retire ID]\n"
    "                           [--config FILE] [--KEY VALUE]...\n"
    "\n"
    "The keys that personal numbers, telephones and what holds them are sealed with in the\n"
    "database (docs/operator/numbers.md).  They are in a file, DATA/numbers.keys or what\n"
    "number_keys names; the database knows which there are, never the keys.\n"
    "\n"
    "  list      a line a key and a line a sealed column: how far it is sealed.  The default\n"
    "  check     looks at every value: how many are sealed by which key, plain, or do not open\n"
    "  new       makes the next key and puts it into the file.  Nothing is sealed with it yet:\n"
    "            copy the file to every other server of the site, and to where you keep it\n"
    "  rotate    from now on the next key seals; running servers follow within seconds.  Several\n"
    "            servers: --everywhere says that each has the new file\n"
    "  seal      seals what is plain or of another key, in small pieces, while servers run; may\n"
    "            be stopped and started again.  Servers do it by themselves, a thousand rows a\n"
    "            second.  --again begins at the first row\n"
    "  retire    takes a key out of the file that seals nothing any more (it looks at every\n"
    "            value).  Backups from before need the file as it was\n"
    "\n"
    "Exit status: 0; 1 a finding or failure; 2 bad arguments.\n";

enum { PIECE = 2000, SETTLE = 60, PIECE_ARENA = 64 << 20 };
#define SORRY N_("Hệ thống chưa được thiết lập xong")

static const char *const STATE[] = {[NUMBER_NEXT] = "next", [NUMBER_WRITES] = "writes",
                                    [NUMBER_OLD] = "old", [NUMBER_RETIRED] = "retired"};

/* --- list and check --------------------------------------------------------------------------- */

static void
put_walk(const struct number_walk *w)
{
    bool mine = w->key == ring_now()->write;

    printf("column %s key=%d looked=%" PRId64 " sealed=%" PRId64 " state=%s\n", w->place, w->key,
           w->looked, w->sealed, !mine ? "waits" : w->done_at ? "through" : "at-work");
}

static int
list(struct ctx *c)
{
    struct number_walk w[SEALED__COUNT];
    number_key_list keys = {0};
    int rc = numbers_sql_keys(c, &keys);

    if (rc == OK)
        rc = numbers_walks(c, w);
    for (size_t i = 0; rc == OK && i < keys.n; i++)
        printf("key %d state=%s made=%s changed=%s in-file=%s\n", keys.p[i].id,
               STATE[keys.p[i].state], date_iso(c->a, vn_day(keys.p[i].made_at)),
               date_iso(c->a, vn_day(keys.p[i].changed_at)),
               ring_find(ring_now(), keys.p[i].id) ? "yes" : "no");
    for (int i = 0; rc == OK && i < SEALED__COUNT; i++)
        put_walk(&w[i]);
    return rc;
}

static void
put_count(enum sealed_at at, const struct number_count *n)
{
    printf("column %s rows=%" PRId64 " empty=%" PRId64 " sealed=%" PRId64, sealed_place(at),
           n->rows, n->empty, n->sealed);
    for (size_t i = 0; i < ring_now()->n; i++)
        printf(" key-%d=%" PRId64, ring_now()->key[i].id, n->by_key[i]);
    printf(" plain=%" PRId64 " broken=%" PRId64 "\n", n->plain, n->broken);
    if (n->broken)
        printf("broken %s row %s\n", sealed_place(at), n->first);
}

static int
check(struct ctx *c)
{
    struct number_count n;
    int64_t plain = 0, broken = 0;
    int rc = OK;

    for (int i = 0; rc == OK && i < SEALED__COUNT; i++) {
        if ((rc = numbers_count(c, (enum sealed_at)i, &n)) < 0)
            break;
        put_count((enum sealed_at)i, &n);
        plain += n.plain;
        broken += n.broken;
    }
    if (rc == OK && plain + broken)
        rc = fail(c, E_CONFLICT, SORRY, "%" PRId64 " values are not sealed yet, %" PRId64
                  " do not open", plain, broken);
    return rc;
}

int
numbers_say(struct command_site *s)
{
    struct number_walk w[SEALED__COUNT];
    int left = 0, rc = numbers_walks(&s->c, w);

    for (int i = 0; rc == OK && i < SEALED__COUNT; i++)
        left += w[i].key != ring_now()->write || !w[i].done_at;
    if (rc == OK)
        printf("numbers sealed with key %d, %d of %d columns still to look through\n",
               ring_now()->write, left, SEALED__COUNT);
    return rc;
}

int
numbers_verify(struct command_site *s, bool *found)
{
    struct number_walk w[SEALED__COUNT];
    struct number_count n;
    int rc = numbers_walks(&s->c, w);

    *found = false;
    for (int i = 0; rc == OK && i < SEALED__COUNT; i++) {
        if ((rc = numbers_count(&s->c, (enum sealed_at)i, &n)) < 0)
            break;
        if (n.broken)
            printf("number %s row %s: does not open; %" PRId64 " such values\n", w[i].place,
                   n.first, n.broken);
        if (n.plain && w[i].done_at)
            printf("number %s: %" PRId64 " values are not sealed although the column was through\n",
                   w[i].place, n.plain);
        *found = *found || n.broken || (n.plain && w[i].done_at);
    }
    return rc;
}

/* --- rotation --------------------------------------------------------------------------------- */

static int
changed(struct ctx *c, int rc)
{
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0 && db_in_transaction(c))
        db_rollback(c);
    return rc;
}

static int
add_next(struct ctx *c, const struct ring_key *k)
{
    int n = numbers_sql_add(c, k->id, hash_hex(c->a, k->proof, RING_PROOF), NUMBER_NEXT);

    if (n == 0)
        return fail(c, E_CONFLICT, SORRY, "another command made key %d meanwhile", k->id);
    return n < 0 ? n : OK;
}

/* The file first: a key that only the file has does no harm, one that it lacks would. */
static int
new_key(struct command_site *s)
{
    struct ctx *c = &s->c;
    number_key_list keys = {0};
    struct ring r;
    int id = 0, rc = numbers_read(c, &s->site.config, &r);

    if (rc == OK)
        rc = numbers_sql_keys(c, &keys);
    for (size_t i = 0; i < keys.n; i++) {
        id = keys.p[i].id > id ? keys.p[i].id : id;
        if (rc == OK && keys.p[i].state == NUMBER_NEXT)
            rc = fail(c, E_CONFLICT, SORRY, "key %d is new already: rotate comes next",
                      keys.p[i].id);
    }
    for (size_t i = 0; rc == OK && i < r.n; i++)
        id = r.key[i].id > id ? r.key[i].id : id;
    if (rc == OK && !ring_add(&r, ++id))
        rc = fail(c, E_CONFLICT, SORRY, "the file has %d keys: retire the oldest", RING_MAX);
    if (rc == OK && (rc = numbers_write(c, &s->site.config, &r)) == OK &&
        (rc = db_begin(c, DB_READ_WRITE)) == OK)
        rc = changed(c, add_next(c, &r.key[r.n - 1]));
    ring_forget(&r);
    if (rc == OK)
        printf("key %d state=next in %s: copy the file to every server, then rotate\n", id,
               numbers_path(c->a, &s->site.config));
    return rc;
}

/* Servers that hold a seat; commands hold one, too. */
static int
servers(struct ctx *c)
{
    seat_list v = {0};
    int n = 0;

    if (seats_all(c, &v) < 0)
        return -1;
    for (size_t i = 0; i < v.n; i++)
        n += *v.p[i].holder && strstr(v.p[i].name, "serve") != NULL;
    return n;
}

static int
move_on(struct ctx *c, const number_key_list *keys, int *id)
{
    int rc = OK;

    *id = 0;
    for (size_t i = 0; i < keys->n; i++)
        if (keys->p[i].state == NUMBER_NEXT)
            *id = keys->p[i].id;
    if (!*id)
        return fail(c, E_CONFLICT, SORRY, "there is no next key: keys numbers new makes it");
    for (size_t i = 0; i < keys->n && rc >= 0; i++)
        if (keys->p[i].state == NUMBER_WRITES)
            rc = numbers_sql_state(c, keys->p[i].id, NUMBER_WRITES, NUMBER_OLD);
    return rc < 0 ? rc : numbers_sql_state(c, *id, NUMBER_NEXT, NUMBER_WRITES);
}

static int
rotate(struct ctx *c, bool everywhere)
{
    number_key_list keys = {0};
    int id, n = servers(c), rc;

    if (n < 0)
        return c->err.rc;
    if (n > 1 && !everywhere)
        return fail(c, E_CONFLICT, SORRY, "%d servers run: --everywhere says that the file with "
                    "the next key is at each of them", n);
    if ((rc = db_begin(c, DB_READ_WRITE)) < 0)
        return rc;
    rc = numbers_sql_keys(c, &keys);
    if (rc == OK && (rc = move_on(c, &keys, &id)) > 0)
        rc = OK;
    if ((rc = changed(c, rc)) == OK)
        printf("key %d state=writes: what older keys sealed is sealed anew while servers run, or "
               "by keys numbers seal\n", id);
    return rc;
}

static int
seal_piece(struct ctx *c, size_t *looked)
{
    int rc = db_begin(c, DB_READ_WRITE);

    return rc < 0 ? rc : changed(c, numbers_seal_next(c, PIECE, looked));
}

static int
seal(struct ctx *c, bool again)
{
    struct arena *mine = arena_open(PIECE_ARENA), *before = c->a;
    struct progress p;
    size_t looked = 1;
    int rc = OK;

    if (again && (rc = db_begin(c, DB_READ_WRITE)) == OK)
        rc = changed(c, numbers_again(c));
    progress_begin(&p, "seal", "values", 0, 0);
    for (c->a = mine; rc == OK && looked;) {
        arena_reset(mine);
        if ((rc = seal_piece(c, &looked)) == OK)
            progress_add(&p, (int64_t)looked);
    }
    c->a = before;
    arena_close(mine);
    if (rc < 0)
        progress_stop(&p);
    else
        progress_end(&p);
    return rc < 0 ? rc : list(c);
}

static int
unused(struct ctx *c, int id)
{
    const struct ring_key *k = ring_find(ring_now(), id);
    struct number_count n;
    int64_t used = 0;
    int rc = OK;

    for (int i = 0; k && rc == OK && i < SEALED__COUNT; i++)
        if ((rc = numbers_count(c, (enum sealed_at)i, &n)) == OK)
            used += n.by_key[k - ring_now()->key];
    if (rc == OK && used)
        rc = fail(c, E_CONFLICT, SORRY, "key %d seals %" PRId64 " values: keys numbers seal "
                  "--again seals them with the key that writes", id, used);
    return rc;
}

static int
may_retire(struct ctx *c, int id)
{
    number_key_list keys = {0};
    const struct number_key *k = NULL;
    int rc = numbers_sql_keys(c, &keys);

    for (size_t i = 0; i < keys.n; i++)
        if (keys.p[i].id == id)
            k = &keys.p[i];
    if (rc < 0)
        return rc;
    if (!k)
        return fail(c, E_CONFLICT, SORRY, "there is no key %d", id);
    if (k->state == NUMBER_WRITES || k->state == NUMBER_NEXT)
        return fail(c, E_CONFLICT, SORRY, "key %d is the one that %s", id,
                    k->state == NUMBER_NEXT ? "comes next" : "writes");
    if (k->state == NUMBER_OLD && c->now - k->changed_at < SETTLE)
        return fail(c, E_CONFLICT, SORRY, "key %d wrote until a moment ago: servers may not have "
                    "noticed, try again in a minute", id);
    return k->state == NUMBER_OLD ? unused(c, id) : OK;
}

/* The database first: who then still has it in a file has only that. */
static int
retire(struct command_site *s, int id)
{
    struct ctx *c = &s->c;
    struct ring r = {0};
    int rc = may_retire(c, id);

    if (rc == OK && (rc = db_begin(c, DB_READ_WRITE)) == OK) {
        rc = numbers_sql_state(c, id, NUMBER_OLD, NUMBER_RETIRED);
        rc = changed(c, rc < 0 ? rc : OK);
    }
    if (rc == OK && (rc = numbers_read(c, &s->site.config, &r)) == OK && ring_drop(&r, id))
        rc = numbers_write(c, &s->site.config, &r);
    ring_forget(&r);
    if (rc == OK)
        printf("key %d state=retired, out of %s: other servers need the new file, backups from "
               "before the old one\n", id, numbers_path(c->a, &s->site.config));
    return rc;
}

/* --- the command ------------------------------------------------------------------------------ */

enum act { A_LIST, A_CHECK, A_NEW, A_ROTATE, A_SEAL, A_RETIRE, A__COUNT };
static const struct { const char *word; bool writes; } ACTS[A__COUNT] = {
    [A_LIST] = {"list", false}, [A_CHECK] = {"check", false}, [A_NEW] = {"new", true},
    [A_ROTATE] = {"rotate", true}, [A_SEAL] = {"seal", true}, [A_RETIRE] = {"retire", true},
};

static enum act
act_of(const char *word)
{
    enum act a = A_LIST;

    while (a < A__COUNT && strcmp(ACTS[a].word, word) != 0)
        a++;
    return a;
}

/* 0: it is no number of a key. */
static int
id_of(const char *text)
{
    char *end;
    long id = strtol(text, &end, 10);

    return *end || end == text || id < 1 || id > RING_ID_MAX ? 0 : (int)id;
}

static int
faulty(int argc, char **argv, enum act act, bool everywhere, bool again)
{
    int words = act == A_RETIRE ? 4 : 3;

    if (act == A__COUNT)
        return command_say(2, "keys numbers: %s is not an argument", argv[2]);
    if (argc > words)
        return command_say(2, "keys numbers: %s is not an argument", argv[words]);
    if (act == A_RETIRE && (argc < words || !id_of(argv[3])))
        return command_say(2, "keys numbers retire: ID must be the number of a key");
    if (everywhere && act != A_ROTATE)
        return command_say(2, "keys numbers: --everywhere belongs to rotate");
    if (again && act != A_SEAL)
        return command_say(2, "keys numbers: --again belongs to seal");
    return 0;
}

static int
act(struct command_site *s, enum act a, char **argv, bool everywhere, bool again)
{
    switch (a) {
    case A_CHECK: return check(&s->c);
    case A_NEW: return new_key(s);
    case A_ROTATE: return rotate(&s->c, everywhere);
    case A_SEAL: return seal(&s->c, again);
    case A_RETIRE: return retire(s, id_of(argv[3]));
    default: return list(&s->c);
    }
}

int
numbers_cmd(int argc, char **argv)
{
    bool everywhere = false, again = false, writes = false;
    const struct flag flags[] = {{"everywhere", NULL, &everywhere}, {"again", NULL, &again}, {0}};
    struct command_site s;
    enum act a;
    int status;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout) < 0;
        for (int k = 0; k < A__COUNT; k++)      /* the mode of the connection depends on it */
            writes = writes || (ACTS[k].writes && strcmp(argv[i], ACTS[k].word) == 0);
    }
    status = command_open(&s, &argc, argv, flags, writes ? DB_READ_WRITE : DB_READ_ONLY);
    if (status)
        return status;
    a = argc > 2 ? act_of(argv[2]) : A_LIST;
    if ((status = faulty(argc, argv, a, everywhere, again)) != 0) {
        command_end(&s, OK);
        return status;
    }
    return command_end(&s, act(&s, a, argv, everywhere, again));
}
