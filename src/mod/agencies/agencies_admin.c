/* /quan-tri/co-quan: administration of the tree. */
#include <stdlib.h>
#include <string.h>

#include "agencies_admin.page.h"
#include "base/vi.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies_pages.h"
#include "site/site.h"

enum { PAGE_ROWS = 100, LEADERS_LINES_MAX = 20, SUCCESSORS_MAX = 20 };

/* What was just changed is there: the server's own snapshot follows some seconds later. */
static const struct agencies_snapshot *
snapshot(struct ctx *c)
{
    return agencies_snapshot_fresh(c, c->site->agencies);
}

/* --- the list ------------------------------------------------------------------------------- */

enum { L_WORDS, L_TYPE, L_ENDED, L_FROM };
static const struct param IN_LIST[] = {
    [L_WORDS] = {"q", K_TEXT, .max = 100},
    [L_TYPE] = {"loai", K_ENUM, .words = AGENCY_TYPE_WORDS},
    [L_ENDED] = {"cu", K_BOOL},
    [L_FROM] = {"tu", K_INT, .min = 0, .max = 1000000},
    {.kind = K_END},
};

static bool
listed(struct ctx *c, const struct agency *g, const char *fold)
{
    return (in_int(c, L_TYPE) == 0 || in_int(c, L_TYPE) == (int64_t)g->type) &&
           (in_int(c, L_ENDED) || g->valid_to >= vn_day(c->now)) && agency_matches(c, g, fold);
}

static int
get_list(struct ctx *c)
{
    struct agency_list all = agencies_all(snapshot(c));
    struct agencies_admin_list v = {.words = in_text(c, L_WORDS), .type = in_text(c, L_TYPE),
                                    .ended = in_int(c, L_ENDED) != 0};
    size_t from = (size_t)in_int(c, L_FROM);
    const char *fold = vi_fold(c->a, v.words);

    v.p = arena_get(c->a, PAGE_ROWS * sizeof *v.p);
    for (size_t i = 0; i < all.n; i++) {
        if (!listed(c, all.p[i], fold))
            continue;
        if (v.found >= from && v.n < PAGE_ROWS)
            v.p[v.n++] = all.p[i];
        v.found++;
    }
    if (from > 0)
        v.previous = arena_fmt(c->a, "%zu", from > PAGE_ROWS ? from - PAGE_ROWS : 0);
    if (from + v.n < v.found)
        v.next = arena_fmt(c->a, "%zu", from + PAGE_ROWS);
    v.types = agency_type_choices(c, N_("Mọi loại"), &v.types_n);
    return page_agencies_admin_list(c, &v);
}

/* --- one row -------------------------------------------------------------------------------- */

/* Path of every page below: the code and the first day name one row. */
#define PATH_PARAMS                                                                                \
    [P_CODE] = {"code", K_CODE, .required = true}, [P_DAY] = {"ngay", K_DATE, .required = true}
enum { P_CODE, P_DAY };
static const struct param IN_SHOW[] = {PATH_PARAMS, {.kind = K_END}};

/* Finds the row and fills the view; not found when there is none. */
static int
find(struct ctx *c, struct agency_admin *v)
{
    const char *code = agency_code_parse(c->a, in_text(c, P_CODE));
    const struct agency *g = code ? agencies_by_code(snapshot(c), code, in_date(c, P_DAY)) : NULL;
    int64_t seat;

    if (!g || g->valid_from != in_date(c, P_DAY))
        return fail(c, E_NOTFOUND, N_("Không tìm thấy cơ quan này"), "no such row");
    seat = g->type == AGENCY_VILLAGE || g->type == AGENCY_BLOCK ? g->parent : g->id;
    *v = (struct agency_admin){
        .s = snapshot(c), .g = g, .base = agency_admin_url(c, g, "").s, .on = vn_day(c->now),
        .today = date_iso(c->a, vn_day(c->now)),
        .editable = auth_reaches(c, c->account, seat, PERM_ADMIN_AGENCIES),
        .may_officers = auth_reaches(c, c->account, seat, PERM_ADMIN_OFFICERS),
    };
    return OK;
}

