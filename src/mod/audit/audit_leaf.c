/* The text of a leaf.  What stands here is what was signed: it never changes, a new form gets a new
 * first line. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "mod/audit/audit.h"

enum { LEAF_MAX = 1024 };

void
audit_sum(struct arena *a, int64_t id, const char *hash, uint8_t out[MERKLE_SIZE])
{
    const char *text = arena_fmt(a, "motcua-event/1\n%" PRId64 "\n%s\n", id, hash);

    hash_sha256(text, strlen(text), out);
}

char *
audit_leaf_text(struct arena *a, const struct audit_leaf *l)
{
    struct buf b;

    buf_init(&b, a, LEAF_MAX);
    buf_lit(&b, "motcua-leaf/1\n");
    buf_fmt(&b, "%s %s\nevent %" PRId64 "\nat %" PRId64 "\n",
            l->kind == AUDIT_DOSSIER ? "dossier" : "administration", l->subject, l->version,
            l->at);
    if (l->kind == AUDIT_DOSSIER)
        buf_fmt(&b, "action %" PRId64 "\nstatus %" PRId64 "\n", l->action, l->status);
    buf_fmt(&b, "sum %s\n", hash_hex(a, l->sum, MERKLE_SIZE));
    return b.p;
}

merkle_hash
audit_leaf_hash(struct arena *a, const struct audit_leaf *l)
{
    const char *text = audit_leaf_text(a, l);

    return merkle_leaf(text, strlen(text));
}

merkle_hash
act_leaf(struct arena *a, const struct act *e)
{
    struct audit_leaf l = {.kind = AUDIT_ACT, .subject = arena_fmt(a, "%" PRId64, e->chain),
                           .version = e->number, .at = e->at};

    audit_sum(a, e->id, e->hash, l.sum);
    return audit_leaf_hash(a, &l);
}
