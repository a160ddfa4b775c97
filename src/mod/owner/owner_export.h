/* What the files that write the copy share: one copy, and one part of it. */
#ifndef MOD_OWNER_OWNER_EXPORT_H
#define MOD_OWNER_OWNER_EXPORT_H

#include <jansson.h>

#include "base/buf.h"
#include "mod/dossiers/dossiers.h"
#include "mod/owner/owner.h"

struct copying {
    struct ctx *c;              /* lives for the whole copy: bag, index, codes */
    struct store *store;
    struct bag *bag;
    struct buf index;
    owner_step *step;
    void *user;
};

/* One dossier, or the account: a transaction and an arena of its own. */
struct part {
    struct copying *x;
    struct ctx c;
    struct dossier d;
    json_t *files;
    int seq;
};

/* Steals doc. */
int owner_put_json(struct copying *x, struct arena *a, const char *path, json_t *doc);
/* A file, and what `p->files` says of it; `missing`: why it is left out, or NULL. */
int owner_put_content(struct part *p, const char *path, const char *name, const char *sha256,
                      const char *missing);
const char *owner_office(struct ctx *c, int64_t unit);
const char *owner_when(struct ctx *c, int64_t at);      /* RFC 3339; "" never */

/* Parts of their own, as in_part() of owner_export.c runs them. */
int owner_part_mandates(struct part *p, const char *unused);
int owner_part_questions(struct part *p, const char *unused);
int owner_part_drafts(struct part *p, const char *unused);
/* Of the account: names of API tokens, never what opens; identity providers it is joined with. */
json_t *owner_tokens_json(struct ctx *c, int *rc);
json_t *owner_identities_json(struct ctx *c, int *rc);

#endif
