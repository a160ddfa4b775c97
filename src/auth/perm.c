#include "auth/perm.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"

#define B(p) PERM_BIT(PERM_##p)

/* One row a role.  Duties stay apart: who administers does not decide, who audits sees the log. */
static const struct { const char *word, *name; int64_t perms;
} ROLES[ROLE__COUNT] = {
    [ROLE_NONE] = {"none", N_("Không có vai trò"), 0},
    [ROLE_INTAKE] = {"intake", N_("Tiếp nhận và trả kết quả"),
                     B(OFFICER) | B(DOSSIER_READ) | B(DOSSIER_INTAKE) |
                         B(DIGITISE) | B(APPLY) | B(ASSIST)},
    [ROLE_SPECIALIST] = {"specialist", N_("Chuyên viên thụ lý"),
                         B(OFFICER) | B(DOSSIER_READ) | B(DOSSIER_PROCESS)},
    [ROLE_LEADER] = {"leader", N_("Lãnh đạo ký duyệt"),
                     B(OFFICER) | B(DOSSIER_READ) | B(DOSSIER_PROCESS) | B(DOSSIER_DECIDE) |
                         B(DOSSIER_ASSIGN) | B(REPORT) | B(ARCHIVE)},
    [ROLE_ARCHIVIST] = {"archivist", N_("Văn thư, lưu trữ"),
                        B(OFFICER) | B(DOSSIER_READ) | B(DOSSIER_PROCESS) | B(DIGITISE) |
                            B(ARCHIVE)},
    [ROLE_REPORTER] = {"reporter", N_("Thống kê, báo cáo"), B(OFFICER) | B(REPORT)},
    [ROLE_AUDITOR] = {"auditor", N_("Kiểm tra, giám sát"),
                      B(OFFICER) | B(AUDIT) | B(REPORT) | B(RIGHTS) | B(JOURNAL)},
    [ROLE_ADMINISTRATOR] = {"administrator", N_("Quản trị hệ thống"),
                            B(OFFICER) | B(ADMIN_AGENCIES) | B(ADMIN_OFFICERS) |
                                B(ADMIN_CATALOGUE) | B(ADMIN_SETTINGS) | B(RIGHTS) |
                                B(JOURNAL)},
    [ROLE_COMMUNITY] = {"community", N_("Tổ công nghệ số cộng đồng"),
                        B(OFFICER) | B(APPLY) | B(ASSIST)},
};

static const char *const WORDS[PERM__COUNT] = {
    [PERM_UNSET] = "unset",
    [PERM_PUBLIC] = "public",
    [PERM_SIGNED_IN] = "signed-in",
    [PERM_CITIZEN] = "citizen",
    [PERM_OFFICER] = "officer",
    [PERM_DOSSIER_READ] = "dossier.read",
    [PERM_DOSSIER_INTAKE] = "dossier.intake",
    [PERM_DOSSIER_PROCESS] = "dossier.process",
    [PERM_DOSSIER_DECIDE] = "dossier.decide",
    [PERM_DOSSIER_ASSIGN] = "dossier.assign",
    [PERM_REPORT] = "report",
    [PERM_ADMIN_AGENCIES] = "admin.agencies",
    [PERM_ADMIN_OFFICERS] = "admin.officers",
    [PERM_ADMIN_CATALOGUE] = "admin.catalogue",
    [PERM_ADMIN_SETTINGS] = "admin.settings",
    [PERM_AUDIT] = "audit",
    [PERM_API_READ] = "api.read",
    [PERM_API_WRITE] = "api.write",
    [PERM_DIGITISE] = "digitise",
    [PERM_RIGHTS] = "rights",
    [PERM_ARCHIVE] = "archive",
    [PERM_APPLY] = "apply",
    [PERM_ASSIST] = "assist",
    [PERM_JOURNAL] = "journal",
};

int64_t
role_perms(enum role r)
{
    assert(r < ROLE__COUNT);
    return ROLES[r].perms;
}

const char *
role_word(enum role r)
{
    assert(r < ROLE__COUNT);
    return ROLES[r].word;
}

const char *
role_name(enum role r)
{
    assert(r < ROLE__COUNT);
    return ROLES[r].name;
}

enum role
role_parse(const char *word)
{
    for (enum role r = ROLE_NONE + 1; r < ROLE__COUNT; r++)
        if (strcmp(ROLES[r].word, word) == 0)
            return r;
    return ROLE_NONE;
}

const char *
perm_word(enum perm p)
{
    assert(p < PERM__COUNT);
    return WORDS[p];
}
