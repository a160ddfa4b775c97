/*
 * The log of accesses to personal data (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15): who saw whose
 * data, when, and by which page.  Written beside the read; no entry, no page.
 */
#include "auth/auth_sql.h"
#include "http/reply.h"

int
auth_log_seen(struct ctx *c, const char *what, int64_t dossier, int64_t person)
{
    if (!c->out)
        return auth_sql_log_add(c, what, dossier, person);
    *vec_push(c->a, &c->out->shown) = (struct shown){what, dossier, person};
    return OK;
}

int
auth_log_store(struct ctx *c)
{
    int rc = OK;

    for (size_t i = 0; i < c->out->shown.n && rc == OK; i++) {
        const struct shown *s = &c->out->shown.p[i];

        rc = auth_sql_log_add(c, s->what, s->dossier, s->person);
    }
    return rc;
}

int
auth_log_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
              struct seen *out, size_t *n)
{
    return auth_sql_log_list(c, dossier, person, before, max, out, n);
}
