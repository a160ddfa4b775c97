/* The national identity says for which organisation a person acts: a mandate by law, renewed by
 * each sign-in that says so again. */
#include <string.h>

#include "auth/auth.h"
#include "mod/mandates/mandates_sql.h"
#include "site/site.h"

static int
renew(struct ctx *c, struct mandate *m, const char *name)
{
    const struct mandate_rule *r = rules_mandate(c->site->rules, MANDATE_LEGAL, vn_day(c->now));
    day ends = r->usual ? date_add_months(vn_day(c->now), r->usual) - 1 : 0;
    int n;

    if (m->ends == ends)
        return OK;                      /* was said today already */
    m->ends = ends;
    m->name = *name ? name : m->name;
    m->version++;
    n = mandate_sql_save(c, m);
    if (n <= 0)
        return n;                       /* another window was faster: as good */
    n = organisation_sql_put(c, m->tax_code, m->name, TOLD_IDENTITY);
    return n < 0 ? n : mandate_event_sql_add(c, m, 0, SIDE_IDENTITY, DID_RENEW, "");
}

int
mandates_claimed(struct ctx *c, int64_t account, const char *tax_code, const char *name)
{
    struct mandate m = {.kind = MANDATE_LEGAL, .tax_code = tax_code, .person = "", .paper = "",
                        .scope = SCOPE_ALL, .scope_of = "", .evidence = EVIDENCE_CLAIM,
                        .name = *name ? name : tax_code};
    mandate_list all = {0};
    struct account a;
    int rc;

    if (!*tax_code)
        return OK;
    if ((rc = auth_account_get(c, account, &a)) < 0 || !a.personal_number ||
        (rc = mandate_sql_claims(c, a.personal_number, &all)) < 0)
        return rc;
    for (size_t i = 0; i < all.n; i++)
        if (strcmp(all.p[i].tax_code, tax_code) == 0)
            return renew(c, &all.p[i], name);
    m.agent = a.personal_number;
    m.agent_name = a.name;
    return mandate_record(c, &m);
}
