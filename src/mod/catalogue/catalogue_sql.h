/* Rows of the catalogue; internal to the slice. */
#ifndef CATALOGUE_SQL_H
#define CATALOGUE_SQL_H

#include "base/ctx.h"
#include "base/date.h"

struct version_row {
    int64_t id, version, state, imported_at;        /* UTC seconds */
    const char *code, *hash;
    day valid_from, valid_to;           /* NO_DAY: open */
    struct bytes yaml, form;            /* followed by a NUL */
};

int catalogue_sql_generation(struct ctx *c, int64_t *out);
int catalogue_sql_lock(struct ctx *c);         /* until the end of the transaction */
int catalogue_sql_bump(struct ctx *c);
/* All versions with their files, by code and version; calls `take` for each row. */
int catalogue_sql_each(struct ctx *c, void (*take)(void *arg, const struct version_row *row),
                       void *arg);
/* Versions of one procedure without their files, newest first. */
int catalogue_sql_versions(struct ctx *c, const char *code, struct version_row **out, size_t *n);
int catalogue_sql_get(struct ctx *c, int64_t id, struct version_row *out);
int catalogue_sql_add(struct ctx *c, const struct version_row *row);
int catalogue_sql_replace(struct ctx *c, const struct version_row *row);    /* a draft, by id */
/* Of its newest published version: rights ask this. */
struct procedure;
int catalogue_sql_field(struct ctx *c, const struct procedure *p);
/* "" when it was never imported. */
int catalogue_sql_file(struct ctx *c, const char *name, const char **hash, const char **text);
/* Each file of templates, by name: "results/quyet_dinh.yaml". */
#define TEMPLATES "results/"
int catalogue_sql_templates(struct ctx *c, void (*take)(void *arg, const char *name,
                                                        const char *text), void *arg);
int catalogue_sql_file_put(struct ctx *c, const char *name, const char *hash, const char *text);

#endif