static int
get_show(struct ctx *c)
{
    struct agency_admin v;
    struct role_row *staff;
    struct delegation *delegations;
    int rc = find(c, &v);

    if (rc < 0 || (rc = agencies_roles_at(c, v.g->id, &staff, &v.staff_n)) < 0 ||
        (rc = agencies_delegations_of(c, v.g->id, &delegations, &v.delegations_n)) < 0)
        return rc;
    if (!v.may_officers)
        v.staff_n = 0;
    v.staff = staff;
    v.delegations = delegations;
    v.children = agencies_children(snapshot(c), c->a, v.g->id,
                                   agency_exists(v.g, v.on) ? v.on : v.g->valid_from);
    return page_agency_admin_show(c, &v);
}

/* --- the form of a row ------------------------------------------------------------------------ */

enum {
    A_CODE = 2,
    A_NAME,
    A_NAME_EN,
    A_TYPE,
    A_PARENT,
    A_UNIT,
    A_FROM,
    A_PROVISIONAL,
    A_DESK,
    A_HOTLINE,
    A_PHONE,
    A_EMAIL,
    A_ADDRESS,
    A_HOURS,
    A_LEADERS,
    A_VERSION
};
#define ROW_PARAMS                                                                                 \
    [A_CODE] = {"ma", K_CODE, .required = true, .label = N_("Mã định danh")},                      \
    [A_NAME] = {"ten", K_TEXT, .required = true, .max = 200, .label = N_("Tên cơ quan")},          \
    [A_NAME_EN] = {"ten-tieng-anh", K_TEXT, .max = 200, .label = N_("Tên tiếng Anh")},             \
    [A_TYPE] = {"loai", K_ENUM, .words = AGENCY_TYPE_WORDS, .label = N_("Loại")},                  \
    [A_PARENT] = {"truc-thuoc", K_CODE, .label = N_("Trực thuộc")},                                \
    [A_UNIT] = {"ma-don-vi", K_CODE, .label = N_("Mã đơn vị hành chính")},                         \
    [A_FROM] = {"tu-ngay", K_DATE, .label = N_("Từ ngày")},                                        \
    [A_PROVISIONAL] = {"ma-tam", K_BOOL}, [A_DESK] = {"mot-cua", K_BOOL},                          \
    [A_HOTLINE] = {"duong-day-nong", K_TEXT, .max = 30, .label = N_("Đường dây nóng")},            \
    [A_PHONE] = {"dien-thoai", K_TEXT, .max = 30, .label = N_("Điện thoại")},                      \
    [A_EMAIL] = {"email", K_EMAIL, .label = N_("Thư điện tử")},                                    \
    [A_ADDRESS] = {"dia-chi", K_TEXT, .max = 300, .label = N_("Địa chỉ")},                         \
    [A_HOURS] = {"gio-lam-viec", K_TEXT, .max = 300, .label = N_("Giờ làm việc")},                 \
    [A_LEADERS] = {"lanh-dao", K_LINES, .max = 3000, .label = N_("Lãnh đạo")},                     \
    [A_VERSION] = {"v", K_INT, .min = 1, .max = INT64_MAX}

/* On the page that adds there is no path; the places of its two parameters are kept. */
static const struct param IN_ADD[] = {[P_CODE] = {"goc", K_CODE}, [P_DAY] = {"goc-ngay", K_DATE},
                                      ROW_PARAMS, {.kind = K_END}};
static const struct param IN_ROW[] = {PATH_PARAMS, ROW_PARAMS, {.kind = K_END}};
enum { N_PARENT };
static const struct param IN_ADD_PAGE[] = {[N_PARENT] = {"truc-thuoc", K_CODE}, {.kind = K_END}};

static void
read_phone(struct ctx *c, int i, const char *name, const char **out)
{
    *out = in_text(c, i);
    if (**out && !agency_phone_good(*out))
        fail_field(c, name,
                   N_("Số điện thoại chỉ gồm chữ số, dấu cách, dấu chấm, ít nhất 3 chữ số"));
}

