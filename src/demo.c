/* Accounts of the demo city.  A password is made of the site's key: each city has its own, and it
 * can be printed again. */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "db/db.h"
#include "mod/agencies/agencies_manage.h"
#include "proc/demo_keys.h"

enum { PASSWORD_LETTERS = 10 };

/* clang-format off */
static const struct person {
    enum account_kind kind;
    const char *word, *login, *name, *number, *phone;
    enum role role;
    const char *unit;
    struct ymd from, to;        /* to.y 0: open */
} PEOPLE[DEMO__COUNT] = {
    [DEMO_CITIZEN] = {ACCOUNT_CITIZEN, "citizen", "001191900123", "Nguyễn Thị Thu Hà",
                      "001191900123", "0912345678", ROLE_NONE, "", {0}, {0}},
    [DEMO_INTAKE] = {ACCOUNT_OFFICER, "intake", "tiepnhan", "Trần Thu Trang", NULL, NULL,
                     ROLE_INTAKE, "H26.X.00070", {2025, 7, 1}, {0}},
    [DEMO_SPECIALIST] = {ACCOUNT_OFFICER, "specialist", "chuyenvien", "Lê Minh Tuấn", NULL, NULL,
                         ROLE_SPECIALIST, "H26.X.00070", {2025, 7, 1}, {0}},
    [DEMO_LEADER] = {ACCOUNT_OFFICER, "leader", "lanhdao", "Phạm Quang Hải", NULL, NULL,
                     ROLE_LEADER, "H26.X.00070", {2025, 7, 1}, {0}},
    [DEMO_ADMIN] = {ACCOUNT_OFFICER, "administrator", "quantri", "Vũ Ngọc Lan", NULL, NULL,
                    ROLE_ADMINISTRATOR, "H26", {2025, 7, 1}, {0}},
    /* cannot sign in: worked at the district that ended */
    [DEMO_DISTRICT] = {ACCOUNT_OFFICER, NULL, "quan-hoankiem", "Đỗ Thị Bích Vân", NULL, NULL,
                       ROLE_INTAKE, "H26.X.002", {2024, 1, 2}, {2025, 6, 30}},
};
/* clang-format on */

static char *
password_of(struct ctx *c, const char *login)
{
    static const char LETTERS[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    char *text = arena_fmt(c->a, "demo password of %s", login);
    char *out = arena_get(c->a, PASSWORD_LETTERS + 1);
    uint8_t sum[SHA256_SIZE];

    hash_hmac(c->site->key, text, strlen(text), sum);
    for (int i = 0; i < PASSWORD_LETTERS; i++)
        out[i] = LETTERS[sum[i] & 31];
    return out;
}

static int
give_role(struct ctx *c, const struct person *p, int64_t account)
{
    day from = date_day(p->from);
    const struct agency *g = agencies_by_code(c->site->agencies, p->unit, from);
    struct role_row r = {.account = account,
                         .role = p->role,
                         .valid_from = from,
                         .valid_to = p->to.y ? date_day(p->to) : AGENCY_OPEN};

    if (!g)
        return fail(c, E_NOTFOUND, N_("Không có cơ quan này"), "demo: there is no agency %s",
                    p->unit);
    r.agency = g->id;
    return agencies_role_give(c, c->site->agencies, &r);
}

static int
add(struct demo *d, const struct person *p, const char *password, int64_t *id)
{
    struct ctx *c = d->c;
    struct account a = {.kind = p->kind,
                        .login = p->login,
                        .name = p->name,
                        .personal_number = p->number,
                        .phone = p->phone,
                        .active = true};
    char *hash = password ? auth_password_hash(c, password) : NULL;
    int rc = auth_account_add(c, &a, hash, id);

    d->fresh = true;
    return rc == OK && p->role != ROLE_NONE ? give_role(c, p, *id) : rc;
}

static int
one(struct demo *d, enum demo_who who)
{
    const struct person *p = &PEOPLE[who];
    const char *password = p->word ? password_of(d->c, p->login) : NULL;
    struct account known;
    int rc = auth_account_by_login(d->c, p->kind, p->login, &known);

    if (rc == OK)
        d->account[who] = known.id;
    else if (rc == E_NOTFOUND)
        rc = add(d, p, password, &d->account[who]);
    if (rc == OK && password)
        printf("demo account %-14s %-13s %s  %s\n", p->word, p->login, password, p->name);
    return rc;
}

/* Telephones of the demo city: of a block that nobody has, and said to be samples. */
static int
sample_numbers(struct ctx *c)
{
    const struct agencies_snapshot *s = c->site->agencies;
    struct agency_list all = agencies_all(s);
    int rc = OK;

    for (size_t i = 0; i < all.n && rc == OK; i++) {
        struct agency g = *all.p[i];
        struct leader leader = {"", "", ""};

        if (!agency_exists(&g, vn_day(c->now)) || !g.desk || *g.hotline)
            continue;
        g.hotline = arena_fmt(c->a, "024 0000 %04zu %s", i, N_("(số mẫu)"));
        leader.title = g.type == AGENCY_COMMUNE ? N_("Chủ tịch UBND") : N_("Giám đốc");
        leader.phone = arena_fmt(c->a, "024 0001 %04zu %s", i, N_("(số mẫu)"));
        g.leaders = &leader;
        g.leaders_n = 1;
        rc = agencies_edit(c, s, &g);
    }
    return rc;
}

int
demo_accounts(struct demo *d)
{
    int rc = db_begin(d->c, DB_READ_WRITE);

    for (int i = 0; i < DEMO__COUNT && rc == OK; i++)
        rc = one(d, (enum demo_who)i);
    if (rc == OK)
        rc = sample_numbers(d->c);
    if (rc == OK)
        rc = db_commit(d->c);
    if (rc < 0)
        db_rollback(d->c);
    return rc;
}

int
demo_signing(struct demo *d)
{
    static const char WARD[] = "UBND phường Hoàn Kiếm", CITY[] = "UBND thành phố Hà Nội";
    const struct demo_key keys[] = {
        {.name = "ward", .agency = "H26.X.00070", .holder = WARD, .organisation = CITY},
        {.name = "city", .agency = "H26", .holder = CITY, .organisation = CITY},
        {.name = "leader", .person = PEOPLE[DEMO_LEADER].login,
         .holder = PEOPLE[DEMO_LEADER].name, .organisation = WARD},
        {.name = "specialist", .person = PEOPLE[DEMO_SPECIALIST].login,
         .holder = PEOPLE[DEMO_SPECIALIST].name, .organisation = WARD},
        {.name = "intake", .person = PEOPLE[DEMO_INTAKE].login,
         .holder = PEOPLE[DEMO_INTAKE].name, .organisation = WARD},
        {.name = "seal", .holder = "Cổng dịch vụ công Thành phố Hà Nội", .organisation = CITY,
         .seal = true},
        {.name = "claims", .holder = "Cổng dịch vụ công Thành phố Hà Nội", .organisation = CITY},
    };
    const char *folder = arena_fmt(d->c->a, "%s/signing", d->c->site->config.data);
    size_t made;
    int rc = demo_keys_make(d->c, folder, keys, sizeof keys / sizeof *keys, &made);

    if (rc == OK)
        printf("demo keys %s %zu made\n", folder, made);
    return rc;
}
