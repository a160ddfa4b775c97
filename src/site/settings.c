/*
 * The calendar and the other files that a decree can change, for the administrator.  A day is one
 * line of calendar.yaml, so the page edits lines and the file keeps its comments; whatever is saved
 * is checked whole first, and running dossiers are reckoned anew by a job.
 */
#include "site/settings.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/po.h"
#include "http/reply.h"
#include "http/route.h"
#include "settings.page.h"
#include "site/documents.h"

static const char *const KIND_WORDS[] = {"holiday", "compensatory", "swap_off", "makeup_work",
                                         NULL};

const char *
settings_kind(int kind)
{
    static const char *const NAMES[DAY_KIND__COUNT] = {
        [DAY_PLAIN] = "",
        [DAY_HOLIDAY] = N_("Nghỉ lễ"),
        [DAY_COMPENSATORY] = N_("Nghỉ bù"),
        [DAY_SWAP_OFF] = N_("Nghỉ hoán đổi"),
        [DAY_MAKEUP] = N_("Làm bù"),
    };

    return kind >= 0 && kind < DAY_KIND__COUNT ? NAMES[kind] : "";
}

const char *
settings_kind_of(const char *word)
{
    for (int i = 0; KIND_WORDS[i]; i++)
        if (strcmp(KIND_WORDS[i], word) == 0)
            return settings_kind(i + 1);
    return "";
}

const char *
settings_confidence(const char *word)
{
    static const char *const WORDS[][2] = {
        {"verified", N_("Đã đối chiếu văn bản")},
        {"verified-computed", N_("Tính theo luật")},
        {"memory", N_("Chưa đối chiếu")},
        {"provisional", N_("Dự kiến")},
    };

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i][0], word) == 0)
            return WORDS[i][1];
    return word;
}

const char *
settings_slots(struct ctx *c, struct slots s)
{
    struct buf b;

    buf_init(&b, c->a, 200);
    for (int i = 0; i < s.n; i++)
        buf_fmt(&b, "%s%02d:%02d-%02d:%02d", i ? ", " : "", s.p[i].from / 60, s.p[i].from % 60,
                s.p[i].to / 60, s.p[i].to % 60);
    return b.p;
}

const char *
settings_weekdays(struct ctx *c, unsigned bits)
{
    struct buf b;

    buf_init(&b, c->a, 400);
    for (int i = MON; i <= SUN; i++)
        if (bits & 1u << i)
            buf_fmt(&b, "%s%s", b.n ? ", " : "", tr(c, weekday_vi((enum weekday)i)));
    return b.p;
}

/* --- the file on screen
 * --------------------------------------------------------------------------- */

static int
load(struct ctx *c, const char *name, struct document_view *v)
{
    struct bytes text;
    int rc = documents_get(c, name, &text);

    if (rc < 0)
        return rc;
    *v = (struct document_view){name, arena_strn(c->a, (const char *)text.p, text.n),
                                hash_sha256_hex(c->a, text.p, text.n)};
    return OK;
}

/* What was on screen must still be what is stored. */
static int
load_same(struct ctx *c, const char *name, const char *version, struct document_view *v)
{
    int rc = load(c, name, v);

    if (rc == OK && strcmp(v->version, version) != 0)
        return fail(c, E_CONFLICT,
                    N_("Người khác vừa sửa tệp này, hãy mở lại trang và sửa trên bản mới"),
                    "document %s", name);
    return rc;
}

static int
save(struct ctx *c, const char *name, const char *text)
{
    struct bytes b = {(const uint8_t *)text, strlen(text)};
    bool changed;
    int rc = documents_put(c, name, b, &changed);

    if (rc == OK)
        flash(c, changed
                     ? N_("Đã lưu. Hạn trả của hồ sơ đang giải quyết được tính lại trong ít phút.")
                     : N_("Không có gì thay đổi."));
    return rc;
}

/* --- the calendar
 * ------------------------------------------------------------------------------------ */

enum { Y_YEAR };
static const struct param IN_YEAR[] = {[Y_YEAR] = {"nam", K_INT, .min = 1900, .max = 2200},
                                       {.kind = K_END}};

