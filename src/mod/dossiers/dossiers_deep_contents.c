/* Contents: what rows name, what table `content` knows, and what the store holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "http/store.h"
#include "mod/dossiers/dossiers_deep_inside.h"

enum { PARTITIONS = 64, PAGE = 2000, FRESH_SECONDS = 24 * 60 * 60,
       SWEEP_SECONDS = 2 * FRESH_SECONDS, ORPHANS_MAX = 100000,
       SWEEP_ARENA = 256 << 20 };

/* --- names: too many to hold, so they are laid out by their first bits --- */

struct hashes { FILE *part[PARTITIONS], *rows[PARTITIONS]; };   /* rows: of table content */
struct name { uint8_t sha256[SHA256_SIZE]; enum { OF_FILE, OF_MADE, OF_OTHER } kind; };

void
hashes_close(struct hashes *h)
{
    for (int i = 0; h && i < PARTITIONS; i++) {
        if (h->part[i])
            fclose(h->part[i]);
        if (h->rows[i])
            fclose(h->rows[i]);
    }
    mem_free(h);
}

struct hashes *
hashes_open(struct ctx *c)
{
    struct hashes *h = mem_get(sizeof *h);

    for (int i = 0; i < PARTITIONS; i++)
        if (!(h->part[i] = tmpfile()) || !(h->rows[i] = tmpfile())) {
            fail(c, E_SYS, N_("Không ghi được tệp tạm"), "a temporary file cannot be made");
            hashes_close(h);
            return NULL;
        }
    return h;
}

static int
put(struct walk *w, FILE *f, const void *p, size_t n)
{
    if (fwrite(p, n, 1, f) == 1)
        return OK;
    return fail(w->c, E_SYS, N_("Không ghi được tệp tạm"), "a temporary file cannot be written");
}

static int
put_name(struct walk *w, const uint8_t *sha256, int kind)
{
    struct name e = {.kind = kind};

    memcpy(e.sha256, sha256, SHA256_SIZE);
    return put(w, w->papers->part[sha256[0] % PARTITIONS], &e, sizeof e);
}

int
deep_name(struct walk *w, const uint8_t *sha256)
{
    return put_name(w, sha256, OF_FILE);
}

static int
other_name(void *user, const uint8_t sha256[32], bool made)
{
    return put_name(user, sha256, made ? OF_MADE : OF_OTHER);
}

static int
other_names(struct walk *w)
{
    content_names *const *n = w->deep->names;
    int rc = OK;

    for (; n && *n && rc == OK; n++)
        rc = (*n)(w->c, other_name, w);
    arena_reset(w->c->a);
    return rc;
}

static int
content_rows(struct walk *w)
{
    uint8_t after[SHA256_SIZE];
    size_t n = PAGE;
    int rc = OK;

    for (bool first = true; n == PAGE && rc == OK; first = false) {
        struct content_brief *v;

        rc = content_each(w->c, first ? NULL : after, PAGE, &v, &n);
        for (size_t i = 0; i < n && rc == OK; i++)
            rc = put(w, w->papers->rows[v[i].sha256[0] % PARTITIONS], &v[i], sizeof v[i]);
        if (n)
            memcpy(after, v[n - 1].sha256, SHA256_SIZE);
        arena_reset(w->c->a);
    }
    return rc;
}

/* --- a part of them, sorted --- */

struct part {
    struct walk *w;
    struct name *names;
    size_t n;
    struct content_brief *rows;         /* in order as they were read */
    size_t rows_n;
};

/* Both begin with the name. */
static int
by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_SIZE);
}

static void *
read_all(FILE *f, size_t size, size_t *n)
{
    long end = fflush(f) == 0 && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : 0;
    size_t count = end > 0 ? (size_t)end / size : 0;
    void *p = mem_get(count * size + 1);

    rewind(f);
    *n = fread(p, size, count, f);
    qsort(p, *n, size, by_bytes);
    return p;
}

static bool
is_named(const struct part *v, const uint8_t *sha256)
{
    return bsearch(sha256, v->names, v->n, sizeof *v->names, by_bytes) != NULL;
}

/* What a request that failed left, or a draft that ended.  A name of the API holds for a day and
 * who hands the same content in again makes it young: two days leave a day for the walk itself. */
static bool
swept(struct walk *w, const struct store_entry *e)
{
    if (!w->deep->sweep || !store_remove_old(w->deep->store, e->name, w->c->now - SWEEP_SECONDS))
        return false;
    w->deep->swept++;
    w->deep->swept_bytes += e->size;
    return true;
}