/* One leader: "title; name; telephone", the last two may be missing. */
static bool
read_leader(struct ctx *c, char *line, struct leader *out)
{
    char *parts[3] = {line, NULL, NULL};

    for (int i = 1; i < 3 && parts[i - 1] && (parts[i] = strchr(parts[i - 1], ';')); i++)
        *parts[i]++ = '\0';
    *out = (struct leader){vi_tidy(c->a, parts[0]), parts[1] ? vi_tidy(c->a, parts[1]) : "",
                           parts[2] ? vi_tidy(c->a, parts[2]) : ""};
    return *out->title && (!*out->phone || agency_phone_good(out->phone));
}

static void
read_leaders(struct ctx *c, struct agency *g)
{
    struct leader *v = arena_get(c->a, LEADERS_LINES_MAX * sizeof *v);
    char *text = arena_str(c->a, in_text(c, A_LEADERS));

    g->leaders = v;
    for (char *line = text, *next; line && *line; line = next) {
        if ((next = strchr(line, '\n')))
            *next++ = '\0';
        if (line[strspn(line, " \t")] == '\0')
            continue;
        if (g->leaders_n == LEADERS_LINES_MAX || !read_leader(c, line, &v[g->leaders_n++])) {
            fail_field(c, "lanh-dao",
                       N_("Mỗi dòng một người: Chức danh; Họ tên; Điện thoại. Nhiều nhất 20 dòng"));
            g->leaders_n = 0;
            return;
        }
    }
}

static int64_t
id_of(struct ctx *c, const char *code, day on)
{
    const char *parsed = agency_code_parse(c->a, code);
    const struct agency *g = parsed ? agencies_by_code(snapshot(c), parsed, on) : NULL;

    return g ? g->id : 0;
}

static int
read_row(struct ctx *c, struct agency *g)
{
    *g = (struct agency){
        .code = in_text(c, A_CODE),
        .name = in_text(c, A_NAME),
        .name_en = in_text(c, A_NAME_EN),
        .type = (enum agency_type)in_int(c, A_TYPE),
        .unit_code = in_text(c, A_UNIT),
        .provisional = in_int(c, A_PROVISIONAL) != 0,
        .desk = in_int(c, A_DESK) != 0,
        .email = in_text(c, A_EMAIL),
        .address = in_text(c, A_ADDRESS),
        .hours = in_text(c, A_HOURS),
        .version = in_int(c, A_VERSION),
        .valid_to = AGENCY_OPEN,
        .valid_from = in_has(c, A_FROM) ? in_date(c, A_FROM) : vn_day(c->now),
    };
    read_phone(c, A_HOTLINE, "duong-day-nong", &g->hotline);
    read_phone(c, A_PHONE, "dien-thoai", &g->phone);
    read_leaders(c, g);
    if (in_has(c, A_PARENT) && !(g->parent = id_of(c, in_text(c, A_PARENT), g->valid_from)))
        fail_field(c, "truc-thuoc", N_("Không có cơ quan này vào ngày bắt đầu"));
    return c->faults.n ? E_INVALID : OK;
}

static const char *
leaders_text(struct ctx *c, const struct agency *g)
{
    struct buf b;

    buf_init(&b, c->a, 8192);
    for (size_t i = 0; g && i < g->leaders_n; i++)
        buf_fmt(&b, "%s; %s; %s\n", g->leaders[i].title, g->leaders[i].name, g->leaders[i].phone);
    return b.p;
}

static void
form_choices(struct ctx *c, struct agency_admin *v)
{
    const struct agency *parent = v->g ? agencies_by_id(v->s, v->g->parent) : NULL;

    v->types = agency_type_choices(c, N_("Chọn loại"), &v->types_n);
    v->parents = agency_choices(c, v->s, PERM_ADMIN_AGENCIES, N_("Không trực thuộc cơ quan nào"),
                                &v->parents_n);
    if (parent)
        v->parent_code = parent->code;
    v->leaders = leaders_text(c, v->g);
}