static int
page_calendar(struct ctx *c)
{
    const struct calendar *cal = c->site->calendar;
    const char *asked = in_typed(c, "nam");
    struct document_view file;
    struct calendar_view v = {.cal = cal, .year = date_ymd(vn_day(c->now)).y};
    int rc = load(c, DOCUMENT_CALENDAR, &file);

    if (rc < 0)
        return rc;
    if (asked && strlen(asked) == 4 && strspn(asked, "0123456789") == 4)
        v.year = (asked[0] - '0') * 1000 + (asked[1] - '0') * 100 + (asked[2] - '0') * 10 +
                 asked[3] - '0';
    v.version = file.version;
    v.previous = arena_fmt(c->a, "%d", v.year - 1);
    v.next = arena_fmt(c->a, "%d", v.year + 1);
    while (v.from < cal->days.n && date_ymd(cal->days.p[v.from].date).y < v.year)
        v.from++;
    for (v.to = v.from; v.to < cal->days.n && date_ymd(cal->days.p[v.to].date).y == v.year;)
        v.to++;
    return page_settings_calendar(c, &v);
}

enum { D_VERSION, D_DATE, D_KIND, D_NAME };
static const struct param IN_DAY[] = {
    [D_VERSION] = {"v", K_TOKEN, .required = true},
    [D_DATE] = {"ngay", K_DATE, .required = true, .label = N_("Ngày")},
    [D_KIND] = {"loai", K_ENUM, .required = true, .words = KIND_WORDS, .label = N_("Loại ngày")},
    [D_NAME] = {"ten", K_TEXT, .required = true, .min = 2, .max = 100, .label = N_("Tên ngày")},
    {.kind = K_END},
};
static const struct param IN_DROP[] = {
    [D_VERSION] = {"v", K_TOKEN, .required = true},
    [D_DATE] = {"ngay", K_DATE, .required = true, .label = N_("Ngày")},
    {.kind = K_END},
};

/* The file without the line of this day. */
static const char *
without_day(struct ctx *c, const char *text, day d)
{
    const char *mark = arena_fmt(c->a, "{date: %s,", date_iso(c->a, d));
    struct buf b;

    buf_init(&b, c->a, DOCUMENT_MAX);
    for (const char *line = text, *end; *line; line = end) {
        end = strchr(line, '\n');
        end = end ? end + 1 : line + strlen(line);
        if (!memmem(line, (size_t)(end - line), mark, strlen(mark)))
            buf_add(&b, line, (size_t)(end - line));
    }
    return b.p;
}

/* With one more line below `days:`. */
static const char *
with_day(struct ctx *c, const char *text, day d, const char *kind, const char *name)
{
    const char *at = strstr(text, "\ndays:\n");
    struct buf b;

    buf_init(&b, c->a, DOCUMENT_MAX);
    if (!at)
        return text;
    at += strlen("\ndays:\n");
    buf_add(&b, text, (size_t)(at - text));
    buf_fmt(&b, "  - {date: %s, kind: %s, name: \"", date_iso(c->a, d), kind);
    buf_json(&b, name);
    buf_lit(&b, "\", confidence: verified}\n");
    buf_str(&b, at);
    return b.p;
}

/* For the journal: what this day was until now. */
static void
day_before(struct ctx *c, day d)
{
    const struct calendar *k = c->site->calendar;

    for (size_t i = 0; k && i < k->days.n; i++)
        if (k->days.p[i].date == d) {
            reply_before(c, "loai", KIND_WORDS[k->days.p[i].kind - 1]);
            reply_before(c, "ten", k->days.p[i].name);
        }
}

static int
post_day(struct ctx *c)
{
    struct document_view file;
    const char *text;
    int rc = load_same(c, DOCUMENT_CALENDAR, in_text(c, D_VERSION), &file);

    if (rc < 0)
        return rc;
    day_before(c, in_date(c, D_DATE));
    text = without_day(c, file.text, in_date(c, D_DATE));
    text = with_day(c, text, in_date(c, D_DATE), KIND_WORDS[in_int(c, D_KIND)], in_text(c, D_NAME));
    rc = save(c, DOCUMENT_CALENDAR, text);
    return rc < 0 ? rc : redirect(c, "/quan-tri/lich?nam=%d", date_ymd(in_date(c, D_DATE)).y);
}

