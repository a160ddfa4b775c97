/*
 * Administration.  Every verb first asks whether the agency lies in the caller's reach: the gate's
 * permission says "somewhere", this says "here".
 */
#include "mod/agencies/agencies_manage.h"

#include <string.h>

#include "auth/second.h"
#include "base/id.h"
#include "mod/agencies/agencies_sql.h"

/* Names of the pages' fields, where faults go. */
#define F_CODE "ma"
#define F_NAME "ten"
#define F_TYPE "loai"
#define F_PARENT "truc-thuoc"
#define F_UNIT "ma-don-vi"
#define F_FROM "tu-ngay"
#define F_TO "den-ngay"
#define F_SUCCESSOR "ke-tuc"
#define F_ROLE "vai-tro"
#define F_AGENCY "co-quan"
#define F_STAND_IN "nguoi-thay"
#define F_FIELDS "linh-vuc"
#define F_DECISION "quyet-dinh"
#define F_DECIDED "ngay-quyet-dinh"

static const char OLD_SCREEN[] =
    N_("Thông tin cơ quan đã được người khác sửa từ khi bạn mở trang này");

/* Villages and blocks are in nobody's reach: who administers their commune does it. */
static int
may(struct ctx *c, const struct agencies_snapshot *s, int64_t unit, enum perm p)
{
    const struct agency *g = agencies_by_id(s, unit);

    if (g && (g->type == AGENCY_VILLAGE || g->type == AGENCY_BLOCK))
        unit = g->parent;
    if (c->account == 0 || auth_reaches(c, c->account, unit, p))
        return OK;
    return fail(c, E_DENIED, N_("Cơ quan này ngoài phạm vi quản trị của bạn"),
                "account %" PRId64 ", agency %" PRId64, c->account, unit);
}

static int
known(struct ctx *c, const struct agencies_snapshot *s, int64_t id, const struct agency **out)
{
    *out = agencies_by_id(s, id);
    return *out ? OK : fail(c, E_NOTFOUND, N_("Không tìm thấy cơ quan này"), "agency %" PRId64, id);
}

/* The tree changed: servers load it anew, and reach may be another. */
static int
changed(struct ctx *c, bool reach)
{
    int rc = agencies_sql_changed(c);

    return rc < 0 || !reach ? rc : agencies_reach_rebuild(c, 0);
}

/* --- rows of the tree ------------------------------------------------------------------------- */

/* Another row has the code on one of these days; rows `a` and `b` do not count. */
static bool
code_taken(const struct agencies_snapshot *s, const struct agency *g, int64_t a, int64_t b)
{
    struct agency_list all = agencies_all(s);

    for (size_t i = 0; i < all.n; i++) {
        const struct agency *o = all.p[i];

        if (o->id != a && o->id != b && strcmp(o->code, g->code) == 0 &&
            o->valid_from <= g->valid_to && g->valid_from <= o->valid_to)
            return true;
    }
    return false;
}

static void
check_place(struct ctx *c, const struct agencies_snapshot *s, const struct agency *g)
{
    const struct agency *p = g->parent ? agencies_by_id(s, g->parent) : NULL;

    if (g->parent && (!p || !agency_exists(p, g->valid_from)))
        fail_field(c, F_PARENT, N_("Cơ quan cấp trên chưa có hoặc đã kết thúc vào ngày này"));
    else if (!agency_type_below(g->type, p ? p->type : AGENCY_NONE))
        fail_field(c, F_PARENT, N_("Loại cơ quan này không thể trực thuộc cơ quan đã chọn"));
}

static void
check_unit(struct ctx *c, const struct agency *g)
{
    size_t n = strlen(g->unit_code), want = agency_unit_digits(g->type);

    if ((n && (n != want || strspn(g->unit_code, "0123456789") != n)) ||
        (!n && g->type == AGENCY_COMMUNE))
        fail_field(c, F_UNIT,
                   N_("Mã đơn vị hành chính có 5 chữ số đối với xã, phường, 3 đối với quận, huyện; "
                      "cơ quan khác để trống"));
}

