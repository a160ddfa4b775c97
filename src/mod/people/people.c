#include "mod/people/people.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vi.h"
#include "mod/people/people_sql.h"

enum { PARTIES_MAX = 5, REPRESENTATIVES_MAX = 3 };

static const struct { const char *word, *name; int max; } ROLE[PARTY__COUNT] = {
    [PARTY_NONE]           = {"", "", 0},
    [PARTY_APPLICANT]      = {"applicant", N_("Người nộp hồ sơ"), 1},
    [PARTY_OWNER]          = {"owner", N_("Chủ hồ sơ"), 1},
    [PARTY_REPRESENTATIVE] = {"representative", N_("Người đại diện"), REPRESENTATIVES_MAX},
};

const char *
people_role_name(enum party_role r)
{
    assert(r < PARTY__COUNT);
    return ROLE[r].name;
}

enum party_role
people_role_parse(const char *word)
{
    for (enum party_role r = PARTY_APPLICANT; r < PARTY__COUNT; r++)
        if (strcmp(ROLE[r].word, word) == 0)
            return r;
    return PARTY_NONE;
}

/* --- checks: one row a field --- */

static bool
tax_code_ok(const char *s)
{
    size_t n = strspn(s, "0123456789");

    if (n == 10 && s[10] == '-')
        return strspn(s + 11, "0123456789") == 3 && s[14] == '\0';
    return (n == 10 || n == 12) && s[n] == '\0';    /* 12: a household's is a personal number */
}

static bool
any_text(const char *s)
{
    return *s != '\0';
}

enum need { OPTIONAL, ALWAYS, OF_ORGANISATION, OF_REPRESENTATIVE };

static const struct field {
    const char *name, *say;
    size_t at, max;                     /* letters */
    bool (*good)(const char *s);
    enum need need;
} FIELD[] = {
#define AT(m) offsetof(struct party, m)
    {"name", N_("Hãy ghi họ tên hoặc tên tổ chức"), AT(name), 200, any_text, ALWAYS},
    {"personal_number", N_("Số định danh gồm 12 chữ số, ghi trên thẻ căn cước"),
     AT(personal_number), 12, vi_personal_number, OPTIONAL},
    {"tax_code", N_("Mã số thuế gồm 10 chữ số, có thể thêm gạch nối và 3 chữ số"), AT(tax_code), 14,
     tax_code_ok, OF_ORGANISATION},
    {"phone", N_("Số điện thoại gồm 10 chữ số, bắt đầu bằng số 0"), AT(phone), 20, any_text,
     OPTIONAL},
    {"email", N_("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn"), AT(email), 254, vi_email,
     OPTIONAL},
    {"address", N_("Địa chỉ dài quá 500 ký tự"), AT(address), 500, any_text, OPTIONAL},
    {"basis", N_("Hãy ghi căn cứ đại diện, ví dụ: giấy ủy quyền, cha mẹ của trẻ"), AT(basis), 500,
     any_text, OF_REPRESENTATIVE},
    {"basis_number", N_("Số và ngày của giấy đại diện dài quá 200 ký tự"), AT(basis_number), 200,
     any_text, OPTIONAL},
#undef AT
};

static const char **
field_of(struct party *p, const struct field *f)
{
    return (const char **)(void *)((char *)p + f->at);
}

static bool
needed(const struct party *p, enum need need)
{
    return need == ALWAYS || (need == OF_ORGANISATION && p->kind == PARTY_ORGANISATION) ||
           (need == OF_REPRESENTATIVE && p->role == PARTY_REPRESENTATIVE);
}

static bool
field_ok(const struct party *p, const struct field *f, const char *s)
{
    if (!*s)
        return !needed(p, f->need);
    return utf8_length(s) <= f->max && f->good(s);
}

static char *
without_spaces(struct arena *a, const char *s)
{
    char *out = arena_str(a, s), *w = out;

    for (; *s; s++)
        if (!isspace((unsigned char)*s) && *s != '.')
            *w++ = *s;
    *w = '\0';
    return out;
}

static void
tidy(struct ctx *c, struct party *p)
{
    char phone[12];

    for (size_t i = 0; i < sizeof FIELD / sizeof *FIELD; i++) {
        const char **s = field_of(p, &FIELD[i]);

        *s = *s ? vi_tidy(c->a, *s) : "";
    }
    if (p->kind != PARTY_ORGANISATION)
        p->kind = PARTY_PERSON;
    p->personal_number = without_spaces(c->a, p->personal_number);
    p->tax_code = without_spaces(c->a, p->tax_code);
    if (*p->phone && vi_phone(p->phone, phone))
        p->phone = arena_str(c->a, phone);
}

