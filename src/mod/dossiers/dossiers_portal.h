/* Shared by the portal pages of this slice. */
#ifndef MOD_DOSSIERS_PORTAL_H
#define MOD_DOSSIERS_PORTAL_H

#include "auth/auth.h"
#include "mod/dossiers/dossiers_application.h"

struct eform_lists dossiers_lists(struct ctx *c);            /* communes of today */
const char *dossiers_unit_name(struct ctx *c, int64_t unit); /* "UBND phường Hoàn Kiếm" */
const char *dossiers_unit_code(struct ctx *c, int64_t unit); /* "H26.X.00070" */

int application_open(struct ctx *c, const char *token, struct application *x);
void application_close(struct application *x);
const struct section *application_section(const struct application *x, const char *key);
const char *application_next(const struct application *x, const char *key);
int application_papers(struct ctx *c, const struct application *x, struct paper_slot **out,
                       size_t *n);
json_t *application_known(struct ctx *c, const struct application *x);
int application_prefill(struct ctx *c, const struct account *who, struct application *x);

#endif
