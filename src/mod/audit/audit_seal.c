/* The tree over the tables: leaves, and every eighth level of what is above them. */
#include <string.h>

#include "base/hash.h"
#include "mod/audit/audit_sql.h"

enum { TILE = 8, TILE_WIDTH = 1 << TILE };

bool
seal_waiting_genuine(struct ctx *c, const struct seal_waiting *w)
{
    uint8_t mac[MERKLE_SIZE];

    waiting_mac(c, w, mac);
    return hash_equal(mac, w->mac, sizeof mac);
}

/* Out of the kept level below: at most 128 hashes. */
int
seal_get(void *arg, int level, int64_t number, merkle_hash *out)
{
    struct ctx *c = arg;
    int above = level % TILE;
    int64_t n = (int64_t)1 << above;
    merkle_hash row[TILE_WIDTH];
    int rc = sql_hashes(c, level - above, number << above, n, row);

    if (rc < 0)
        return rc;
    for (; n > 1; n /= 2)
        for (int64_t i = 0; i < n / 2; i++)
            row[i] = merkle_node(&row[2 * i], &row[2 * i + 1]);
    *out = row[0];
    return OK;
}

int
seal_node(struct ctx *c, int level, int64_t number, merkle_hash *out)
{
    return sql_hashes(c, level, number, 1, out);
}

struct growing { struct ctx *c; int rc; };

static void
keep(void *arg, int level, int64_t number, const merkle_hash *h)
{
    struct growing *g = arg;

    if (level > 0 && level % TILE == 0 && g->rc == OK)
        g->rc = sql_node_add(g->c, level, number, h);
}

int
seal_append(struct ctx *c, struct seal_leaf *v, size_t n)
{
    struct growing g = {c, OK};
    struct merkle m;
    int64_t size;
    int rc = seal_size(c, &size);

    if (rc < 0 || (rc = merkle_open(seal_get, c, size, &m)) < 0)
        return rc;
    for (size_t i = 0; i < n && g.rc == OK; i++) {
        v[i].position = m.size;
        g.rc = sql_leaf_add(c, m.size, &v[i]);
        merkle_add(&m, &v[i].hash, keep, &g);
    }
    return g.rc;
}
