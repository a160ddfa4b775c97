/* What differs between two versions, for the administrator who publishes one. */
#include <string.h>

#include "base/buf.h"
#include "base/po.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_sql.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/eforms/eforms.h"

enum { VALUE_MAX = 16 * 1024, SCRATCH = 64 << 20 };

/* One value of a package, or the head of an element of a list, by a path that is stable between
 * versions: papers[giay_chung_sinh].name. */
struct leaf {
    const char *path, *part, *what, *value;
    const char *element;            /* path of the element it belongs to; NULL: of none */
    bool head;
};
typedef VEC(struct leaf) leaf_list;

struct flat {
    struct ctx *c;
    leaf_list list;
};

static const struct { const char *key, *vi; } WORDS[] = {
    {"code", N_("Mã thủ tục")}, {"version", N_("Số phiên bản")}, {"state", N_("Trạng thái")},
    {"valid_from", N_("Có hiệu lực từ")}, {"valid_to", N_("Hết hiệu lực")}, {"name", N_("Tên")},
    {"summary", N_("Giới thiệu")}, {"field", N_("Lĩnh vực")},
    {"life_events", N_("Sự kiện trong đời")}, {"level", N_("Cấp thực hiện")},
    {"authority", N_("Cơ quan giải quyết")}, {"subjects", N_("Đối tượng thực hiện")},
    {"channels", N_("Cách thức nộp")}, {"online", N_("Dịch vụ công trực tuyến")},
    {"assurance", N_("Mức xác thực người nộp")},
    {"confidential", N_("Hồ sơ mật")}, {"readers", N_("Vai trò được đọc")},
    {"cover", N_("Tên dùng thay")},
    {"scope", N_("Mức độ")}, {"route", N_("Hệ thống xử lý")}, {"route_url", N_("Địa chỉ hệ thống")},
    {"publication", N_("Quyết định công bố")}, {"number", N_("Số hiệu")}, {"date", N_("Ngày")},
    {"agency", N_("Cơ quan")}, {"verified", N_("Đã đối chiếu")}, {"tags", N_("Nhãn")},
    {"citizen_steps", N_("Trình tự thực hiện")}, {"conditions", N_("Yêu cầu, điều kiện")},
    {"legal_basis", N_("Căn cứ pháp lý")}, {"title", N_("Tên văn bản")},
    {"issuer", N_("Cơ quan ban hành")}, {"cases", N_("Trường hợp giải quyết")},
    {"when", N_("Điều kiện áp dụng")}, {"deadline", N_("Thời hạn giải quyết")},
    {"mode", N_("Cách tính hạn")}, {"supplement", N_("Khi yêu cầu bổ sung")},
    {"fiscal_pauses", N_("Tạm dừng khi chờ nộp tiền")}, {"limits", N_("Thời hạn")},
    {"limit", N_("Thời hạn")}, {"stops", N_("Lý do tạm dừng")}, {"basis", N_("Căn cứ")},
    {"fees", N_("Phí, lệ phí")}, {"kind", N_("Loại")}, {"amount", N_("Mức thu")},
    {"payers", N_("Người nộp")}, {"per", N_("Đơn vị tính")}, {"quantity", N_("Ô ghi số lượng")},
    {"steps", N_("Mức thu từ đơn vị thứ")}, {"cap", N_("Mức tối đa")}, {"from", N_("Từ")},
    {"to", N_("Đến")}, {"due", N_("Thời điểm thu")}, {"papers", N_("Giấy tờ phải nộp")},
    {"originals", N_("Số bản chính")}, {"copies", N_("Số bản sao")}, {"required", N_("Bắt buộc")},
    {"eform", N_("Là biểu mẫu điện tử")}, {"note", N_("Ghi chú")},
    {"competent", N_("Thẩm quyền giải quyết")}, {"rule", N_("Quy tắc")},
    {"process", N_("Quy trình nội bộ")}, {"role", N_("Vai trò")}, {"budget", N_("Thời gian xử lý")},
    {"actions", N_("Việc được làm")}, {"next", N_("Bước tiếp theo")},
    {"guards", N_("Điều kiện chuyển bước")}, {"result", N_("Kết quả")},
};

