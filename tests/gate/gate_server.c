/*
 * The real gate and server with route rows made for its scenarios (tests/http/gate*.test.mjs):
 * every kind of input, place to run, face and end of a request.  Never part of the program.
 *
 *     gate_server DB-URL DATA-FOLDER [--rate N] [--behind-proxy]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/log.h"
#include "base/ring.h"
#include "db/db.h"
#include "html/page.h"
#include "http/request.h"
#include "http/upload.h"
#include "site/routes.h"
#include "site/serve.h"

static const struct query MAKE = {
    "t_make", "CREATE TABLE IF NOT EXISTS t_note (n BIGINT NOT NULL, s TEXT NOT NULL)"};
static const struct query ADD = { "t_add", "INSERT INTO t_note (n, s) VALUES ($1, $2)" };
static const struct query COUNT = { "t_count", "SELECT count(*) FROM t_note" };
static const struct query SEEN = { "t_seen", "SELECT count(*) FROM access_log" };

static const char *const WORDS[] = { "do", "xanh", "vang", NULL };

/* --- a page with a form, and where it is sent --- */

enum { P_TEN, P_SO, P_MAU, P_NGAY, P_MAT, P_LOI, P_SDT, P_TIEN };
static const struct param IN_FORM[] = {
    [P_TEN] = { "ten", K_TEXT, .required = true, .min = 2, .max = 20, .label = N_("Họ và tên") },
    [P_SO] = { "so", K_INT, .min = 1, .max = 9, .label = N_("Số bản") },
    [P_MAU] = { "mau", K_ENUMS, .words = WORDS, .label = N_("Màu") },
    [P_NGAY] = { "ngay", K_DATE, .label = N_("Ngày") },
    [P_MAT] = { "mat", K_SECRET, .label = N_("Mật khẩu") },
    [P_LOI] = { "loi", K_CODE, .label = N_("Lỗi muốn có") },
    [P_SDT] = { "sdt", K_PHONE, .label = N_("Điện thoại") },
    [P_TIEN] = { "tien", K_MONEY, .label = N_("Số tiền") },
    { .kind = K_END },
};

static void
typed(struct ctx *c, struct buf *b, const char *name)
{
    buf_fmt(b, "<input name=\"%s\" value=\"", name);
    buf_html(b, html_typed(c, name, ""));
    buf_lit(b, "\">");
}

static int
get_form(struct ctx *c)
{
    struct buf *b = page_buf(c);

    html_title(c, html_text(c, "Thử"));
    html_open(b, c);
    buf_lit(b, "<h1>Thử</h1><form method=\"post\" action=\"/thu/trang\">");
    html_form_fields(b, c);
    typed(c, b, "ten");
    typed(c, b, "so");
    typed(c, b, "mat");
    buf_lit(b, "</form>");
    buf_fmt(b, "<p id=\"count\">%" PRId64 "</p>", db_int(c, -1, &COUNT, NO_ARGS));
    html_close(b, c);
    return OK;
}

static int
post_form(struct ctx *c)
{
    static const struct { const char *word; int rc; } ENDS[] = {
        { "khong-thay", E_NOTFOUND }, { "cam", E_DENIED }, { "doi", E_CONFLICT }, { "may", E_SYS },
        { "dang-nhap", E_SIGNIN }, { "nhanh", E_LIMIT },
        { "mat", E_DOWN },
    };
    int rc = db_exec(c, &ADD, ARGS(qi(in_int(c, P_SO)), qt(in_text(c, P_TEN))));

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++)
        if (strcmp(in_text(c, P_LOI), ENDS[i].word) == 0)
            return fail(c, ENDS[i].rc, N_("Đã có người khác xử lý"), "asked for");
    if (strcmp(in_text(c, P_LOI), "o") == 0)
        return fail_field(c, "ten", N_("Tên này đã có"));
    if (strcmp(in_text(c, P_LOI), "im") == 0)
        return OK;
    flash(c, N_("Đã ghi nhận"));
    return redirect(c, "/thu/xong/%s", "a b");
}

/* --- programs --- */

enum { J_ALL, J_TEN };
static const struct param IN_JSON[] = {
    [J_ALL] = { "$", K_JSON },
    [J_TEN] = { "ten", K_TEXT, .required = true, .label = N_("Tên") },
    { .kind = K_END },
};

static int
post_json(struct ctx *c)
{
    int rc = db_exec(c, &ADD, ARGS(qi(0), qt(in_text(c, J_TEN))));

    return rc < 0 ? rc
                  : reply_json(c, 201,
                               json_pack("{s:s, s:I}", "ten", in_text(c, J_TEN), "count",
                                         (json_int_t)db_int(c, -1, &COUNT, NO_ARGS)));
}

