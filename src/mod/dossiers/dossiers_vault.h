/*
 * What joins dossiers with the personal vault: which held paper serves for one that is asked for,
 * what is put into the vault when papers are accepted and results signed, and what is taken out.
 *
 * A paper enters when an officer's acceptance of the dossier says that it is in order (ACCEPT,
 * RECEIVE, a later check): from then on it is in the state's hands, and asking for it again is what
 * the law forbids (Điều 8, Luật Giao dịch điện tử 2023; NĐ 107/2021, NĐ 118/2025 on digitised
 * papers).  Waiting for the result would ask again for weeks.  When the same dossier's check or
 * supplement later finds it wrong, it leaves.
 */
#ifndef MOD_DOSSIERS_VAULT_H
#define MOD_DOSSIERS_VAULT_H

#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/dossiers/dossiers.h"
#include "mod/papers/vault.h"

/* One paper that is asked for, and what is held for it. */
struct held_paper {
    const struct proc_paper *paper;
    const struct vault_item *items;     /* that serve, best first */
    size_t n;
    const struct vault_item *item;      /* the one that is used unless another is handed in */
    bool declined;                      /* the applicant hands in another */
};
struct held_list { struct held_paper *p; size_t n; };

/* Who asks: the citizen of the session with the own checked number, else an officer. */
int vault_who(struct ctx *c, struct vault_who *who);
/* The asked papers that the vault could serve, with what was chosen in this draft (0: none). */
int vault_match(struct ctx *c, struct paper_list asked, const struct party *p, size_t n,
                int64_t draft, struct held_list *out);
const struct held_paper *vault_held_for(const struct held_list *l, const char *paper);  /* NULL */

struct change;
/* After an event: papers and results go in or come out. */
int vault_follow(struct change *x);

/* What a dossier's result is: put in by who issues it.  item: number, issuer, days, content. */
int vault_put_result(struct ctx *c, const struct dossier *d, struct vault_item *item);

/* The contents of an item, first what is shown first. */
struct vault_file { const char *sha256, *mime, *name; int64_t size; };
int vault_files(struct ctx *c, const struct vault_item *it, struct vault_file **out, size_t *n);

/* Held papers that this dossier uses, with their items. */
struct vault_held_use { struct vault_use use; struct vault_item item; };
int vault_of_dossier(struct ctx *c, int64_t dossier, struct vault_held_use **out, size_t *n);

/* Facts of what this person holds that fields of the form say: {field: text}, and where each is
 * from: {field: name of the paper}.  New objects, also on failure. */
int vault_answers(struct ctx *c, const struct procedure *p, const char *holder, json_t **out,
                  json_t **from);

#endif
