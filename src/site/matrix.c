#include "site/matrix.h"

#include <assert.h>
#include <string.h>

#include "auth/perm.h"
#include "base/vi.h"
#include "http/reply.h"
#include "http/router.h"
#include "matrix.page.h"
#include "site/gate.h"

#define OWN (PERM_BIT(PERM_SIGNED_IN))

static const struct { const char *word, *name; enum role role; int64_t perms;
} VISITORS[VISITOR__COUNT] = {
    [VISITOR_GUEST] = {"guest", N_("Khách"), ROLE_NONE, 0},
    [VISITOR_CITIZEN] = {"citizen", N_("Công dân"), ROLE_NONE,
                         OWN | PERM_BIT(PERM_CITIZEN) | PERM_BIT(PERM_APPLY)},
    [VISITOR_INTAKE] = {"intake", N_("Tiếp nhận"), ROLE_INTAKE, OWN},
    [VISITOR_SPECIALIST] = {"specialist", N_("Chuyên viên"), ROLE_SPECIALIST, OWN},
    [VISITOR_LEADER] = {"leader", N_("Lãnh đạo"), ROLE_LEADER, OWN},
    [VISITOR_ARCHIVIST] = {"archivist", N_("Văn thư"), ROLE_ARCHIVIST, OWN},
    [VISITOR_REPORTER] = {"reporter", N_("Báo cáo"), ROLE_REPORTER, OWN},
    [VISITOR_AUDITOR] = {"auditor", N_("Kiểm tra"), ROLE_AUDITOR, OWN},
    [VISITOR_ADMINISTRATOR] = {"administrator", N_("Quản trị"), ROLE_ADMINISTRATOR, OWN},
    [VISITOR_COMMUNITY] = {"community", N_("Tổ cộng đồng"), ROLE_COMMUNITY, OWN},
    [VISITOR_READING_TOKEN] = {"reading token", N_("API đọc"), ROLE_NONE,
                               PERM_BIT(PERM_API_READ)},
    [VISITOR_WRITING_TOKEN] = {"writing token", N_("API ghi"), ROLE_NONE,
                               PERM_BIT(PERM_API_READ) | PERM_BIT(PERM_API_WRITE)},
};

static const char *const PERM_NAMES[PERM__COUNT] = {
    [PERM_UNSET] = "",
    [PERM_PUBLIC] = N_("Ai cũng xem được"),
    [PERM_SIGNED_IN] = N_("Đã đăng nhập"),
    [PERM_CITIZEN] = N_("Công dân, dữ liệu của mình"),
    [PERM_OFFICER] = N_("Cán bộ, việc của mình"),
    [PERM_DOSSIER_READ] = N_("Xem hồ sơ trong phạm vi"),
    [PERM_DOSSIER_INTAKE] = N_("Tiếp nhận, trả kết quả"),
    [PERM_DOSSIER_PROCESS] = N_("Thụ lý hồ sơ"),
    [PERM_DOSSIER_DECIDE] = N_("Ký duyệt"),
    [PERM_DOSSIER_ASSIGN] = N_("Phân công, xem tổng quan"),
    [PERM_REPORT] = N_("Thống kê, báo cáo"),
    [PERM_ADMIN_AGENCIES] = N_("Quản trị cơ quan"),
    [PERM_ADMIN_OFFICERS] = N_("Quản trị cán bộ"),
    [PERM_ADMIN_CATALOGUE] = N_("Quản trị danh mục thủ tục"),
    [PERM_ADMIN_SETTINGS] = N_("Quản trị lịch, cấu hình"),
    [PERM_AUDIT] = N_("Xem nhật ký truy cập"),
    [PERM_API_READ] = N_("API đọc"),
    [PERM_API_WRITE] = N_("API ghi"),
    [PERM_DIGITISE] = N_("Số hóa giấy tờ"),
    [PERM_ARCHIVE] = N_("Lưu trữ"),
    [PERM_APPLY] = N_("Soạn hồ sơ, của mình hoặc của người mình hỗ trợ"),
    [PERM_ASSIST] = N_("Hỗ trợ người dân tại nhà"),
    [PERM_RIGHTS] = N_("Xem bảng quyền"),
    [PERM_JOURNAL] = N_("Xem nhật ký quản trị"),
};