/* --- files --- */

enum { F_TEP, F_GHI };
static const struct param IN_UPLOAD[] = {
    [F_TEP] = { "tep", K_FILES, .required = true, .label = N_("Tệp") },
    [F_GHI] = { "ghi", K_LINES, .label = N_("Ghi chú") },
    { .kind = K_END },
};

static int
post_upload(struct ctx *c)
{
    const struct upload *u;
    size_t n = in_files(c, F_TEP, &u);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "name", u[i].name, "mime",
                                              u[i].mime, "sha256", u[i].sha256, "size",
                                              (json_int_t)u[i].size));
    return reply_json(c, 200, list);
}

enum { S_NAME };
static const struct param IN_STORED[] = { [S_NAME] = { "name", K_TOKEN }, { .kind = K_END } };

static int
get_stored(struct ctx *c)
{
    return reply_stored(c, in_text(c, S_NAME), "application/pdf", "giấy khai sinh.pdf", true);
}

/* --- the others --- */

static int
get_bench_page(struct ctx *c, bool lines)
{
    struct buf *b = page_buf(c);

    html_title(c, html_text(c, "Đo"));
    html_open(b, c);
    buf_fmt(b, "<p id=\"count\">%" PRId64 "</p>", lines ? 0 : db_int(c, -1, &COUNT, NO_ARGS));
    for (int i = 0; i < 60 && lines; i++)
        buf_lit(b, "<p>Một dòng chữ của trang thủ tục, dài chừng tám mươi ký tự để đo.</p>");
    html_close(b, c);
    return OK;
}

static int
get_bench(struct ctx *c)
{
    return get_bench_page(c, true);
}

static int
get_done(struct ctx *c)
{
    return get_form(c);
}

static int
get_person(struct ctx *c)
{
    int64_t n = db_int(c, -1, &SEEN, NO_ARGS);

    auth_log_seen(c, "/thu/nguoi", 0, 7);
    return reply_text(c, 200, "text/plain; charset=utf-8", arena_fmt(c->a, "%" PRId64, n));
}

static int
get_fresh(struct ctx *c)
{
    if (reply_fresh(c, "v1", 60))
        return OK;
    return reply_text(c, 200, "text/plain; charset=utf-8", "fresh");
}

static int
get_shared(struct ctx *c)
{
    if (reply_shared(c, 60))
        return OK;
    return get_bench_page(c, false);
}

static int
get_shared_form(struct ctx *c)
{
    return reply_shared(c, 60) ? OK : get_form(c);
}

static int
get_read_lane(struct ctx *c)
{
    return reply_text(c, 200, "text/plain; charset=utf-8",
                      arena_fmt(c->a, "%" PRId64, db_int(c, -1, &COUNT, NO_ARGS)));
}

static int
prepare_slowly(struct ctx *c)
{
    (void)c;
    log_line(LOG_INFO, "a slow page begins");
    nanosleep(&(struct timespec){.tv_nsec = 600000000}, NULL);
    return OK;
}

/* Its first bytes and its hash: it is there while it is looked at. */
static int
prepare_look(struct ctx *c)
{
    const struct upload *u;
    char first[5] = "";

    if (in_files(c, F_TEP, &u) != 1 || pread(upload_look(c, u), first, 4, 0) != 4)
        return fail(c, E_SYS, "?", "nothing to look at");
    upload_release(c->req);
    c->prepared = arena_fmt(c->a, "%s %s", first, u->sha256);
    return upload_look(c, u) < 0 ? OK : fail(c, E_SYS, "?", "it is still there");
}

static int
say_seen(struct ctx *c)
{
    return reply_text(c, 200, "text/plain; charset=utf-8", c->prepared);
}

enum { X_CODE };
static const struct param IN_CODE[] = { [X_CODE] = { "code", K_TEXT }, { .kind = K_END } };

static int
get_code(struct ctx *c)
{
    return reply_text(c, 200, "text/plain; charset=utf-8", in_text(c, X_CODE));
}

#define ROW(m, p, w, bd, s, f, i)                                                                  \
    .method = (m), .path = (p), .perm = PERM_PUBLIC, .where = (w), .body = (bd), .sees = (s),      \
    .face = (f), .in = (i), .about = "For the gate's scenarios."