static int
post_drop(struct ctx *c)
{
    struct document_view file;
    int rc = load_same(c, DOCUMENT_CALENDAR, in_text(c, D_VERSION), &file);

    if (rc < 0)
        return rc;
    day_before(c, in_date(c, D_DATE));
    rc = save(c, DOCUMENT_CALENDAR, without_day(c, file.text, in_date(c, D_DATE)));
    return rc < 0 ? rc : redirect(c, "/quan-tri/lich?nam=%d", date_ymd(in_date(c, D_DATE)).y);
}

/* --- settings, and the files whole
 * ----------------------------------------------------------------------- */

static int
get_settings(struct ctx *c)
{
    return page_settings(c, &c->site->config);
}

static const char *const FILES[] = {DOCUMENT_CALENDAR, DOCUMENT_RULES, NULL};
enum { F_NAME, F_VERSION, F_TEXT };
static const struct param IN_FILE[] = {
    [F_NAME] = {"ten", K_ENUM, .required = true, .words = FILES},
    {.kind = K_END},
};
static const struct param IN_FILE_POST[] = {
    [F_NAME] = {"ten", K_ENUM, .required = true, .words = FILES},
    [F_VERSION] = {"v", K_TOKEN, .required = true},
    [F_TEXT] = {"noi-dung", K_LINES, .required = true, .max = 200000, .label = N_("Nội dung tệp")},
    {.kind = K_END},
};

static int
page_file(struct ctx *c)
{
    struct document_view v;
    const char *name = in_typed(c, "ten");
    int rc = load(c, name ? name : FILES[in_int(c, F_NAME)], &v);

    return rc < 0 ? rc : page_settings_file(c, &v);
}

/* Forms send CR LF; files have LF. */
static const char *
unix_lines(struct ctx *c, const char *s)
{
    char *out = arena_get(c->a, strlen(s) + 2), *p = out;

    for (; *s; s++)
        if (*s != '\r')
            *p++ = *s;
    if (p > out && p[-1] != '\n')
        *p++ = '\n';
    return out;
}

static int
post_file(struct ctx *c)
{
    const char *name = FILES[in_int(c, F_NAME)];
    struct document_view v;
    int rc;

    if ((rc = load_same(c, name, in_text(c, F_VERSION), &v)) < 0 ||
        (rc = save(c, name, unix_lines(c, in_text(c, F_TEXT)))) < 0)
        return rc;
    reply_before(c, "noi-dung", v.text);
    return redirect(c, "/quan-tri/tep/%s", name);
}

#define ADMIN_GET(path, input, handler, say)                                                       \
    {                                                                                              \
        GET, path, PERM_ADMIN_SETTINGS, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_ADMIN, input,     \
            .run = handler, .about = say                                                           \
    }
#define ADMIN_POST(path, body, input, handler, again, say)                                         \
    {                                                                                              \
        POST, path, PERM_ADMIN_SETTINGS, RUN_WRITE_LANE, body, SEES_NOBODY, FACE_ADMIN, input,     \
            .run = handler, .page = again, .about = say                                            \
    }

const struct route site_settings_routes[] = {
    ADMIN_GET("/quan-tri/lich", IN_YEAR, page_calendar,
              "The calendar of public offices, a year a page"),
    ADMIN_POST("/quan-tri/lich/ngay", BODY_FORM, IN_DAY, post_day, page_calendar,
               "Add or replace a special day"),
    ADMIN_POST("/quan-tri/lich/xoa", BODY_FORM, IN_DROP, post_drop, page_calendar,
               "Take a special day away"),
    ADMIN_GET("/quan-tri/cau-hinh", IN_NONE, get_settings, "Settings of this site"),
    ADMIN_GET("/quan-tri/tep/{ten}", IN_FILE, page_file, "A file of rules, whole"),
    ADMIN_POST("/quan-tri/tep/{ten}", BODY_EFORM, IN_FILE_POST, post_file, page_file,
               "Save a file of rules after checking it"),
    {0},
};
