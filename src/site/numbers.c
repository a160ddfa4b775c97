#include "site/numbers.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/hash.h"
#include "base/log.h"
#include "db/numbers.h"

#define SORRY N_("Hệ thống chưa được thiết lập xong")

const char *
numbers_path(struct arena *a, const struct config *config)
{
    return *config->number_keys ? config->number_keys
                                : arena_fmt(a, "%s/" NUMBERS_FILE, config->data);
}

int
numbers_read(struct ctx *c, const struct config *config, struct ring *out)
{
    const char *path = numbers_path(c->a, config), *why;
    struct bytes b;

    if ((why = secret_read(c->a, path, RING_TEXT_MAX, &b)) != NULL)
        return fail(c, E_SYS, SORRY,
                    "the keys of numbers: %s; without them what the database holds sealed is lost "
                    "(docs/operator/numbers.md)", why);
    why = ring_read(c->a, (const char *)b.p, b.n, out);
    sodium_memzero((void *)b.p, b.n);
    return why ? fail(c, E_SYS, SORRY, "%s: %s", path, why) : OK;
}

int
numbers_write(struct ctx *c, const struct config *config, const struct ring *r)
{
    const char *path = numbers_path(c->a, config), *text = ring_text(c->a, r);
    size_t n = strlen(text);
    int rc = file_write(c->a, path, text, n, 0600);

    sodium_memzero((void *)text, n);
    return rc < 0 ? fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc)) : OK;
}

/* --- file and database ------------------------------------------------------------------------ */

/* Every key that the database may have used is in the ring, and is that key. */
static int
fits(struct ctx *c, const char *path, const struct number_key *k, struct ring *r)
{
    const struct ring_key *mine = ring_find(r, k->id);

    if (k->state == NUMBER_RETIRED)
        return OK;
    if (!mine)
        return fail(c, E_SYS, SORRY, "numbers in the database are sealed with key %d, which %s "
                    "does not have: put the right file there (docs/operator/numbers.md)", k->id,
                    path);
    if (strcmp(hash_hex(c->a, mine->proof, RING_PROOF), k->proof) != 0)
        return fail(c, E_SYS, SORRY, "key %d of %s is not the one that the database was sealed "
                    "with: put the right file there (docs/operator/numbers.md)", k->id, path);
    if (k->state == NUMBER_WRITES)
        r->write = k->id;
    return OK;
}

static int
settle(struct ctx *c, const struct config *config, struct ring *r)
{
    const char *path = numbers_path(c->a, config);
    number_key_list keys = {0};
    int rc = numbers_sql_keys(c, &keys);

    for (size_t i = 0; rc == OK && i < keys.n; i++)
        rc = fits(c, path, &keys.p[i], r);
    if (rc == OK && r->write == 0)
        rc = fail(c, E_SYS, SORRY, "the database knows no key of numbers: run motcua init");
    return rc;
}

int
numbers_load(struct ctx *c, const struct config *config)
{
    struct ring r;
    int rc = numbers_read(c, config, &r);

    if (rc == OK && (rc = settle(c, config, &r)) == OK)
        ring_use(&r);
    ring_forget(&r);
    return rc;
}

/* A file with one key, where there is none: of several that begin at once one makes it. */
static int
make_file(struct ctx *c, const struct config *config, bool *made)
{
    const char *path = numbers_path(c->a, config), *text;
    struct ring r = {0};
    int rc;

    if (secret_is_credential(path))
        return OK;
    ring_add(&r, 1);
    text = ring_text(c->a, &r);
    rc = file_make(c->a, path, text, strlen(text), 0600);
    sodium_memzero((void *)text, strlen(text));
    ring_forget(&r);
    *made = rc == 0;
    if (rc < 0 && rc != -EEXIST)
        return fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc));
    return OK;
}

/* The first key of a database; the file may be there already (put there by hand, by a run that was
 * interrupted, or by another one now: then the database knows the key already, too). */
static int
first_key(struct ctx *c, const struct config *config, bool *made)
{
    struct ring r = {0};
    int rc = make_file(c, config, made);

    if (rc == OK)
        rc = numbers_read(c, config, &r);
    if (rc == OK)
        rc = numbers_sql_add(c, r.key[0].id, hash_hex(c->a, r.key[0].proof, RING_PROOF),
                             NUMBER_WRITES);
    ring_forget(&r);
    return rc < 0 ? rc : OK;    /* 0: another one was first; numbers_load() compares the two */
}

int
numbers_make(struct ctx *c, const struct config *config, bool *made)
{
    number_key_list keys = {0};
    int rc = numbers_sql_keys(c, &keys);

    *made = false;
    if (rc == OK && keys.n == 0)
        rc = first_key(c, config, made);
    return rc < 0 ? rc : numbers_load(c, config);
}

/* --- a server --------------------------------------------------------------------------------- */

static bool
same(const struct ring *a, const struct ring *b)
{
    return a && a->n == b->n && a->write == b->write &&
           hash_equal(a->key, b->key, sizeof a->key);
}

void
numbers_refresh(struct ctx *c, const struct config *config)
{
    static bool told;
    struct ring r;
    int rc = numbers_read(c, config, &r);

    if (rc == OK && (rc = settle(c, config, &r)) == OK && !same(ring_now(), &r)) {
        ring_use(&r);
        log_line(LOG_INFO, "keys of numbers loaded anew", LOG_N("keys", (int64_t)r.n),
                 LOG_N("writes", r.write));
    }
    if (rc < 0 && rc != E_DOWN && !told)
        log_line(LOG_ERROR, "the keys of numbers do not fit the database",
                 LOG_T("detail", (const char *)c->err.detail));
    told = rc < 0;
    ring_forget(&r);
}