/* E_INVALID with all faults; `old`: the row that ends when this one begins, or itself, or 0. */
static int
check_row(struct ctx *c, const struct agencies_snapshot *s, struct agency *g, int64_t old)
{
    char *code = agency_code_parse(c->a, g->code);
    size_t before = c->faults.n;

    if (!code)
        fail_field(c, F_CODE, N_("Mã cơ quan có dạng H26.16 hoặc 000.00.16.H26"));
    else {
        g->code = code;
        if (code_taken(s, g, g->id, old))
            fail_field(c, F_CODE, N_("Mã này đã thuộc về cơ quan khác trong cùng thời gian"));
    }
    if (!*g->name)
        fail_field(c, F_NAME, N_("Hãy nhập tên cơ quan"));
    if (g->type == AGENCY_NONE)
        fail_field(c, F_TYPE, N_("Hãy chọn loại cơ quan"));
    else
        check_place(c, s, g);
    check_unit(c, g);
    return c->faults.n > before ? E_INVALID : OK;
}

static int
saved(struct ctx *c, int n, const struct agency *g)
{
    if (n == 0)
        return fail(c, E_CONFLICT, OLD_SCREEN, "agency %" PRId64 " v%" PRId64, g->id, g->version);
    if (n == E_CONFLICT)
        return fail(c, E_CONFLICT, N_("Mã này vừa được dùng cho cơ quan khác"), "code %s", g->code);
    return n < 0 ? n : OK;
}

int
agencies_edit(struct ctx *c, const struct agencies_snapshot *s, const struct agency *g)
{
    const struct agency *old;
    struct agency row = *g;
    int rc;

    if ((rc = known(c, s, g->id, &old)) < 0 || (rc = may(c, s, g->id, PERM_ADMIN_AGENCIES)) < 0)
        return rc;
    row.type = old->type;               /* these need a new row: see agencies_renew() */
    row.parent = old->parent;
    row.valid_from = old->valid_from;
    row.valid_to = old->valid_to;
    if ((rc = check_row(c, s, &row, 0)) < 0 ||
        (rc = saved(c, agencies_sql_save(c, &row), &row)) < 0 ||
        (rc = agencies_sql_leaders_set(c, row.id, row.leaders, row.leaders_n)) < 0)
        return rc;
    return changed(c, false);
}

static bool
holds_dossiers(const struct agency *g)
{
    return g->type != AGENCY_VILLAGE && g->type != AGENCY_BLOCK;
}

int
agencies_add(struct ctx *c, const struct agencies_snapshot *s, struct agency *g)
{
    int rc = may(c, s, g->parent, PERM_ADMIN_AGENCIES);

    g->id = 0;
    g->valid_to = AGENCY_OPEN;
    if (rc < 0 || (rc = check_row(c, s, g, 0)) < 0)
        return rc;
    g->id = id_next();
    if ((rc = saved(c, agencies_sql_add(c, g) < 0 ? c->err.rc : 1, g)) < 0 ||
        (rc = agencies_sql_leaders_set(c, g->id, g->leaders, g->leaders_n)) < 0)
        return rc;
    return changed(c, holds_dossiers(g));
}

/* The old row ends the day before the new one begins. */
static int
close_row(struct ctx *c, const struct agency *old, int64_t version, day last)
{
    struct agency row = *old;

    row.version = version;
    row.valid_to = last;
    return saved(c, agencies_sql_save(c, &row), &row);
}