static int
check_one(struct ctx *c, struct party *p)
{
    int rc = OK;
    char phone[12];

    tidy(c, p);
    for (size_t i = 0; i < sizeof FIELD / sizeof *FIELD; i++) {
        const struct field *f = &FIELD[i];
        const char *s = *field_of(p, f);
        bool ok = field_ok(p, f, s);

        if (ok && *s && strcmp(f->name, "phone") == 0)
            ok = vi_phone(s, phone);
        if (!ok)
            rc = fail_labelled(c, arena_fmt(c->a, "%s.%s", ROLE[p->role].word, f->name),
                               ROLE[p->role].name, f->say);
    }
    return rc;
}

bool
people_tax_code(struct arena *a, const char **s)
{
    *s = without_spaces(a, *s);
    return tax_code_ok(*s);
}

int
people_check(struct ctx *c, struct party *p, size_t n)
{
    int count[PARTY__COUNT] = {0}, rc = OK;

    if (n > PARTIES_MAX)
        return fail_field(c, "parties", N_("Một hồ sơ có nhiều nhất một người nộp, một chủ hồ sơ và"
                                           " ba người đại diện"));
    for (size_t i = 0; i < n; i++) {
        if (p[i].role <= PARTY_NONE || p[i].role >= PARTY__COUNT)
            return fail_field(c, "parties", N_("Hãy chọn tư cách của người này trong hồ sơ"));
        if (++count[p[i].role] > ROLE[p[i].role].max)
            rc = fail_field(c, ROLE[p[i].role].word, N_("Có quá nhiều người cùng tư cách này"));
        if (check_one(c, &p[i]) < 0)
            rc = E_INVALID;
    }
    if (count[PARTY_APPLICANT] == 0)
        rc = fail_field(c, "applicant.name", N_("Hãy ghi họ tên hoặc tên tổ chức"));
    return rc;
}

const struct party *
people_find(const struct party *p, size_t n, enum party_role role)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].role == role)
            return &p[i];
    return NULL;
}

const struct party *
people_owner(const struct party *p, size_t n)
{
    const struct party *owner = people_find(p, n, PARTY_OWNER);

    return owner ? owner : people_find(p, n, PARTY_APPLICANT);
}

/* --- JSON: of drafts and events --- */

json_t *
people_json(const struct party *p, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *o = json_pack("{s:s, s:s}", "role", ROLE[p[i].role].word, "kind",
                              p[i].kind == PARTY_ORGANISATION ? "organisation" : "person");
        struct party copy = p[i];

        for (size_t k = 0; k < sizeof FIELD / sizeof *FIELD; k++) {
            const char *s = *field_of(&copy, &FIELD[k]);

            if (s && *s)
                json_object_set_new(o, FIELD[k].name, json_string(s));
        }
        json_array_append_new(array, o);
    }
    return array;
}

static const char *
text_of(struct ctx *c, const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return arena_str(c->a, s);
}

static bool
party_from_json(struct ctx *c, const json_t *o, struct party *p)
{
    if (!json_is_object(o))
        return false;
    p->role = people_role_parse(text_of(c, o, "role"));
    p->kind =
        strcmp(text_of(c, o, "kind"), "organisation") == 0 ? PARTY_ORGANISATION : PARTY_PERSON;
    for (size_t k = 0; k < sizeof FIELD / sizeof *FIELD; k++)
        *field_of(p, &FIELD[k]) = text_of(c, o, FIELD[k].name);
    return p->role != PARTY_NONE;
}

int
people_from_json(struct ctx *c, const json_t *array, struct party **out, size_t *n)
{
    size_t count = json_array_size(array);

    *n = 0;
    *out = arena_get(c->a, (count + 1) * sizeof **out);
    if (count > PARTIES_MAX)
        return fail_field(c, "parties", N_("Một hồ sơ có nhiều nhất một người nộp, một chủ hồ sơ và"
                                           " ba người đại diện"));
    for (size_t i = 0; i < count; i++)
        if (!party_from_json(c, json_array_get(array, i), &(*out)[(*n)++]))
            return fail_field(c, "parties", N_("Hãy chọn tư cách của người này trong hồ sơ"));
    return OK;
}

/* --- stored --- */

int
people_put(struct ctx *c, int64_t owner, const struct party *p, size_t n)
{
    int rc = people_sql_clear(c, owner);

    return rc < 0 ? rc : people_add(c, owner, p, n);
}

int
people_add(struct ctx *c, int64_t owner, const struct party *p, size_t n)
{
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = people_sql_add(c, owner, (int64_t)i + 1, &p[i]);
    return rc;
}

int
people_list(struct ctx *c, int64_t owner, struct party **out, size_t *n)
{
    party_list v = {0};
    int rc = people_sql_list(c, owner, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
people_owners_by(struct ctx *c, const char *word, int64_t before, size_t limit, int64_t **out,
                 size_t *n)
{
    owner_list v = {0};
    int rc = people_sql_owners(c, word, before, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
people_owners_between(struct ctx *c, int64_t after, int64_t upto, int64_t **out, size_t *n)
{
    owner_list v = {0};
    int rc = people_sql_owners_between(c, after, upto, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