static int
show_add(struct ctx *c, const char *parent)
{
    struct agency_admin v = {.s = snapshot(c), .on = vn_day(c->now), .parent_code = parent,
                             .today = date_iso(c->a, vn_day(c->now))};

    form_choices(c, &v);
    return page_agency_admin_add(c, &v);
}

static int
get_add(struct ctx *c)
{
    return show_add(c, in_text(c, N_PARENT));
}

static int
add_again(struct ctx *c)
{
    return show_add(c, "");
}

static int
to_row(struct ctx *c, const struct agency *g, const char *say)
{
    flash(c, say);
    return redirect(c, "%s", agency_admin_url(c, g, "").s);
}

static int
post_add(struct ctx *c)
{
    struct agency g;
    int rc = read_row(c, &g);

    if (rc < 0 || (rc = agencies_add(c, snapshot(c), &g)) < 0)
        return rc;
    return to_row(c, &g, N_("Đã thêm cơ quan"));
}

/* The pages of an existing row that hold a form. */
static int
show_form(struct ctx *c, int (*page)(struct ctx *, const struct agency_admin *))
{
    struct agency_admin v;
    int rc = find(c, &v);

    if (rc < 0)
        return rc;
    if (!v.editable)
        return fail(c, E_DENIED, N_("Cơ quan này ngoài phạm vi quản trị của bạn"), "not in reach");
    form_choices(c, &v);
    v.targets = agency_choices(c, v.s, PERM_PUBLIC, N_("Chọn cơ quan"), &v.targets_n);
    return page(c, &v);
}

static int
get_edit(struct ctx *c)
{
    return show_form(c, page_agency_admin_edit);
}

/* For the journal: what the row said until now. */
static void
row_before(struct ctx *c, const struct agency_admin *v)
{
    const struct agency *g = v->g, *parent = agencies_by_id(v->s, g->parent);
    const struct { const char *input, *value; } WAS[] = {
        {"loai", agency_type_word(g->type)}, {"truc-thuoc", parent ? parent->code : ""},
        {"ma-don-vi", g->unit_code},        /* up to here: of a new version only */
        {"ten", g->name}, {"ten-tieng-anh", g->name_en},
        {"ma-tam", g->provisional ? "1" : ""}, {"mot-cua", g->desk ? "1" : ""},
        {"duong-day-nong", g->hotline}, {"dien-thoai", g->phone}, {"email", g->email},
        {"dia-chi", g->address}, {"gio-lam-viec", g->hours},
    };

    for (size_t i = in_has(c, A_TYPE) ? 0 : 3; i < sizeof WAS / sizeof *WAS; i++)
        reply_before(c, WAS[i].input, WAS[i].value);
}

static int
post_edit(struct ctx *c)
{
    struct agency_admin v;
    struct agency g;
    int rc = find(c, &v);

    if (rc < 0 || (rc = read_row(c, &g)) < 0)
        return rc;
    row_before(c, &v);
    g.id = v.g->id;
    if ((rc = agencies_edit(c, v.s, &g)) < 0)
        return rc;
    g.valid_from = v.g->valid_from;
    g.code = agency_code_parse(c->a, g.code);
    return to_row(c, &g, N_("Đã lưu thông tin cơ quan"));
}

static int
get_renew(struct ctx *c)
{
    return show_form(c, page_agency_admin_renew);
}

static int
post_renew(struct ctx *c)
{
    struct agency_admin v;
    struct agency g;
    int rc = find(c, &v);

    if (rc < 0 || (rc = read_row(c, &g)) < 0)
        return rc;
    if (!in_has(c, A_FROM))
        return fail_field(c, "tu-ngay", N_("Hãy nhập ngày bắt đầu của bản mới"));
    row_before(c, &v);
    if ((rc = agencies_renew(c, v.s, v.g->id, g.version, &g)) < 0)
        return rc;
    return to_row(c, &g, N_("Đã tạo bản mới; bản cũ kết thúc vào ngày hôm trước"));
}