int
agencies_renew(struct ctx *c, const struct agencies_snapshot *s, int64_t old_id,
               int64_t old_version, struct agency *g)
{
    const struct agency *old;
    struct agency_link moved;
    int rc;

    if ((rc = known(c, s, old_id, &old)) < 0 || (rc = may(c, s, old_id, PERM_ADMIN_AGENCIES)) < 0)
        return rc;
    if (old->valid_to != AGENCY_OPEN)
        return fail(c, E_CONFLICT, N_("Cơ quan này đã kết thúc"), "agency %" PRId64, old_id);
    if (old->parent != g->parent && (rc = may(c, s, g->parent, PERM_ADMIN_AGENCIES)) < 0)
        return rc;
    g->id = 0;
    g->valid_to = AGENCY_OPEN;
    if (g->valid_from <= old->valid_from)
        fail_field(c, F_FROM, N_("Ngày bắt đầu phải sau ngày bắt đầu của bản hiện tại"));
    if ((rc = check_row(c, s, g, old_id)) < 0 || c->faults.n)
        return E_INVALID;
    g->id = id_next();
    moved = (struct agency_link){g->id, SUCCESSION_SAME};
    if ((rc = close_row(c, old, old_version, g->valid_from - 1)) < 0 ||
        (rc = saved(c, agencies_sql_add(c, g) < 0 ? c->err.rc : 1, g)) < 0 ||
        (rc = agencies_sql_leaders_set(c, g->id, g->leaders, g->leaders_n)) < 0 ||
        (rc = agencies_sql_links_set(c, old_id, &moved, 1)) < 0)
        return rc;
    return changed(c, true);
}

static void
check_successors(struct ctx *c, const struct agencies_snapshot *s, const struct agency *g, day last,
                 const struct agency_link *v, size_t n)
{
    if (n == 0 && holds_dossiers(g))
        fail_field(c, F_SUCCESSOR, N_("Hãy chọn cơ quan tiếp tục giải quyết hồ sơ"));
    for (size_t i = 0; i < n; i++) {
        const struct agency *to = agencies_by_id(s, v[i].agency);

        if (!to || to->id == g->id || !agency_exists(to, last + 1))
            fail_field(c, F_SUCCESSOR, N_("Cơ quan kế tục phải đang tồn tại vào ngày hôm sau"));
        else if (v[i].how == SUCCESSION_SAME || (v[i].how == SUCCESSION_FULL && n > 1))
            fail_field(
                c, F_SUCCESSOR,
                N_("Nhập toàn bộ thì chỉ có một cơ quan kế tục; nhiều hơn là chuyển một phần"));
    }
}

static bool
has_children(const struct agencies_snapshot *s, struct ctx *c, int64_t id, day on)
{
    struct agency_list v = agencies_children(s, c->a, id, on);

    for (size_t i = 0; i < v.n; i++)
        if (holds_dossiers(v.p[i]))
            return true;
    return false;
}

int
agencies_end(struct ctx *c, const struct agencies_snapshot *s, int64_t id, int64_t version,
             day last, const struct agency_link *v, size_t n)
{
    const struct agency *g;
    int rc;

    if ((rc = known(c, s, id, &g)) < 0 || (rc = may(c, s, id, PERM_ADMIN_AGENCIES)) < 0)
        return rc;
    if (last < g->valid_from || last >= g->valid_to)
        fail_field(c, F_TO, N_("Ngày cuối phải nằm trong thời gian cơ quan tồn tại"));
    check_successors(c, s, g, last, v, n);
    if (c->faults.n)
        return E_INVALID;
    if (has_children(s, c, id, last + 1))
        return fail(c, E_CONFLICT, N_("Hãy chuyển các đơn vị trực thuộc sang cơ quan khác trước"),
                    "agency %" PRId64 " has children", id);
    if ((rc = close_row(c, g, version, last)) < 0 ||
        (rc = agencies_sql_links_set(c, id, v, n)) < 0)
        return rc;
    return changed(c, true);
}

/* --- officers ------------------------------------------------------------------------------- */

static int
is_officer(struct ctx *c, int64_t account, const char *field)
{
    struct account a;
    int rc = auth_account_get(c, account, &a);

    if (rc < 0)
        return rc;
    return a.kind == ACCOUNT_OFFICER && a.active
               ? OK
               : fail_field(c, field, N_("Tài khoản này không phải cán bộ đang làm việc"));
}