static void
check_content(void *user, const struct store_entry *e)
{
    struct part *v = user;
    struct bytes b = hash_unhex(v->w->c->a, e->name);

    if (b.n != SHA256_SIZE || e->changed_at > v->w->c->now - FRESH_SECONDS)
        return;
    if (!is_named(v, b.p) && !swept(v->w, e) && v->w->deep->say)
        deep_say(v->w, "content", "%s: %" PRId64 " bytes that no paper names", e->name, e->size);
}

/* The row of what is in the store and old is swept with it; of what is young, it stays. */
static void
check_row(const struct part *v, const struct content_brief *k)
{
    struct walk *w = v->w;
    const char *name = hash_hex(w->c->a, k->sha256, SHA256_SIZE);

    if (is_named(v, k->sha256) || k->arrived_at > w->c->now - SWEEP_SECONDS)
        return;
    if (!w->deep->sweep)
        deep_say(w, "content", "%s: a row that nothing names", name);
    else if (w->deep->orphans_n < ORPHANS_MAX &&
             store_length(w->deep->store, name) == STORE_ABSENT)
        memcpy(w->deep->orphans[w->deep->orphans_n++], k->sha256, SHA256_SIZE);
}

static void
check_name(const struct part *v, const struct name *k)
{
    struct walk *w = v->w;
    const char *name = hash_hex(w->c->a, k->sha256, SHA256_SIZE);
    enum store_state is = store_verify(w->deep->store, name);

    if (is == STORE_DAMAGED)
        deep_say(w, "content", "%s: is damaged: what is in it has another hash", name);
    else if (is == STORE_UNREAD)
        deep_say(w, "content", "%s: cannot be read", name);
    else if (is == STORE_MISSING && k->kind != OF_FILE)
        deep_say(w, "content", "%s: %s is not in the store", name,
                 k->kind == OF_MADE ? "what was made of a paper" : "what a row names");
    if (k->kind == OF_FILE &&
        !bsearch(k->sha256, v->rows, v->rows_n, sizeof *v->rows, by_bytes))
        deep_say(w, "content", "%s: a paper's file without its row", name);
}

/* Once a content, however many rows name it; what of a paper is missing was said with the paper. */
static void
check_names(const struct part *v)
{
    for (size_t i = 0; i < v->n; i++) {
        if (i + 1 == v->n || by_bytes(&v->names[i], &v->names[i + 1]) != 0)
            check_name(v, &v->names[i]);
        if (i % 1000 == 0)
            arena_reset(v->w->c->a);
    }
}

static int
check_part(struct walk *w, int part)
{
    struct part v = {.w = w};
    bool ok = true;

    v.names = read_all(w->papers->part[part], sizeof *v.names, &v.n);
    v.rows = read_all(w->papers->rows[part], sizeof *v.rows, &v.rows_n);
    for (int b = part; b < 256 && ok; b += PARTITIONS) {
        ok = store_each(w->deep->store, b, check_content, &v);
        arena_reset(w->c->a);
    }
    for (size_t i = 0; i < v.rows_n && ok; i++) {
        check_row(&v, &v.rows[i]);
        if (i % 1000 == 0)
            arena_reset(w->c->a);
    }
    if (ok && w->deep->say)
        check_names(&v);
    mem_free(v.names);
    mem_free(v.rows);
    return ok ? OK : fail(w->c, E_SYS, N_("Không mở được kho tệp"), "the store cannot be listed");
}

int
deep_contents(struct walk *w)
{
    int rc = OK;

    if (w->papers && (rc = other_names(w)) == OK)
        rc = content_rows(w);
    if (w->papers && w->deep->sweep && !w->deep->orphans)
        w->deep->orphans = mem_get(ORPHANS_MAX * sizeof *w->deep->orphans);
    for (int i = 0; w->papers && i < PARTITIONS && rc == OK; i++)
        rc = check_part(w, i);
    return rc;
}

/* --- the sweep of every night --- */

static int
file_name(void *user, const uint8_t sha256[32], bool made)
{
    (void)made;
    return put_name(user, sha256, OF_FILE);
}

int
dossiers_sweep_contents(struct ctx *c, struct deep *d)
{
    struct ctx page = *c;
    struct walk w = {.c = &page, .deep = d};
    int rc;

    if (!(w.papers = hashes_open(c)))
        return c->err.rc;
    page.a = arena_open(SWEEP_ARENA);
    if ((rc = papers_file_names(&page, file_name, &w)) == OK)
        rc = deep_contents(&w);
    if (rc < 0)
        c->err = page.err;
    arena_close(page.a);
    hashes_close(w.papers);
    return rc;
}

/* --- rows that nothing needs --- */

int
dossiers_forget_contents(struct ctx *c, const struct deep *d)
{
    int rc = OK;

    for (size_t i = 0; i < d->orphans_n && rc >= 0; i++)
        rc = content_forget(c, d->orphans[i], c->now - SWEEP_SECONDS);
    return rc < 0 ? rc : OK;
}
