#include "base/merkle.h"

#include <string.h>

#include "base/hash.h"

static merkle_hash
sum(uint8_t head, const void *p, size_t n, const void *q, size_t m)
{
    struct hash_run h;
    merkle_hash out;

    hash_begin(&h);
    hash_add(&h, &head, 1);
    hash_add(&h, p, n);
    hash_add(&h, q, m);
    hash_end(&h, out.b);
    return out;
}

merkle_hash
merkle_leaf(const void *p, size_t n)
{
    return sum(0, n ? p : "", n, NULL, 0);
}

merkle_hash
merkle_node(const merkle_hash *left, const merkle_hash *right)
{
    return sum(1, left->b, MERKLE_SIZE, right->b, MERKLE_SIZE);
}

merkle_hash
merkle_empty(void)
{
    merkle_hash out;

    hash_sha256("", 0, out.b);
    return out;
}

bool
merkle_equal(const merkle_hash *a, const merkle_hash *b)
{
    return memcmp(a->b, b->b, MERKLE_SIZE) == 0;
}

/* --- growing ------------------------------------------------------------------------------- */

void
merkle_add(struct merkle *m, const merkle_hash *leaf, merkle_told told, void *arg)
{
    merkle_hash h = *leaf;
    int level = 0;

    if (told)
        told(arg, 0, m->size, &h);
    for (; m->size >> level & 1; level++) {
        h = merkle_node(&m->edge[level], &h);
        if (told)
            told(arg, level + 1, m->size >> (level + 1), &h);
    }
    m->edge[level] = h;
    m->size++;
}

merkle_hash
merkle_top(const struct merkle *m)
{
    merkle_hash h = merkle_empty();
    bool any = false;

    for (int level = 0; level < MERKLE_PATH - 1; level++)
        if (m->size >> level & 1) {
            h = any ? merkle_node(&m->edge[level], &h) : m->edge[level];
            any = true;
        }
    return h;
}

/* --- out of kept subtrees ------------------------------------------------------------------ */

int
merkle_open(merkle_get get, void *arg, int64_t size, struct merkle *out)
{
    int rc = 0;

    memset(out, 0, sizeof *out);
    out->size = size;
    for (int level = 0; level < MERKLE_PATH - 1 && rc == 0; level++)
        if (size >> level & 1)
            rc = get(arg, level, (size >> level) - 1, &out->edge[level]);
    return rc;
}

int
merkle_root(merkle_get get, void *arg, int64_t size, merkle_hash *out)
{
    struct merkle m;
    int rc = merkle_open(get, arg, size, &m);

    *out = merkle_top(&m);
    return rc;
}

/* The largest power of two below n, as its level; n > 1. */
static int
split(int64_t n)
{
    int level = 0;

    while ((int64_t)2 << level < n)
        level++;
    return level;
}

/* The tree over the leaves [at, at + n), which begins where a complete one of its size may. */
static int
range(merkle_get get, void *arg, int64_t at, int64_t n, merkle_hash *out)
{
    merkle_hash left, right;
    int level, rc;

    if (n == 1)
        return get(arg, 0, at, out);
    level = split(n);
    if (n == (int64_t)2 << level)
        return get(arg, level + 1, at >> (level + 1), out);
    if ((rc = get(arg, level, at >> level, &left)) < 0 ||
        (rc = range(get, arg, at + ((int64_t)1 << level), n - ((int64_t)1 << level), &right)) < 0)
        return rc;
    *out = merkle_node(&left, &right);
    return 0;
}

/* From the root down; the path is told from the leaf up. */
static void
turn_round(merkle_hash *path, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        merkle_hash h = path[i];

        path[i] = path[n - 1 - i];
        path[n - 1 - i] = h;
    }
}

int
merkle_inclusion(merkle_get get, void *arg, int64_t index, int64_t size,
                 merkle_hash path[MERKLE_PATH], size_t *n)
{
    int64_t at = 0;
    int rc = 0;

    *n = 0;
    while (size > 1 && rc == 0) {
        int64_t k = (int64_t)1 << split(size);
        bool left = index - at < k;

        rc = range(get, arg, left ? at + k : at, left ? size - k : k, &path[*n]);
        ++*n;
        at += left ? 0 : k;
        size = left ? k : size - k;
    }
    turn_round(path, *n);
    return rc;
}

int
merkle_consistency(merkle_get get, void *arg, int64_t from, int64_t to,
                   merkle_hash path[MERKLE_PATH], size_t *n)
{
    int64_t at = 0;
    bool known = true;                  /* the part left over is the old tree itself */
    int rc = 0;

    *n = 0;
    while (from < to && rc == 0) {
        int64_t k = (int64_t)1 << split(to);
        bool left = from <= k;

        rc = range(get, arg, left ? at + k : at, left ? to - k : k, &path[*n]);
        ++*n;
        if (left) {
            to = k;
        } else {
            at += k;
            from -= k;
            to -= k;
            known = false;
        }
    }
    if (!known && rc == 0)
        rc = range(get, arg, at, from, &path[(*n)++]);
    turn_round(path, *n);
    return rc;
}

/* --- checking ------------------------------------------------------------------------------ */

bool
merkle_included(const merkle_hash *leaf, int64_t index, int64_t size, const merkle_hash *path,
                size_t n, const merkle_hash *root)
{
    int64_t fn = index, sn = size - 1;
    merkle_hash r = *leaf;

    if (index < 0 || index >= size)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            r = merkle_node(&path[i], &r);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            r = merkle_node(&r, &path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && merkle_equal(&r, root);
}

bool
merkle_consistent(int64_t from, const merkle_hash *from_root, int64_t to,
                  const merkle_hash *to_root, const merkle_hash *path, size_t n)
{
    int64_t fn = from - 1, sn = to - 1;
    merkle_hash fr, sr;
    size_t i = 0;

    if (from < 1 || from > to)
        return false;
    if (from == to)
        return n == 0 && merkle_equal(from_root, to_root);
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    if ((from & (from - 1)) == 0)
        fr = sr = *from_root;           /* a power of two is its own first node */
    else if (n == 0)
        return false;
    else
        fr = sr = path[i++];
    for (; i < n; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            fr = merkle_node(&path[i], &fr);
            sr = merkle_node(&path[i], &sr);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            sr = merkle_node(&sr, &path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && merkle_equal(&fr, from_root) && merkle_equal(&sr, to_root);
}