static int
role_free(struct ctx *c, const struct role_row *r)
{
    role_vec v = {0};
    int rc = agencies_sql_roles(c, r->account, &v);

    for (size_t i = 0; rc == OK && i < v.n; i++)
        if (v.p[i].agency == r->agency && v.p[i].role == r->role &&
            v.p[i].valid_from <= r->valid_to && r->valid_from <= v.p[i].valid_to)
            return fail_field(c, F_ROLE,
                              N_("Cán bộ đã có vai trò này tại cơ quan trong thời gian đó"));
    return rc;
}

static bool
of_dossiers(enum role r)
{
    return (role_perms(r) & PERM_BIT(PERM_DOSSIER_READ)) != 0;
}

/* Who administers users reads no dossiers: one person has the one sort of roles or the other. */
static int
role_apart(struct ctx *c, const struct role_row *r)
{
    role_vec v = {0};
    int rc = agencies_sql_roles(c, r->account, &v);

    for (size_t i = 0; rc == OK && i < v.n; i++)
        if (v.p[i].valid_from <= r->valid_to && r->valid_from <= v.p[i].valid_to &&
            ((r->role == ROLE_ADMINISTRATOR && of_dossiers(v.p[i].role)) ||
             (v.p[i].role == ROLE_ADMINISTRATOR && of_dossiers(r->role))))
            return fail_field(c, F_ROLE,
                              N_("Người quản trị cán bộ không được có vai trò xử lý hồ sơ"));
    return rc;
}

bool
agencies_role_by_field(enum role r)
{
    return of_dossiers(r);
}

int
agencies_fields(struct ctx *c, const char *const **out, size_t *n)
{
    return agencies_sql_fields(c, out, n);
}

static bool
field_known(const char *const *known, size_t n, const char *field, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(known[i]) == length && memcmp(known[i], field, length) == 0)
            return true;
    return false;
}

/* Each field has a procedure: what was mistyped would be a role that reaches nothing. */
int
agencies_fields_check(struct ctx *c, const struct role_row *r)
{
    const char *const *known, *s = r->fields ? r->fields : "";
    size_t n, length;
    int rc;

    if (!*s)
        return OK;
    if (!agencies_role_by_field(r->role))
        return fail_field(c, F_FIELDS, N_("Vai trò này không giới hạn theo lĩnh vực được"));
    if ((rc = agencies_sql_fields(c, &known, &n)) < 0)
        return rc;
    for (; *s; s += length + (s[length] == ' ')) {
        length = strcspn(s, " ");
        if (!field_known(known, n, s, length))
            return fail_field(c, F_FIELDS, N_("Hãy chọn lĩnh vực trong danh sách"));
    }
    return OK;
}

/* Duties are apart: what an administrator may, another one has given. */
static int
not_oneself(struct ctx *c, int64_t account)
{
    if (c->account == 0 || c->account != account)
        return OK;
    return fail(c, E_DENIED,
                N_("Không ai tự giao vai trò cho chính mình; hãy nhờ quản trị viên khác"),
                "account %" PRId64 " for itself", account);
}

/* Who has another role signs in anew. */
static int
role_moved(struct ctx *c, int64_t account)
{
    int rc = auth_session_close_all(c, account);

    return rc < 0 ? rc : auth_happened(c, account, HAPPENED_ROLE);
}

int
agencies_role_give(struct ctx *c, const struct agencies_snapshot *s, struct role_row *r)
{
    const struct agency *g;
    int rc;

    if ((rc = not_oneself(c, r->account)) < 0 || (rc = known(c, s, r->agency, &g)) < 0 ||
        (rc = may(c, s, r->agency, PERM_ADMIN_OFFICERS)) < 0 ||
        (rc = is_officer(c, r->account, F_ROLE)) < 0)
        return rc;
    if (r->role == ROLE_NONE || r->role >= ROLE__COUNT)
        return fail_field(c, F_ROLE, N_("Hãy chọn vai trò"));
    if (!agency_exists(g, r->valid_from) || !holds_dossiers(g))
        return fail_field(c, F_AGENCY, N_("Cơ quan không tồn tại vào ngày bắt đầu"));
    if (r->valid_to < r->valid_from)
        return fail_field(c, F_TO, N_("Ngày kết thúc phải từ ngày bắt đầu trở đi"));
    r->id = id_next();
    if ((rc = agencies_fields_check(c, r)) < 0 || (rc = role_free(c, r)) < 0 ||
        (rc = role_apart(c, r)) < 0 ||
        (rc = agencies_sql_role_add(c, r)) < 0 || (rc = role_moved(c, r->account)) < 0)
        return rc;
    return agencies_reach_rebuild(c, r->account);
}

