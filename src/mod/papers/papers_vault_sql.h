/* The only file that names the tables of the vault. */
#ifndef MOD_PAPERS_PAPERS_VAULT_SQL_H
#define MOD_PAPERS_PAPERS_VAULT_SQL_H

#include "mod/papers/vault_deep.h"
#include "mod/papers/vault_share.h"

typedef VEC(struct vault_item) item_list;
typedef VEC(struct vault_use) use_list;
typedef VEC(struct vault_rate) rate_list;
typedef VEC(struct vault_share) share_list;
typedef VEC(struct vault_report) report_list;

int vault_sql_add(struct ctx *c, const struct vault_item *it);
int vault_sql_end(struct ctx *c, int64_t item, int state, const char *note, int64_t by);
int vault_sql_correct(struct ctx *c, const struct vault_item *it);
int vault_sql_held(struct ctx *c, const char *holder, bool all, int64_t account, day today,
                   item_list *out);
int vault_sql_own(struct ctx *c, const char *holder, int64_t account, item_list *out);
int vault_sql_by_token(struct ctx *c, const char *token, struct vault_item *out);
int vault_sql_by_id(struct ctx *c, int64_t id, struct vault_item *out);
int vault_sql_of_dossier(struct ctx *c, int64_t dossier, const char *paper, item_list *out);
int vault_sql_ending(struct ctx *c, day before, size_t max, item_list *out);

int vault_sql_use_put(struct ctx *c, const struct vault_use *u, int64_t unit, int month);
int vault_sql_uses(struct ctx *c, int64_t owner, use_list *out);
int vault_sql_uses_of(struct ctx *c, int64_t item, size_t max, use_list *out);
int vault_sql_forget(struct ctx *c, int64_t owner);
int vault_sql_count(struct ctx *c, const struct vault_rate *r);
enum vault_sums { SUM_ONE, SUM_MONTHS, SUM_UNITS, SUM_AGAIN, SUM_STORED };
int vault_sql_rates(struct ctx *c, enum vault_sums which, int64_t unit, int from, int to,
                    rate_list *out);

int vault_sql_lost(struct ctx *c, size_t max, use_list *out);
typedef VEC(struct vault_content) content_list;
int vault_sql_contents(struct ctx *c, int64_t after, size_t max, content_list *out);

int vault_sql_share_add(struct ctx *c, const struct vault_share *s, struct bytes key);
int vault_sql_shares(struct ctx *c, int64_t item, size_t max, share_list *out);
int vault_sql_share_find(struct ctx *c, struct bytes key, struct vault_share *out);
int vault_sql_share_opened(struct ctx *c, int64_t id, int max);
int vault_sql_share_revoke(struct ctx *c, int64_t item, int64_t id);

int vault_sql_report_add(struct ctx *c, const struct vault_report *r);
int vault_sql_reports(struct ctx *c, int64_t item, size_t max, report_list *out);
int vault_sql_reports_open(struct ctx *c, int64_t account, int64_t perms, size_t max,
                           report_list *out);
int vault_sql_report_answer(struct ctx *c, int64_t id, const char *answer);

int vault_sql_forget_ended(struct ctx *c, int64_t dossier);

#endif