static const struct route t_routes[] = {
    {ROW(GET, "/thu/trang", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_form},
    {ROW(POST, "/thu/trang", RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL, IN_FORM),
     .run = post_form, .page = get_form},
    {ROW(POST, "/thu/cham", RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_PORTAL, IN_FORM),
     .run = post_form, .prepare = prepare_slowly},
    {ROW(GET, "/thu/xong/{code}", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_CODE),
     .run = get_done},
    {ROW(POST, "/api/thu", RUN_WRITE_LANE, BODY_JSON, SEES_NOBODY, FACE_API, IN_JSON),
     .run = post_json},
    {ROW(POST, "/api/tep", RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY, FACE_API, IN_UPLOAD),
     .run = post_upload},
    {ROW(POST, "/api/xem", RUN_INLINE, BODY_LOOK, SEES_NOBODY, FACE_API, IN_UPLOAD),
     .prepare = prepare_look, .run = say_seen},
    {ROW(GET, "/api/tep/{name}", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_FILE, IN_STORED),
     .run = get_stored},
    {ROW(GET, "/thu/nguoi", RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_PORTAL, IN_NONE),
     .run = get_person},
    {ROW(GET, "/thu/doc", RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_read_lane},
    {ROW(GET, "/thu/moi", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_fresh},
    {ROW(GET, "/thu/chung", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_shared},
    {ROW(GET, "/thu/chung-mau", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_shared_form},
    {ROW(GET, "/thu/do", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE),
     .run = get_bench},
    {ROW(GET, "/thu/ma/{code}", RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_CODE),
     .run = get_code},
    {.method = GET,
     .path = "/thu/rieng",
     .perm = PERM_CITIZEN,
     .where = RUN_INLINE,
     .body = BODY_NONE,
     .sees = SEES_NOBODY,
     .face = FACE_PORTAL,
     .in = IN_NONE,
     .about = "For somebody signed in.",
     .run = get_form},
    {.method = POST,
     .path = "/api/rieng",
     .perm = PERM_API_WRITE,
     .where = RUN_WRITE_LANE,
     .body = BODY_JSON,
     .sees = SEES_NOBODY,
     .face = FACE_API,
     .in = IN_JSON,
     .about = "For a token.",
     .run = post_json},
    {0},
};

extern const struct route site_routes[], site_watch_routes[];

static int
prepare_database(struct ctx *c, const char *url)
{
    int rc = db_open(c, url, DB_CREATE, &c->db);

    if (rc == OK && (rc = db_migrate(c)) == OK)
        rc = db_exec(c, &MAKE, NO_ARGS);
    if (c->db)
        db_close(c->db);
    c->db = NULL;
    return rc;
}

static int
number(int argc, char **argv, const char *flag, int otherwise)
{
    for (int i = 3; i + 1 < argc; i++)
        if (strcmp(argv[i], flag) == 0)
            return (int)strtol(argv[i + 1], NULL, 10);
    return otherwise;
}

/* The keeper seals numbers at rest, so there is a key for it. */
static bool
use_ring(struct arena *a)
{
    static const char RING[] =
        "key 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    struct ring r;

    if (ring_read(a, RING, sizeof RING - 1, &r))
        return false;
    r.write = 1;
    ring_use(&r);
    return true;
}

int
main(int argc, char **argv)
{
    static const uint8_t KEY[32] = "a key for tests, of 32 bytes ...";
    const struct route *const tables[] = { t_routes, site_routes, site_watch_routes };
    struct arena *a = arena_open(64 << 20);
    struct serve_options o = { .tables = tables, .tables_n = 3 };
    struct site site = {.key = KEY};
    struct ctx c;

    if (argc < 3)
        return 2;
    ctx_init(&c, a);
    if (number(argc, argv, "--quiet", 0))
        log_level(LOG_WARN);
    o.rate = number(argc, argv, "--rate", 0);
    o.burst = number(argc, argv, "--burst", o.rate);
    o.idle_seconds = number(argc, argv, "--idle", 0);
    o.head_seconds = number(argc, argv, "--head", 0);
    o.body_seconds = number(argc, argv, "--body", 0);
    o.connections = number(argc, argv, "--connections", 0);
    o.reads_wait = number(argc, argv, "--reads-wait", 0);
    site.config = (struct config){
        .base_url = "http://127.0.0.1", .mail_server = "",
        .db = argv[1],
        .data = argv[2],
        .read_lanes = 2,
        .metrics_allow = "127.0.0.1",
        .listen = arena_fmt(a, "127.0.0.1:%d", number(argc, argv, "--port", 0)),
        .io_threads = number(argc, argv, "--threads", 2),
        .site_name = "Một Cửa",
        .site_name_en = "Mot Cua",
        .hotline = "1022",
        .behind_proxy = number(argc, argv, "--behind-proxy", 0),
    };
    c.site = &site;
    if (!use_ring(a) || prepare_database(&c, site.config.db) < 0 || serve(&c, &site, &o) < 0) {
        fprintf(stderr, "gate_server: %s\n", c.err.detail);
        return 1;
    }
    arena_close(a);
    return 0;
}