int
agencies_role_end(struct ctx *c, const struct agencies_snapshot *s, int64_t account, int64_t id)
{
    role_vec v = {0};
    int rc = agencies_sql_roles(c, account, &v);
    size_t i = 0;

    while (i < v.n && v.p[i].id != id)
        i++;
    if (rc < 0 || i == v.n)
        return rc < 0 ? rc
                      : fail(c, E_CONFLICT, N_("Vai trò này đã kết thúc"), "role %" PRId64, id);
    if ((rc = may(c, s, v.p[i].agency, PERM_ADMIN_OFFICERS)) < 0)
        return rc;
    rc = agencies_sql_role_end(c, id, account, vn_day(c->now) - 1);     /* at once */
    if (rc == 0)
        return fail(c, E_CONFLICT, N_("Vai trò này đã kết thúc"), "role %" PRId64, id);
    if (rc < 0 || (rc = role_moved(c, account)) < 0)
        return rc;
    return agencies_reach_rebuild(c, 0);        /* stand-ins of the officer too */
}

int
agencies_roles_of(struct ctx *c, int64_t account, struct role_row **out, size_t *n)
{
    role_vec v = {0};
    int rc = agencies_sql_roles(c, account, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
agencies_roles_at(struct ctx *c, int64_t agency, struct role_row **out, size_t *n)
{
    role_vec v = {0};
    int rc = agencies_sql_roles_at(c, agency, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

static int
not_managed(struct ctx *c, int64_t account)
{
    return fail(c, E_NOTFOUND, N_("Không tìm thấy cán bộ này trong phạm vi quản trị của bạn"),
                "account %" PRId64 " by %" PRId64, account, c->account);
}

/* Every role of the account that has not ended is at an agency where the caller manages them. */
static int
roles_within(struct ctx *c, int64_t account)
{
    role_vec v = {0};
    int rc = agencies_sql_roles(c, account, &v);

    for (size_t i = 0; rc == OK && i < v.n; i++)
        if (v.p[i].valid_to >= vn_day(c->now) &&
            !auth_reaches(c, c->account, v.p[i].agency, PERM_ADMIN_OFFICERS))
            return not_managed(c, account);
    return rc;
}

/* Reach tells what the account may today.  What begins later counts as well, and what a closed
 * account would have again when it is opened: its reach is empty, its roles and duties are not. */
int
agencies_may_manage(struct ctx *c, int64_t account)
{
    stand_in_vec v = {0};
    int rc;

    if (c->account == 0)
        return OK;
    if (!auth_reach_covered(c, account, c->account, PERM_ADMIN_OFFICERS))
        return not_managed(c, account);
    if ((rc = roles_within(c, account)) < 0)
        return rc;
    rc = agencies_sql_stand_ins(c, account, &v);
    for (size_t i = 0; rc == OK && i < v.n; i++)
        if (v.p[i].stand_in == account && v.p[i].valid_to >= vn_day(c->now))
            rc = roles_within(c, v.p[i].absent);
    return rc;
}

/* --- acting for others ------------------------------------------------------------------------ */

int
agencies_stand_in_set(struct ctx *c, struct stand_in *v)
{
    int rc = not_oneself(c, v->stand_in);

    if (rc < 0 || (rc = agencies_may_manage(c, v->absent)) < 0 ||
        (rc = is_officer(c, v->absent, F_STAND_IN)) < 0 ||
        (rc = is_officer(c, v->stand_in, F_STAND_IN)) < 0)
        return rc;
    if (v->absent == v->stand_in)
        return fail_field(c, F_STAND_IN, N_("Người làm thay phải là người khác"));
    if (v->valid_to < v->valid_from)
        return fail_field(c, F_TO, N_("Ngày kết thúc phải từ ngày bắt đầu trở đi"));
    v->id = id_next();
    rc = agencies_sql_stand_in_add(c, v);
    return rc < 0 ? rc : agencies_reach_rebuild(c, v->stand_in);
}

int
agencies_stand_in_end(struct ctx *c, int64_t account, int64_t id)
{
    stand_in_vec v = {0};
    int rc = agencies_may_manage(c, account);
    size_t i = 0;

    if (rc < 0 || (rc = agencies_sql_stand_ins(c, account, &v)) < 0)
        return rc;
    while (i < v.n && (v.p[i].id != id || v.p[i].absent != account))
        i++;
    rc = i < v.n ? agencies_sql_stand_in_end(c, id, vn_day(c->now) - 1) : 0;
    if (rc == 0)
        return fail(c, E_CONFLICT, N_("Việc làm thay này đã kết thúc"), "stand-in %" PRId64, id);
    return rc < 0 ? rc : agencies_reach_rebuild(c, v.p[i].stand_in);
}

int
agencies_stand_ins_of(struct ctx *c, int64_t account, struct stand_in **out, size_t *n)
{
    stand_in_vec v = {0};
    int rc = agencies_sql_stand_ins(c, account, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

static int
check_delegation(struct ctx *c, const struct agencies_snapshot *s, const struct delegation *d)
{
    const struct agency *to = agencies_by_id(s, d->to);

    if (!to || !agency_exists(to, d->valid_from) || !holds_dossiers(to))
        fail_field(c, F_AGENCY, N_("Cơ quan được ủy quyền không tồn tại vào ngày bắt đầu"));
    else if (d->to == d->from)
        fail_field(c, F_AGENCY, N_("Hãy chọn một cơ quan khác"));
    if (!*d->decision)
        fail_field(c, F_DECISION, N_("Hãy ghi số quyết định ủy quyền"));
    if (d->decided > d->valid_from)
        fail_field(c, F_DECIDED, N_("Quyết định phải có trước ngày bắt đầu ủy quyền"));
    if (d->valid_to < d->valid_from)
        fail_field(c, F_TO, N_("Ngày kết thúc phải từ ngày bắt đầu trở đi"));
    return c->faults.n ? E_INVALID : OK;
}

int
agencies_delegate(struct ctx *c, const struct agencies_snapshot *s, struct delegation *d)
{
    const struct agency *from;
    int rc;

    if ((rc = known(c, s, d->from, &from)) < 0 ||
        (rc = may(c, s, d->from, PERM_ADMIN_AGENCIES)) < 0 || (rc = check_delegation(c, s, d)) < 0)
        return rc;
    d->id = id_next();
    rc = agencies_sql_delegation_add(c, d);
    return rc < 0 ? rc : changed(c, false);
}

int
agencies_delegation_end(struct ctx *c, const struct agencies_snapshot *s, int64_t id)
{
    delegation_vec v = {0};
    int rc = agencies_sql_delegations(c, &v);
    size_t i = 0;

    while (i < v.n && v.p[i].id != id)
        i++;
    if (rc < 0 || (i < v.n && (rc = may(c, s, v.p[i].from, PERM_ADMIN_AGENCIES)) < 0))
        return rc;
    rc = i < v.n ? agencies_sql_delegation_end(c, id, vn_day(c->now) - 1) : 0;
    if (rc == 0)
        return fail(c, E_CONFLICT, N_("Ủy quyền này đã kết thúc"), "delegation %" PRId64, id);
    return rc < 0 ? rc : changed(c, false);
}

int
agencies_delegations_of(struct ctx *c, int64_t agency, struct delegation **out, size_t *n)
{
    delegation_vec v = {0};
    int rc = agencies_sql_delegations(c, &v);
    size_t kept = 0;

    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].from == agency || v.p[i].to == agency)
            v.p[kept++] = v.p[i];
    *out = v.p;
    *n = kept;
    return rc;
}