/* --- the end of an agency --------------------------------------------------------------------- */

enum { X_LAST = 2, X_SUCCESSORS, X_HOW, X_SURE, X_VERSION };
static const char *const HOW_WORDS[] = {"", "same", "full", "partial", NULL};
static const struct param IN_END[] = {
    PATH_PARAMS,
    [X_LAST] = {"den-ngay", K_DATE, .required = true, .label = N_("Ngày cuối cùng")},
    [X_SUCCESSORS] = {"ke-tuc", K_LINES, .max = 1000, .label = N_("Cơ quan kế tục")},
    [X_HOW] = {"cach", K_ENUM, .words = HOW_WORDS, .label = N_("Cách chuyển")},
    [X_SURE] = {"chac-chan", K_BOOL, .required = true, .label = N_("Xác nhận"),
                .say = N_("Hãy đánh dấu để xác nhận")},
    [X_VERSION] = {"v", K_INT, .required = true, .min = 1, .max = INT64_MAX},
    {.kind = K_END},
};

static int
get_end(struct ctx *c)
{
    return show_form(c, page_agency_admin_end);
}

/* Codes, one a line. */
static int
read_successors(struct ctx *c, day on, struct agency_link v[SUCCESSORS_MAX], size_t *n)
{
    char *text = arena_str(c->a, in_text(c, X_SUCCESSORS));
    enum succession how = (enum succession)in_int(c, X_HOW);

    *n = 0;
    for (char *line = text, *next; line && *line; line = next) {
        int64_t id;

        if ((next = strchr(line, '\n')))
            *next++ = '\0';
        line = vi_tidy(c->a, line);
        if (!*line)
            continue;
        id = id_of(c, line, on);
        if (!id || *n == SUCCESSORS_MAX)
            return fail_field(c, "ke-tuc",
                              N_("Mỗi dòng một mã cơ quan đang tồn tại vào ngày hôm sau"));
        v[(*n)++] = (struct agency_link){id, how ? how : SUCCESSION_FULL};
    }
    return OK;
}

static int
post_end(struct ctx *c)
{
    struct agency_link successors[SUCCESSORS_MAX];
    struct agency_admin v;
    size_t n;
    int rc = find(c, &v);

    if (rc < 0 || (rc = read_successors(c, in_date(c, X_LAST) + 1, successors, &n)) < 0 ||
        (rc = agencies_end(c, v.s, v.g->id, in_int(c, X_VERSION), in_date(c, X_LAST), successors,
                           n)) < 0)
        return rc;
    return to_row(c, v.g, N_("Đã ghi nhận việc kết thúc hoạt động"));
}

/* --- delegated competence --------------------------------------------------------------------- */

enum { D_TO = 2, D_PROCEDURE, D_DECISION, D_DECIDED, D_FROM, D_UNTIL };
static const struct param IN_DELEGATE[] = {
    PATH_PARAMS,
    [D_TO] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan được ủy quyền"),
              .say = N_("Hãy chọn cơ quan được ủy quyền")},
    [D_PROCEDURE] = {"thu-tuc", K_CODE, .label = N_("Mã thủ tục")},
    [D_DECISION] = {"quyet-dinh", K_TEXT, .required = true, .max = 100,
                    .label = N_("Số quyết định")},
    [D_DECIDED] = {"ngay-quyet-dinh", K_DATE, .required = true, .label = N_("Ngày quyết định")},
    [D_FROM] = {"tu-ngay", K_DATE, .required = true, .label = N_("Từ ngày")},
    [D_UNTIL] = {"den-ngay", K_DATE, .label = N_("Đến ngày")},
    {.kind = K_END},
};

static int
get_delegate(struct ctx *c)
{
    return show_form(c, page_agency_admin_delegate);
}