static const char *
vi_of(const char *key)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i].key, key) == 0)
            return WORDS[i].vi;
    return key;
}

/* --- a package as a list of values ---------------------------------------------------------- */

static void
add(struct flat *f, struct leaf l)
{
    *vec_push(f->c->a, &f->list) = l;
}

static const char *
text_of(struct flat *f, const struct node *v)
{
    const char *s = node_text(v);
    size_t n = s ? strlen(s) : 0;

    while (n && s[n - 1] == '\n')
        n--;
    return arena_strn(f->c->a, s, n);
}

/* A condition, or a list of words: as one value. */
static const char *
joined(struct flat *f, const struct node *v)
{
    struct buf b;
    json_t *j;

    buf_init(&b, f->c->a, VALUE_MAX);
    if (v->kind == NODE_LIST) {
        for (size_t i = 0; i < v->n; i++)
            buf_fmt(&b, "%s%s", i ? ", " : "", text_of(f, v->items[i]));
        return b.p;
    }
    j = node_json(v);
    b.p = arena_get(f->c->a, VALUE_MAX);
    json_dumpb(j, b.p, VALUE_MAX - 1, JSON_COMPACT);
    json_decref(j);
    return b.p;
}

static bool
all_words(const struct node *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *s = node_text(list->items[i]);

        if (!s || strlen(s) > 64 || strchr(s, ' '))
            return false;
    }
    return true;
}

static void flatten(struct flat *f, const struct node *v, const char *key, const struct leaf *at);

/* What an element of a list is called in its path; "" when only its place is. */
static const char *
name_of(const struct node *v)
{
    static const char *const KEYS[] = {"id", "number", "from"};
    const char *s = NULL;

    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS && !s; i++)
        s = node_str(v, KEYS[i]);
    return s ? s : "";
}

static const char *
title_of(struct flat *f, const struct node *v, size_t i)
{
    static const char *const KEYS[] = {"name", "title", "limit"};

    for (size_t k = 0; k < sizeof KEYS / sizeof *KEYS; k++)
        if (node_str(v, KEYS[k]))
            return text_of(f, node_get(v, KEYS[k]));
    return node_text(v) ? text_of(f, v) : arena_fmt(f->c->a, "%zu", i + 1);
}

/* Fees of one id are alternatives: the second is late#2. */
static const char *
path_of(struct flat *f, const struct node *list, size_t i, const char *path)
{
    const char *name = name_of(list->items[i]);
    int again = 1;

    for (size_t j = 0; j < i; j++)
        again += strcmp(name_of(list->items[j]), name) == 0;
    return arena_fmt(f->c->a, "%s[%s#%d]", path, name, again);
}

static void
flatten_list(struct flat *f, const struct node *list, const struct leaf *at)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct node *v = list->items[i];
        const char *title = title_of(f, v, i);
        struct leaf head = *at;

        head.path = path_of(f, list, i, at->path);
        head.value = title;
        head.head = true;
        add(f, head);
        head.element = head.path;
        head.what = title;
        if (v->kind == NODE_MAP)
            for (size_t k = 0; k < v->n; k++)
                flatten(f, v->items[k], v->keys[k]->text, &head);
    }
}

/* `at`: where we are; its `what` is the element's title, or NULL at the top. */
static void
flatten(struct flat *f, const struct node *v, const char *key, const struct leaf *at)
{
    struct leaf l = *at;
    bool logic = strcmp(key, "when") == 0;

    l.head = false;
    l.path = arena_fmt(f->c->a, "%s.%s", at->path, key);
    if (!at->part)
        l.part = vi_of(key);
    l.what = at->what ? arena_fmt(f->c->a, "%s: %s", at->what, tr(f->c, vi_of(key))) : vi_of(key);
    if (v->kind == NODE_LIST && !logic && !all_words(v)) {
        flatten_list(f, v, &l);
    } else if (v->kind == NODE_MAP && !logic) {
        l.what = at->what;
        for (size_t i = 0; i < v->n; i++)
            flatten(f, v->items[i], v->keys[i]->text, &l);
    } else {
        l.value = v->kind >= NODE_LIST ? joined(f, v) : text_of(f, v);
        add(f, l);
    }
}

