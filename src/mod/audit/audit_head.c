/* The next head: over all leaves that are there, when they still are what the last head said. */
#include <string.h>

#include "mod/audit/seal.h"
#include "sign/note.h"

static int
still_the_same(struct ctx *c, const struct seal_head *last)
{
    merkle_hash root;
    int rc = merkle_root(seal_get, c, last->size, &root);

    if (rc < 0 && rc != E_NOTFOUND)
        return rc;
    if (rc == OK && merkle_equal(&root, &last->root))
        return OK;
    return fail(c, E_CONFLICT, N_("Nhật ký niêm phong đã bị sửa"),
                "the log is not what head %" PRId64 " of %" PRId64 " leaves says", last->number,
                last->size);
}

int
seal_head_next(struct ctx *c, const char *origin, struct seal_head *out)
{
    struct seal_head last = {0};
    int64_t size, after;
    bool begun;
    int rc = seal_head_newest(c, &last);

    if ((rc < 0 && rc != E_NOTFOUND) || (rc = seal_size(c, &size)) < 0 ||
        (rc = seal_begun(c, &after, &begun)) < 0)
        return rc;
    if (size == 0 || (size == last.size && (last.whole || !begun)))
        return E_NOTFOUND;
    if (size < last.size)
        return fail(c, E_CONFLICT, N_("Nhật ký niêm phong đã bị sửa"),
                    "head %" PRId64 " has %" PRId64 " leaves, there are %" PRId64, last.number,
                    last.size, size);
    if (size == last.size)
        return E_NOTFOUND;              /* said with the next leaf */
    if (last.size && (rc = still_the_same(c, &last)) < 0)
        return rc;
    *out = (struct seal_head){.at = c->now > last.at ? c->now : last.at, .size = size,
                              .whole = begun || last.whole};
    if ((rc = merkle_root(seal_get, c, size, &out->root)) < 0)
        return rc;
    out->note = note_text(c->a, origin, size, &out->root, out->at, out->whole);
    return out->note ? OK
                     : fail(c, E_INVALID, N_("Địa chỉ của cổng không dùng được cho nhật ký"),
                            "seal: %s is no name of a log", origin);
}
