/* The sealed log for everybody: its page, its heads, and that one head grew out of another. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "sealing.page.h"
#include "sign/note.h"
#include "site/sealing.h"
#include "site/sealing_view.h"

enum { PAGE_ROWS = 30, API_ROWS = 100, SHARED_SECONDS = 10 };

/* --- the page ------------------------------------------------------------------------------ */

enum { P_BEFORE };
static const struct param IN_PAGE[] = {
    [P_BEFORE] = {"tu", K_INT, .min = 1, .max = INT64_MAX},
    {.kind = K_END},
};

static int
get_page(struct ctx *c)
{
    const struct config *k = &c->site->config;
    struct sealing_view v = {.origin = sealing_origin(c->a, k),
                             .url = *k->base_url ? k->base_url : "https://..."};
    seal_heads list = {0};
    struct note note;
    int rc;

    if (reply_shared(c, SHARED_SECONDS))
        return OK;
    if ((rc = seal_heads_before(c, in_int(c, P_BEFORE), PAGE_ROWS + 1, &list)) < 0)
        return rc;
    v.p = list.p;
    v.n = list.n > PAGE_ROWS ? PAGE_ROWS : list.n;
    if (list.n > PAGE_ROWS)
        v.next = arena_fmt(c->a, "%" PRId64, list.p[PAGE_ROWS - 1].number);
    v.is_signed = v.n && !note_read(c->a, v.p[0].note, strlen(v.p[0].note), &note) && note.n;
    return page_sealing(c, &v);
}

/* --- keys ---------------------------------------------------------------------------------- */

static int
get_keys(struct ctx *c)
{
    struct signer *s = c->site->with ? c->site->with->signer : NULL;
    json_t *keys = NULL;
    int rc = s ? note_keys_json(c, s, &keys) : OK;

    return rc < 0 ? rc : reply_json(c, 200, keys ? keys : json_pack("{s:[]}", "keys"));
}

/* --- the API ------------------------------------------------------------------------------- */

static json_t *
head_json(struct ctx *c, const struct seal_head *h)
{
    return json_pack("{s:I, s:s, s:I, s:s, s:b, s:s}", "number", (json_int_t)h->number, "at",
                     moment_rfc3339(c->a, h->at), "size", (json_int_t)h->size, "root",
                     seal_hash_text(c->a, &h->root), "whole", h->whole, "note", h->note);
}

enum { H_AFTER };
static const struct param IN_HEADS[] = {
    [H_AFTER] = {"after", K_INT, .min = 0, .max = INT64_MAX},
    {.kind = K_END},
};

static int
get_heads(struct ctx *c)
{
    seal_heads list = {0};
    json_t *items = json_array();
    int rc = seal_heads_after(c, in_int(c, H_AFTER), API_ROWS, &list);

    for (size_t i = 0; i < list.n; i++)
        json_array_append_new(items, head_json(c, &list.p[i]));
    return rc < 0 ? rc : reply_json(c, 200, json_pack("{s:o}", "items", items));
}

static int
get_head(struct ctx *c)
{
    struct seal_head h;
    int rc = seal_head_newest(c, &h);

    return rc < 0 ? rc : reply_text(c, 200, "text/plain; charset=utf-8", h.note);
}

enum { C_FROM, C_TO };
static const struct param IN_CONSISTENCY[] = {
    [C_FROM] = {"from", K_INT, .required = true, .min = 1, .max = INT64_MAX},
    [C_TO] = {"to", K_INT, .required = true, .min = 1, .max = INT64_MAX},
    {.kind = K_END},
};

/* `motcua audit self` says whether anybody follows; no row is written for a stranger's question. */
static void
note_follower(struct ctx *c)
{
    const char *path = sealing_followed(c->a, &c->site->config);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return;
    futimens(fd, NULL);
    close(fd);
}

static int
get_consistency(struct ctx *c)
{
    int64_t from = in_int(c, C_FROM), to = in_int(c, C_TO), size;
    merkle_hash path[MERKLE_PATH];
    size_t n;
    int rc = seal_size(c, &size);

    if (rc < 0)
        return rc;
    if (from > to)
        return fail_field(c, "from", N_("Số lá trước phải không lớn hơn số lá sau"));
    if (to > size)
        return fail_field(c, "to", N_("Nhật ký chưa có chừng ấy lá"));
    if ((rc = merkle_consistency(seal_get, c, from, to, path, &n)) < 0)
        return rc;
    note_follower(c);
    return reply_json(c, 200, json_pack("{s:I, s:I, s:o}", "from", (json_int_t)from, "to",
                                        (json_int_t)to, "path", seal_path_json(c->a, path, n)));
}

/* clang-format off */
const struct route site_sealing_routes[];
const struct route site_sealing_routes[] = {
    {GET, "/nhat-ky-niem-phong", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_PAGE, .run = get_page, .about = "The sealed log: its signed heads, and how to check them"},
    {GET, NOTE_KEYS_PATH, PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_FILE, IN_NONE,
     .run = get_keys, .about = "Public keys (JWK set) that check the heads of the sealed log"},
    {GET, "/api/v1/seal/heads", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_HEADS, .run = get_heads, .about = "Signed heads of the sealed log, oldest first"},
    {GET, "/api/v1/seal/head", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_NONE, .run = get_head, .about = "The newest signed head, as a signed note"},
    {GET, "/api/v1/seal/consistency", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_CONSISTENCY, .run = get_consistency,
     .about = "Proof (RFC 9162) that a later head begins with an earlier one"},
    {0},
};
/* clang-format on */
