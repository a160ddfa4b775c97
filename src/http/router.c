#include "http/router.h"

#include <string.h>

#include "base/err.h"

/* A node is one segment; children hang in a list, fixed ones in the hash of their parent. */
struct node {
    const char *text;           /* of a fixed segment; NULL: {name} */
    size_t n;
    struct node *next, *children, *any;
    const struct route *row[METHOD__COUNT];
};

struct router {
    struct arena *a;
    struct node root;
    VEC(const struct route *) rows;
    /* First segments are many (a row of the desk's or portal's own): found by a small hash. */
    struct node *first[64];
};

static unsigned
hash(const char *s, size_t n)
{
    unsigned h = 2166136261u;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return (h ^ h >> 16) % 64;
}

static struct node *
child_find(const struct router *t, const struct node *parent, const char *s, size_t n)
{
    struct node *p = parent == &t->root ? t->first[hash(s, n)] : parent->children;

    while (p && (p->n != n || memcmp(p->text, s, n) != 0))
        p = p->next;
    return p;
}

static struct node *
child_add(struct router *t, struct node *parent, const char *s, size_t n)
{
    struct node *p, **list;

    if (*s == '{') {
        if (!parent->any)
            parent->any = arena_get(t->a, sizeof *p);
        return parent->any;
    }
    if ((p = child_find(t, parent, s, n)))
        return p;
    list = parent == &t->root ? &t->first[hash(s, n)] : &parent->children;
    p = arena_get(t->a, sizeof *p);
    *p = (struct node){.text = s, .n = n, .next = *list};
    return *list = p;
}

/* What must be said in a row, and is not; NULL: all is. */
static const char *
unset(const struct route *row)
{
    if (!row->method || row->method >= METHOD__COUNT)
        return "method";
    if (!row->path || row->path[0] != '/')
        return "path";
    if (!row->perm || row->perm >= PERM__COUNT)
        return "perm";
    return !row->where ? "where" : !row->body ? "body" : !row->sees ? "sees" : !row->face ? "face"
           : !row->in ? "in" : !row->run ? "run" : !row->about ? "about" : NULL;
}

/* An input that is a person's number and does not say so, or says so where nothing seals it. */
static bool
readable_number(const struct route *row)
{
    for (const struct param *p = row->in; p->kind != K_END; p++)
        if (p->number ? row->face == FACE_API || row->perm == PERM_PUBLIC
                      : p->kind == K_PERSONAL_NUMBER || p->kind == K_PHONE)
            return true;
    return false;
}

/* Combinations that can only be mistakes. */
static const char *
odd(const struct route *row)
{
    bool writes = row->where == RUN_WRITE_LANE || row->where == RUN_READ_FIRST;

    if (row->method == GET && row->body != BODY_NONE)
        return "a GET has no body";
    if (row->method == GET && writes && !row->outward)
        return "a GET changes nothing";
    if (row->outward && (!row->prepare || row->quick))
        return "what asks other servers is prepared, and not quick";
    if (row->body == BODY_LOOK && (row->where != RUN_INLINE || !row->prepare))
        return "what is only looked at needs no lane: its prepare looks at it";
    if (row->method == POST && !writes && row->where != RUN_ASIDE && row->face != FACE_API &&
        row->body != BODY_LOOK)
        return "a POST runs on the write lane";
    if (row->where == RUN_ASIDE &&
        (row->method != POST || row->prepare || row->sees != SEES_NOBODY || row->page ||
         (row->face != FACE_API && row->face != FACE_SCRIPT)))
        return "only a program's POST of files runs aside";
    if (row->where == RUN_HERE && (row->sees != SEES_NOBODY || row->perm != PERM_PUBLIC))
        return "a row without a database is public and shows nobody";
    if (row->method == GET && readable_number(row))
        return "a person's number stands sealed in a page's address, and in no program's";
    if (row->away && (row->method != GET || row->perm != PERM_PUBLIC || row->sees != SEES_NOBODY))
        return "only a public GET can do without the database";
    if (row->method == POST && row->body == BODY_NONE && row->face != FACE_API &&
        row->face != FACE_SCRIPT)
        return "a page's POST has a body: its CSRF field";
    return NULL;
}

static bool
named(const struct param *in, const char *s, size_t n)
{
    for (; in->kind != K_END; in++)
        if (strlen(in->name) == n && memcmp(in->name, s, n) == 0)
            return true;
    return false;
}

static const char *
row_add(struct router *t, const struct route *row)
{
    struct node *at = &t->root;
    size_t names = 0, segments = 0;

    for (const char *s = row->path; *s == '/' && s[1];) {
        size_t n = strcspn(++s, "/");

        if (n == 0 || ++segments > SEGMENTS_MAX)
            return "path";
        if (*s == '{' && (s[n - 1] != '}' || ++names > PATH_NAMES_MAX))
            return "path";
        if (*s == '{' && !named(row->in, s + 1, n - 2))
            return "a {name} of the path is not declared as an input";
        at = child_add(t, at, s, n);
        s += n;
    }
    if (at->row[row->method])
        return "collides with another row";
    at->row[row->method] = row;
    *vec_push(t->a, &t->rows) = row;
    return NULL;
}

struct router *
router_open(struct ctx *c, const struct route *const *tables, size_t n)
{
    struct router *t = mem_get(sizeof *t);

    t->a = arena_open(4 << 20);
    for (size_t i = 0; i < n; i++) {
        for (const struct route *row = tables[i]; row->path || row->method; row++) {
            const char *say = unset(row);

            say = say ? say : odd(row);
            say = say ? say : row_add(t, row);
            if (say) {
                fail(c, E_SYS, N_("Bảng đường dẫn có lỗi"), "route %s: %s",
                     row->path ? row->path : "(none)", say);
                router_close(t);
                return NULL;
            }
        }
    }
    return t;
}

void
router_close(struct router *t)
{
    if (!t)
        return;
    arena_close(t->a);
    mem_free(t);
}

static const struct node *
walk(const struct router *t, const struct node *at, const struct request *r, size_t i)
{
    const struct node *child, *found;

    if (i == r->segs)
        return at->row[GET] || at->row[POST] ? at : NULL;
    child = child_find(t, at, r->seg[i], strlen(r->seg[i]));
    if (child && (found = walk(t, child, r, i + 1)))
        return found;
    return at->any && *r->seg[i] ? walk(t, at->any, r, i + 1) : NULL;
}

static void
take_names(struct request *r, const struct route *row)
{
    const char *s = row->path;

    for (size_t i = 0; i < r->segs; i++) {
        size_t n = strcspn(++s, "/");

        if (*s == '{') {
            r->path[r->paths].name = arena_strn(r->c.a, s + 1, n - 2);
            r->path[r->paths++].value = r->seg[i];
        }
        s += n;
    }
}

int
router_find(const struct router *t, struct request *r)
{
    const struct node *at = walk(t, &t->root, r, 0);
    enum method m = r->verb == VERB_POST ? POST : r->verb == VERB_OTHER ? METHOD_UNSET : GET;

    if (!at)
        return E_NOTFOUND;
    r->c.route = m ? at->row[m] : NULL;
    if (!r->c.route) {
        r->c.route = at->row[GET] ? at->row[GET] : at->row[POST];
        r->out.allow = at->row[GET] && at->row[POST] ? "GET, HEAD, POST"
                       : at->row[GET] ? "GET, HEAD" : "POST";
        return E_DENIED;
    }
    take_names(r, r->c.route);
    return OK;
}

size_t
router_rows(const struct router *t, const struct route *const **out)
{
    *out = t->rows.p;
    return t->rows.n;
}
