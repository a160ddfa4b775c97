/*
 * The log of accesses to personal data (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15): who saw whose
 * data, when, and by which page.  Written beside the read; no entry, no page.
 */
#include "auth/auth_sql.h"

int
auth_log_seen(struct ctx *c, const char *what, int64_t dossier, int64_t person)
{
    return auth_sql_log_add(c, what, dossier, person);
}

int
auth_log_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
              struct seen *out, size_t *n)
{
    return auth_sql_log_list(c, dossier, person, before, max, out, n);
}
