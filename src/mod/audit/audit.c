#include "mod/audit/audit.h"

#include <string.h>

#include "base/hash.h"
#include "base/id.h"
#include "base/json.h"
#include "mod/audit/audit_sql.h"
#include "site/site.h"

enum { ACT_DATA_MAX = 16 << 10, ACT_MAX = 64 << 10 };

/* --- what waits ---------------------------------------------------------------------------- */

void
waiting_mac(struct ctx *c, const struct seal_waiting *w, uint8_t out[MERKLE_SIZE])
{
    const char *text = arena_fmt(c->a, "seal waiting\n%" PRId64 " %" PRId64 " %" PRId64 " %s",
                                 w->kind, w->owner, w->version, w->head);

    hash_hmac(c->site->key, text, strlen(text), out);
}

int
audit_waits(struct ctx *c, enum audit_kind kind, int64_t owner, int64_t version, const char *hash)
{
    struct seal_waiting w = {.kind = kind, .owner = owner, .version = version, .head = hash};

    waiting_mac(c, &w, w.mac);
    return sql_waiting_put(c, &w);
}

/* --- administration ------------------------------------------------------------------------ */

static void
hash_text(struct buf *b, const char *s)
{
    size_t n = strlen(s);

    buf_int(b, (int64_t)n);
    buf_char(b, ':');
    buf_add(b, s, n);
}

char *
act_hash(struct arena *a, const char *before, const struct act *e)
{
    const int64_t n[] = {e->chain, e->number, e->id, e->at, e->account};
    struct buf b;

    buf_init(&b, a, ACT_MAX);
    buf_lit(&b, "act/1,");
    hash_text(&b, before);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        buf_int(&b, n[i]);
        buf_char(&b, ',');
    }
    hash_text(&b, e->what);
    hash_text(&b, e->subject);
    hash_text(&b, e->data);
    return b.over ? NULL : hash_sha256_hex(a, b.p, b.n);
}

/* What is too long for the journal is named by its hash. */
static const char *
data_text(struct arena *a, const json_t *data)
{
    const char *text = data ? json_text(a, data) : "{}";
    size_t n = strlen(text);

    if (n <= ACT_DATA_MAX)
        return text;
    return arena_fmt(a, "{\"bytes\":%zu,\"sha256\":\"%s\"}", n, hash_sha256_hex(a, text, n));
}

int
audit_act(struct ctx *c, const char *what, const char *subject, const json_t *data)
{
    return audit_act_at(c, what, subject, data, &(struct act_place){.object = subject});
}

int
audit_act_at(struct ctx *c, const char *what, const char *subject, const json_t *data,
             const struct act_place *at)
{
    struct act e = {.chain = db_lane(c), .at = c->now, .account = c->account, .what = what,
                    .subject = subject, .data = data_text(c->a, data), .place = *at};
    const char *before;
    int rc = sql_chain_take(c, e.chain, &e.number, &before);

    if (rc < 0)
        return rc;
    e.id = id_next();
    e.hash = act_hash(c->a, before, &e);
    if (!e.hash)
        return fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "act: too long");
    if ((rc = sql_act_add(c, &e)) < 0 || (rc = sql_chain_head(c, e.chain, e.hash)) < 0)
        return rc;
    return audit_waits(c, AUDIT_ACT, e.chain, e.number, e.hash);
}
