/* The leaves in their order, and every head over them. */
#include <string.h>

#include "mod/audit/check.h"

enum { PAGE = 2000, HEADS = 200, TILE = 8, PAGE_ARENA = 64 << 20 };

struct tree {
    struct ctx *c;                      /* its arena is emptied after each page */
    struct audit_check *k;
    struct merkle m;
    seal_heads heads;                   /* the next ones */
    size_t head;
    int64_t head_number, head_size;     /* of the one before */
    size_t seen;
    struct arena *a;                    /* of the heads */
    int rc;
};

/* --- heads --------------------------------------------------------------------------------- */

static int
more_heads(struct tree *t)
{
    struct ctx c = *t->c;
    int rc;

    if (t->head < t->heads.n)
        return OK;
    arena_reset(t->a);
    c.a = t->a;
    t->heads = (seal_heads){0};
    t->head = 0;
    rc = seal_heads_after(&c, t->head_number, HEADS, &t->heads);
    t->c->err = c.err;
    return rc;
}

static void
check_note(struct tree *t, const struct seal_head *h)
{
    struct audit_check *k = t->k;
    struct note n;
    const char *why = note_read(t->c->a, h->note, strlen(h->note), &n);
    enum note_state s;

    if (why) {
        audit_found(k, 0, "altered head %" PRId64 ": its note %s", h->number, why);
        return;
    }
    if (n.size != h->size || n.at != h->at || n.whole != h->whole ||
        !merkle_equal(&n.root, &h->root))
        audit_found(k, 0, "altered head %" PRId64 ": it is not what its note says", h->number);
    s = k->keys ? note_verify(t->c->a, k->keys, &n, NULL) : n.n ? NOTE_GENUINE : NOTE_UNSIGNED;
    if (s == NOTE_UNSIGNED)
        k->unsigned_heads++;
    else if (s != NOTE_GENUINE)
        audit_found(k, 0, "altered head %" PRId64 ": signature %s", h->number, note_word(s));
}

static void
check_head(struct tree *t, const struct seal_head *h)
{
    merkle_hash root = merkle_top(&t->m);

    if (h->number != t->head_number + 1)
        audit_found(t->k, 0, "altered head %" PRId64 ": it is missing", t->head_number + 1);
    if (!merkle_equal(&root, &h->root))
        audit_found(t->k, 0, "altered head %" PRId64 ": its root is not that of the leaves; the"
                    " first that was altered is among leaves %" PRId64 " to %" PRId64, h->number,
                    t->head_size, h->size - 1);
    check_note(t, h);
    t->k->heads++;
    t->head_number = h->number;
    t->head_size = h->size;
}

/* Heads that lie over exactly the leaves read so far, ours and those that somebody kept. */
static int
at_size(struct tree *t)
{
    int rc = more_heads(t);

    while (rc == OK && t->head < t->heads.n && t->heads.p[t->head].size <= t->m.size) {
        const struct seal_head *h = &t->heads.p[t->head++];

        if (h->size < t->m.size)
            audit_found(t->k, 0, "altered head %" PRId64 ": it is out of order", h->number);
        else
            check_head(t, h);
        rc = more_heads(t);
    }
    for (; rc == OK && t->seen < t->k->seen_n && t->k->seen[t->seen].size <= t->m.size; t->seen++) {
        merkle_hash root = merkle_top(&t->m);
        const struct note *n = &t->k->seen[t->seen];

        if (n->size == t->m.size && !merkle_equal(&root, &n->root))
            audit_found(t->k, 0, "altered log: the head of %" PRId64 " leaves that was kept has"
                        " another root", n->size);
    }
    return rc;
}

/* --- leaves -------------------------------------------------------------------------------- */

static void
check_node(void *arg, int level, int64_t number, const merkle_hash *h)
{
    struct tree *t = arg;
    merkle_hash kept;
    int rc;

    if (level == 0 || level % TILE != 0 || t->rc < 0)
        return;
    rc = seal_node(t->c, level, number, &kept);
    if (rc < 0 && rc != E_NOTFOUND)
        t->rc = rc;
    else if (rc < 0 || !merkle_equal(&kept, h))
        audit_found(t->k, 0, "altered node %d %" PRId64 ": it is not what its leaves give", level,
                    number);
    t->c->err = (struct err){0};
}

static int
add_leaf(struct tree *t, const struct seal_leaf *l)
{
    if (l->position != t->m.size) {
        audit_found(t->k, 0, "altered leaf %" PRId64 ": it is missing", t->m.size);
        t->m.size = l->position;        /* no root fits from here on, and each head says so */
    }
    merkle_add(&t->m, &l->hash, check_node, t);
    t->k->leaves++;
    return t->rc < 0 ? t->rc : at_size(t);
}

static int
walk_leaves(struct tree *t)
{
    seal_leaves page;
    int rc;

    do {
        page = (seal_leaves){0};
        rc = seal_leaves_from(t->c, t->m.size, PAGE, &page);
        for (size_t i = 0; i < page.n && rc == OK; i++)
            rc = add_leaf(t, &page.p[i]);
        if (t->k->progress)
            progress_add(t->k->progress, (int64_t)page.n);
        arena_reset(t->c->a);
    } while (rc == OK && page.n == PAGE);
    return rc;
}

/* Heads over more leaves than there are. */
static int
heads_left(struct tree *t)
{
    int rc = more_heads(t);

    while (rc == OK && t->head < t->heads.n) {
        const struct seal_head *h = &t->heads.p[t->head++];

        audit_found(t->k, 0, "altered head %" PRId64 ": %" PRId64 " leaves were sealed, there are %"
                    PRId64, h->number, h->size, t->m.size);
        t->head_number = h->number;
        rc = more_heads(t);
    }
    for (; t->seen < t->k->seen_n; t->seen++)
        audit_found(t->k, 0, "altered log: the head that was kept has %" PRId64
                    " leaves, there are %" PRId64, t->k->seen[t->seen].size, t->m.size);
    return rc;
}

int
audit_check_tree(struct ctx *c, struct audit_check *k)
{
    struct ctx page = *c;
    struct tree t = {.c = &page, .k = k, .a = arena_open(PAGE_ARENA)};
    int rc;

    page.a = arena_open(PAGE_ARENA);
    if ((rc = walk_leaves(&t)) == OK)
        rc = heads_left(&t);
    c->err = page.err;
    arena_close(page.a);
    arena_close(t.a);
    return rc;
}