const char *
matrix_word(enum visitor v)
{
    assert(v < VISITOR__COUNT);
    return VISITORS[v].word;
}

const char *
matrix_name(enum visitor v)
{
    assert(v < VISITOR__COUNT);
    return VISITORS[v].name;
}

const char *
matrix_perm_name(enum perm p)
{
    return p < PERM__COUNT && PERM_NAMES[p] ? PERM_NAMES[p] : perm_word(p);
}

bool
matrix_may(enum visitor v, const struct route *r)
{
    assert(v < VISITOR__COUNT);
    return r->perm == PERM_PUBLIC ||
           ((VISITORS[v].perms | role_perms(VISITORS[v].role)) & PERM_BIT(r->perm)) != 0;
}

/* Who is asked for has a column to himself. */
bool
matrix_shows(const struct matrix_view *v, enum visitor k)
{
    return !*v->role || strcmp(matrix_word(k), v->role) == 0;
}

/* --- the page -------------------------------------------------------------------------------- */

enum { M_ROLE, M_PERM, M_WORDS };
static const struct param IN_MATRIX[] = {
    [M_ROLE] = {"vai-tro", K_TEXT, .max = 30, .label = N_("Vai trò")},
    [M_PERM] = {"quyen", K_TEXT, .max = 30, .label = N_("Quyền")},
    [M_WORDS] = {"q", K_TEXT, .max = 60, .label = N_("Địa chỉ")},
    {.kind = K_END},
};

static void
add_choices(struct ctx *c, struct matrix_view *v)
{
    struct choice *r = arena_get(c->a, (VISITOR__COUNT + 1) * sizeof *r);
    struct choice *p = arena_get(c->a, (PERM__COUNT + 1) * sizeof *p);

    r[v->n_roles++] = (struct choice){.value = "", .label = N_("Mọi vai trò")};
    for (int i = 0; i < VISITOR__COUNT; i++)
        r[v->n_roles++] = (struct choice){.value = VISITORS[i].word, .label = VISITORS[i].name};
    p[v->n_perms++] = (struct choice){.value = "", .label = N_("Mọi quyền")};
    for (int i = PERM_PUBLIC; i < PERM__COUNT; i++)
        p[v->n_perms++] = (struct choice){.value = perm_word((enum perm)i),
                                          .label = matrix_perm_name((enum perm)i)};
    v->roles = r;
    v->perms = p;
}

static bool
of_role(const char *word, const struct route *r)
{
    for (int i = 0; i < VISITOR__COUNT; i++)
        if (strcmp(VISITORS[i].word, word) == 0)
            return matrix_may((enum visitor)i, r);
    return !*word;
}

static bool
asked(const struct matrix_view *v, const struct route *r)
{
    return of_role(v->role, r) && (!*v->perm || strcmp(perm_word(r->perm), v->perm) == 0) &&
           (!*v->words || strstr(r->path, v->words));
}

static int
get_matrix(struct ctx *c)
{
    struct matrix_view v = {.role = in_text(c, M_ROLE), .perm = in_text(c, M_PERM),
                            .words = in_text(c, M_WORDS)};
    const struct route *const *all, **rows;

    v.all = router_rows(((struct visit *)c->req->app)->g->router, &all);
    rows = arena_get(c->a, (v.all + 1) * sizeof *rows);
    for (size_t i = 0; i < v.all; i++)
        if (asked(&v, all[i]))
            rows[v.n++] = all[i];
    v.rows = rows;
    add_choices(c, &v);
    return page_matrix(c, &v);
}

const struct route site_matrix_routes[] = {
    {GET, "/quan-tri/quyen", PERM_RIGHTS, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_ADMIN,
     IN_MATRIX, .run = get_matrix, .about = "Which role may do what, route by route"},
    {0},
};
