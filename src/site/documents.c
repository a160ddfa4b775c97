#include "site/documents.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "mod/deadlines/rules.h"
#include "site/documents_sql.h"

int
documents_get(struct ctx *c, const char *name, struct bytes *out)
{
    const char *sha256;

    return documents_sql_get(c, name, out, &sha256);
}

static bool
calendar_good(struct arena *a, const char *text, size_t n, struct data_faults *faults)
{
    struct calendar cal = {0};

    return calendar_load(a, text, n, &cal, faults);
}

static bool
rules_good(struct arena *a, const char *text, size_t n, struct data_faults *faults)
{
    struct rules r = {0};

    return rules_load(a, text, n, &r, faults);
}

static const struct kind {
    const char *name;
    bool (*good)(struct arena *a, const char *text, size_t n, struct data_faults *faults);
} KINDS[] = {{DOCUMENT_CALENDAR, calendar_good}, {DOCUMENT_RULES, rules_good}};

/* A fault of line 7, column 3 is a fault of the field "calendar.yaml:7:3". */
static int
check(struct ctx *c, const char *name, struct bytes text)
{
    struct data_faults faults = {.a = c->a};
    const struct kind *k = KINDS;
    int rc = OK;

    while (k < KINDS + sizeof KINDS / sizeof *KINDS && strcmp(k->name, name) != 0)
        k++;
    if (k == KINDS + sizeof KINDS / sizeof *KINDS)
        return fail(c, E_NOTFOUND, N_("Chưa có tệp này trong hệ thống"), "document %s", name);
    if (k->good(c->a, (const char *)text.p, text.n, &faults))
        return OK;
    for (size_t i = 0; i < faults.v.n; i++) {
        const struct data_fault *f = &faults.v.p[i];

        rc = fail_field(c, arena_fmt(c->a, "%s:%d:%d", name, f->line, f->column), f->sentence);
    }
    return rc < 0 ? rc : fail(c, E_INVALID, N_("Tệp có lỗi"), "document %s has faults", name);
}

int
documents_put(struct ctx *c, const char *name, struct bytes text, bool *changed)
{
    const char *sha256 = hash_sha256_hex(c->a, text.p, text.n), *old = "";
    struct bytes content;
    int rc = check(c, name, text);

    *changed = false;
    if (rc < 0)
        return rc;
    rc = documents_sql_get(c, name, &content, &old);
    if (rc < 0 && rc != E_NOTFOUND)
        return rc;
    if (rc == OK && strcmp(old, sha256) == 0)
        return OK;
    *changed = true;
    return documents_sql_put(c, name, arena_strn(c->a, (const char *)text.p, text.n), sha256);
}

int64_t
documents_generation(struct ctx *c)
{
    return documents_sql_generation(c);
}

int
documents_import(struct ctx *c, const char *folder, const char *name, bool *changed)
{
    const char *path = arena_fmt(c->a, "%s/%s", folder, name);
    struct bytes text;
    int rc = file_read(c->a, path, DOCUMENT_MAX, &text);

    if (rc < 0)
        return fail(c, E_SYS, N_("Không đọc được tệp"), "cannot read %s: %s", path, strerror(-rc));
    return documents_put(c, name, text, changed);
}