static int
post_delegate(struct ctx *c)
{
    struct agency_admin v;
    struct delegation d;
    int rc = find(c, &v);

    if (rc < 0)
        return rc;
    d = (struct delegation){
        .from = v.g->id, .to = id_of(c, in_text(c, D_TO), in_date(c, D_FROM)),
        .procedure = in_text(c, D_PROCEDURE), .decision = in_text(c, D_DECISION),
        .decided = in_date(c, D_DECIDED), .valid_from = in_date(c, D_FROM),
        .valid_to = in_has(c, D_UNTIL) ? in_date(c, D_UNTIL) : AGENCY_OPEN};
    rc = agencies_delegate(c, v.s, &d);
    return rc < 0 ? rc : to_row(c, v.g, N_("Đã ghi nhận ủy quyền giải quyết"));
}

/* A delegation is named by what it says, not by an id. */
enum { U_TO = 2, U_PROCEDURE, U_FROM };
static const struct param IN_DELEGATE_END[] = {
    PATH_PARAMS,
    [U_TO] = {"co-quan", K_CODE, .required = true},
    [U_PROCEDURE] = {"thu-tuc", K_CODE},
    [U_FROM] = {"tu-ngay", K_DATE, .required = true},
    {.kind = K_END},
};

static int64_t
find_delegation(struct ctx *c, const struct delegation *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct agency *to = agencies_by_id(snapshot(c), v[i].to);

        if (to && strcmp(to->code, in_text(c, U_TO)) == 0 &&
            v[i].valid_from == in_date(c, U_FROM) &&
            strcmp(v[i].procedure, in_text(c, U_PROCEDURE)) == 0)
            return v[i].id;
    }
    return 0;
}

static int
post_delegate_end(struct ctx *c)
{
    struct agency_admin v;
    struct delegation *all;
    size_t n;
    int rc = find(c, &v);

    if (rc < 0 || (rc = agencies_delegations_of(c, v.g->id, &all, &n)) < 0 ||
        (rc = agencies_delegation_end(c, v.s, find_delegation(c, all, n))) < 0)
        return rc;
    return to_row(c, v.g, N_("Đã kết thúc ủy quyền"));
}

#define ROOT "/quan-tri/co-quan"
#define ROW ROOT "/{code}/{ngay}"
#define PAGE(path_, in_, run_, about_)                                                             \
    {GET, path_, PERM_ADMIN_AGENCIES, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_ADMIN, in_,         \
     .run = run_, .about = about_}
#define CHANGE(path_, in_, run_, page_, about_)                                                    \
    {POST, path_, PERM_ADMIN_AGENCIES, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_ADMIN, in_,    \
     .run = run_, .page = page_, .about = about_}

const struct route agencies_admin_routes[] = {
    PAGE(ROOT, IN_LIST, get_list, "Agencies, with filters"),
    PAGE(ROOT "/them", IN_ADD_PAGE, get_add, "Form of a new agency, village or block"),
    CHANGE(ROOT "/them", IN_ADD, post_add, add_again, "Adds an agency, village or block"),
    PAGE(ROW, IN_SHOW, get_show, "One row of the tree: officers, delegations, units below"),
    PAGE(ROW "/sua", IN_SHOW, get_edit, "Form of contacts and corrections"),
    CHANGE(ROW "/sua", IN_ROW, post_edit, get_edit, "Saves contacts and corrections"),
    PAGE(ROW "/ban-moi", IN_SHOW, get_renew, "Form of a new version from a date"),
    CHANGE(ROW "/ban-moi", IN_ROW, post_renew, get_renew, "Begins a new version from a date"),
    PAGE(ROW "/ket-thuc", IN_SHOW, get_end, "Form of an agency's end"),
    CHANGE(ROW "/ket-thuc", IN_END, post_end, get_end, "Ends an agency and names its successors"),
    PAGE(ROW "/uy-quyen", IN_SHOW, get_delegate, "Form of delegated competence"),
    CHANGE(ROW "/uy-quyen", IN_DELEGATE, post_delegate, get_delegate,
           "Delegates competence by a decision"),
    CHANGE(ROW "/uy-quyen/ket-thuc", IN_DELEGATE_END, post_delegate_end, NULL, "Ends a delegation"),
    {0},
};
