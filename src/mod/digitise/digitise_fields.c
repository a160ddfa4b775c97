#include "mod/digitise/digitise_fields.h"

#include <string.h>

#include "base/vi.h"
#include "mod/catalogue/catalogue_paper_types.h"
#include "site/site.h"

/* --- how papers say it ------------------------------------------------------------------------ */

static const char *const SAYS_NAME[] = {"ho chu dem ten", "ho va ten khai sinh", "ho va ten",
                                        "ho ten", "ong ba", NULL};
static const char *const SAYS_NUMBER[] = {"so dang ky", "so hieu", "so", NULL};
static const char *const SAYS_BOOK[] = {"quyen so", "quyen", NULL};
static const char *const SAYS_DATE[] = {"ngay dang ky", "dang ky ngay", "ngay cap", "cap ngay",
                                        "ngay thang nam dang ky", NULL};
static const char *const SAYS_ISSUER[] = {"noi dang ky khai sinh", "noi dang ky", "co quan dang ky",
                                          "noi cap", "co quan cap", NULL};
static const char *const SAYS_BIRTH[] = {"ngay thang nam sinh", "ngay sinh", "sinh ngay", NULL};
static const char *const SAYS_PLACE[] = {"noi sinh", NULL};
static const char *const SAYS_MOTHER[] = {"ho chu dem ten nguoi me", "ho va ten me", "ho ten me",
                                          "nguoi me", NULL};
static const char *const SAYS_FATHER[] = {"ho chu dem ten nguoi cha", "ho va ten cha", "ho ten cha",
                                          "nguoi cha", NULL};
static const char *const SAYS_WIFE[] = {"ho chu dem ten vo", "ho va ten vo", "ho ten vo", NULL};
static const char *const SAYS_HUSBAND[] = {"ho chu dem ten chong", "ho va ten chong",
                                           "ho ten chong", NULL};
static const char *const SAYS_DEATH[] = {"da chet vao luc", "chet ngay", "ngay chet", NULL};

#define F_NAME {"ho_ten", N_("Họ và tên người có tên trên giấy"), INDEX_TEXT, SAYS_NAME}
#define F_NUMBER {"so", N_("Số"), INDEX_TEXT, SAYS_NUMBER}
#define F_BOOK {"quyen", N_("Quyển số"), INDEX_TEXT, SAYS_BOOK}
#define F_DATE {"ngay", N_("Ngày cấp, ngày đăng ký"), INDEX_DATE, SAYS_DATE}
#define F_ISSUER {"noi", N_("Nơi cấp, nơi đăng ký"), INDEX_TEXT, SAYS_ISSUER}
#define F_BIRTH {"ngay_sinh", N_("Ngày sinh"), INDEX_DATE, SAYS_BIRTH}

static const struct index_field GENERAL[] = {F_NAME, F_NUMBER, F_DATE, F_ISSUER};
static const struct index_field BIRTHS[] = {
    F_NUMBER, F_BOOK, F_DATE, F_NAME, F_BIRTH,
    {"noi_sinh", N_("Nơi sinh"), INDEX_TEXT, SAYS_PLACE},
    {"me", N_("Họ và tên mẹ"), INDEX_TEXT, SAYS_MOTHER},
    {"cha", N_("Họ và tên cha"), INDEX_TEXT, SAYS_FATHER}, F_ISSUER};
static const struct index_field MARRIAGES[] = {
    F_NUMBER, F_BOOK, F_DATE, {"vo", N_("Họ và tên vợ"), INDEX_TEXT, SAYS_WIFE},
    {"chong", N_("Họ và tên chồng"), INDEX_TEXT, SAYS_HUSBAND}, F_ISSUER};
static const struct index_field DEATHS[] = {
    F_NUMBER, F_BOOK, F_DATE, F_NAME, F_BIRTH,
    {"ngay_chet", N_("Ngày chết"), INDEX_DATE, SAYS_DEATH}, F_ISSUER};
static const struct index_field OTHERS[] = {F_NUMBER, F_BOOK, F_DATE, F_NAME, F_ISSUER};

#define LIST(x) x, sizeof(x) / sizeof *(x)
static const struct register_type REGISTER[] = {
    {"so_khai_sinh", N_("Sổ đăng ký khai sinh"), LIST(BIRTHS)},
    {"so_ket_hon", N_("Sổ đăng ký kết hôn"), LIST(MARRIAGES)},
    {"so_khai_tu", N_("Sổ đăng ký khai tử"), LIST(DEATHS)},
    {"so_ho_tich_khac", N_("Sổ hộ tịch khác"), LIST(OTHERS)},
    {"ket_qua_cu", N_("Kết quả giải quyết đã cấp trước đây"), LIST(GENERAL)},
};
enum { REGISTERS = sizeof REGISTER / sizeof *REGISTER };

const struct register_type *
digitise_registers(size_t *n)
{
    *n = REGISTERS;
    return REGISTER;
}

static const struct register_type *
register_of(const char *id)
{
    for (size_t i = 0; i < REGISTERS; i++)
        if (strcmp(REGISTER[i].id, id) == 0)
            return &REGISTER[i];
    return NULL;
}

/* --- by type ---------------------------------------------------------------------------------- */

/* What the catalogue calls a date, the machine looks for as one. */
static struct index_field
fact_field(const struct paper_fact *f)
{
    struct index_field x = {.id = f->id, .label = f->name, .kind = INDEX_TEXT};

    if (strcmp(f->id, "so") == 0)
        x.labels = SAYS_NUMBER;
    if (strcmp(f->id, "noi") == 0)
        x.labels = SAYS_ISSUER;
    if (strncmp(f->id, "ngay", 4) == 0 || strcmp(f->id, "han") == 0)
        x.kind = INDEX_DATE;
    if (strcmp(f->id, "ngay") == 0)
        x.labels = SAYS_DATE;
    return x;
}

static const struct index_field *
facts_of(struct ctx *c, const struct paper_type *t, size_t *n)
{
    static const struct index_field NAME = F_NAME;
    struct index_field *v = arena_get(c->a, SCAN_FIELDS_MAX * sizeof *v);

    v[0] = NAME;
    *n = 1;
    for (size_t i = 0; i < t->facts.n && *n < SCAN_FIELDS_MAX; i++)
        v[(*n)++] = fact_field(&t->facts.p[i]);
    return v;
}

const struct index_field *
digitise_fields(struct ctx *c, const char *type, size_t *n)
{
    const struct paper_type *t =
        *type && c->site->catalogue ? catalogue_paper_type(c->site->catalogue, type) : NULL;
    const struct register_type *r = register_of(type);

    if (r) {
        *n = r->n;
        return r->fields;
    }
    if (t && t->facts.n)
        return facts_of(c, t, n);
    *n = sizeof GENERAL / sizeof *GENERAL;
    return GENERAL;
}

const char *
digitise_type_name(struct ctx *c, const char *type)
{
    const struct paper_type *t =
        *type && c->site->catalogue ? catalogue_paper_type(c->site->catalogue, type) : NULL;
    const struct register_type *r = register_of(type);

    return r ? r->name : t ? t->name : "";
}

/* --- values ----------------------------------------------------------------------------------- */

char *
digitise_value(struct arena *a, const struct index_field *f, const char *typed)
{
    char *s = vi_tidy(a, typed);
    day n;

    if (f->kind == INDEX_DATE && (date_parse_vi(s, &n) || date_parse(s, &n)))
        return date_vi(a, n);
    return s;
}

bool
digitise_value_good(const struct index_field *f, const char *value)
{
    day n;

    return f->kind != INDEX_DATE || !*value || date_parse_vi(value, &n);
}