static leaf_list
flat_package(struct ctx *c, struct arena *scratch, struct bytes yaml)
{
    struct report r = {.a = scratch, .path = ""};
    const struct node *root = tree_yaml(&r, (const char *)yaml.p, yaml.n);
    struct flat f = {.c = c};
    struct leaf top = {.path = ""};

    for (size_t i = 0; root && root->kind == NODE_MAP && i < root->n; i++)
        flatten(&f, root->items[i], root->keys[i]->text, &top);
    return f.list;
}

/* --- comparing ------------------------------------------------------------------------------ */

typedef VEC(struct catalogue_change) change_list;

static const struct leaf *
find(const leaf_list *list, const char *path)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->p[i].path, path) == 0)
            return &list->p[i];
    return NULL;
}

/* Values of an element that the other version does not have at all are said by its head alone. */
static bool
said_by_head(const leaf_list *other, const struct leaf *l)
{
    return l->element && !find(other, l->element);
}

static void
compare(struct ctx *c, const leaf_list *old, const leaf_list *new, change_list *out)
{
    for (size_t i = 0; i < old->n; i++) {
        const struct leaf *l = &old->p[i], *now = find(new, l->path);

        if (now && !l->head && strcmp(l->value, now->value) != 0)
            *vec_push(c->a, out) =
                (struct catalogue_change){CHANGE_CHANGED, l->part, l->what, l->value, now->value};
        else if (!now && !said_by_head(new, l))
            *vec_push(c->a, out) =
                (struct catalogue_change){CHANGE_REMOVED, l->part, l->what, l->value, ""};
    }
    for (size_t i = 0; i < new->n; i++) {
        const struct leaf *l = &new->p[i];

        if (!find(old, l->path) && !said_by_head(old, l))
            *vec_push(c->a, out) =
                (struct catalogue_change){CHANGE_ADDED, l->part, l->what, "", l->value};
    }
}

static struct eform *
form_of(struct arena *a, struct bytes text)
{
    json_t *doc = json_loadb((const char *)text.p, text.n, 0, NULL);
    const char *why;
    struct eform *f = doc ? eforms_parse(a, doc, &why) : NULL;

    json_decref(doc);
    return f;
}

static void
compare_forms(struct ctx *c, struct bytes old, struct bytes new, change_list *out)
{
    static const enum catalogue_change_kind KIND[] = {
        [FORM_ADDED] = CHANGE_ADDED, [FORM_REMOVED] = CHANGE_REMOVED,
        [FORM_CHANGED] = CHANGE_CHANGED,
    };
    struct eform *x = form_of(c->a, old), *y = form_of(c->a, new);
    struct form_difference *d;
    size_t n = 0;

    if (x && y)
        eforms_compare(c->a, x, y, &d, &n);
    for (size_t i = 0; i < n; i++)
        *vec_push(c->a, out) = (struct catalogue_change){
            KIND[d[i].kind], N_("Biểu mẫu điện tử"), arena_str(c->a, d[i].label),
            arena_str(c->a, d[i].before), arena_str(c->a, d[i].after)};
    if (x)
        eforms_release(x);
    if (y)
        eforms_release(y);
}

int
catalogue_diff(struct ctx *c, int64_t before, int64_t after, struct catalogue_changes *out)
{
    struct arena *scratch;
    struct version_row x, y;
    leaf_list old, new;
    change_list changes = {0};
    int rc;

    if ((rc = catalogue_sql_get(c, before, &x)) < 0 || (rc = catalogue_sql_get(c, after, &y)) < 0)
        return rc;
    scratch = arena_open(SCRATCH);
    old = flat_package(c, scratch, x.yaml);
    new = flat_package(c, scratch, y.yaml);
    compare(c, &old, &new, &changes);
    compare_forms(c, x.form, y.form, &changes);
    arena_close(scratch);
    *out = (struct catalogue_changes){changes.p, changes.n};
    return OK;
}

int
catalogue_files_of(struct ctx *c, int64_t id, struct bytes *yaml, struct bytes *form)
{
    struct version_row v;
    int rc = catalogue_sql_get(c, id, &v);

    if (rc < 0)
        return rc;
    *yaml = v.yaml;
    *form = v.form;
    return OK;
}
