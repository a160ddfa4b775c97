/* What the pages of the vault show: the person's, the officer's, and what is shared. */
#ifndef MOD_DOSSIERS_VAULT_PAGES_H
#define MOD_DOSSIERS_VAULT_PAGES_H

#include "html/parts.h"
#include "mod/dossiers/dossiers_vault.h"
#include "mod/papers/vault_share.h"

/* "Giấy xác nhận khuyết tật số 12/2026, UBND phường Hoàn Kiếm" */
const char *vault_name(struct ctx *c, const struct vault_item *it);
const char *vault_kind(struct ctx *c, const struct vault_item *it);
/* "đã kiểm tra ngày 22/11/2026 trong hồ sơ H26..." or "thành phố cấp ngày 22/11/2026" */
const char *vault_origin(struct ctx *c, const struct vault_item *it);
/* State on that day: one whose last day is over has ended, whether the job came by or not. */
enum vault_state vault_state_now(const struct ctx *c, const struct vault_item *it);
enum tone vault_tone(enum vault_state s);
const char *vault_until(struct ctx *c, const struct vault_item *it);    /* "" without an end */

/* Words of the log of accesses; its `person` is the paper. */
#define VAULT_LOOK_DOSSIER "vault in dossier"
#define VAULT_LOOK_COUNTER "vault at the counter"
#define VAULT_LOOK_SHARE "vault share"
#define VAULT_LOOK_REPORT "vault report"

struct vault_fact { const char *name, *value; };
struct vault_facts { struct vault_fact *p; size_t n; };
struct vault_facts vault_facts(struct ctx *c, const struct vault_item *it);

struct vault_list_view {
    struct vault_item *items;           /* of this page, filtered and sorted */
    size_t n, all;                      /* all: before the filters */
    struct choice *types;
    size_t types_n;
    const char *type, *state;           /* filters; "" all */
    const char *next;                   /* cursor; NULL the last page */
    bool verified;                      /* the own number was checked */
};

struct vault_look { const char *who, *what; int64_t at; };
struct vault_item_view {
    const struct vault_item *it;
    enum vault_state state;
    struct vault_facts facts;
    struct vault_file *files;
    size_t files_n;
    const char *closed;                 /* why its content is not shown; NULL: it is */
    bool picture;                       /* of the first file, at base + "/tep/0" */
    bool officer;                       /* who looks; of a link, too */
    const char *base;                   /* address of its files: base + "/tep/1" */
    const char *unit;                   /* that accepted or issued it */
    /* the person's own page only */
    struct vault_share *shares;
    size_t shares_n;
    const char *link;                   /* just made, shown once */
    struct vault_report *reports;
    size_t reports_n;
    struct vault_look *looks;
    size_t looks_n;
    const struct dossier *used_in;      /* rows of dossiers that used it */
    size_t used_n;
    /* an officer's */
    const struct dossier *d;
    const struct vault_use *use;
};
int vault_item_show(struct ctx *c, const struct vault_item *it, struct vault_item_view *v);
/* One of its contents, 0 a picture of the first; E_NOTFOUND, or E_DENIED: it must not be shown. */
int vault_item_file(struct ctx *c, const struct vault_item *it, int64_t number, bool officer,
                    bool inline_);

struct vault_shared_view {
    struct vault_item_view item;
    const struct vault_share *share;
    const char *token;
};

struct vault_task { struct vault_report report; struct vault_item item; const char *unit; };
struct vault_tasks_view { struct vault_task *p; size_t n; };

#endif
