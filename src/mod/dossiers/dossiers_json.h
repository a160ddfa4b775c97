/* Dossiers as JSON documents of the API (schemas of src/site/openapi.json).  References are new. */
#ifndef MOD_DOSSIERS_JSON_H
#define MOD_DOSSIERS_JSON_H

#include <jansson.h>

#include "mod/dossiers/worklists.h"

int dossiers_json(struct ctx *c, const struct dossier *d, json_t **out);
json_t *dossiers_row_json(struct ctx *c, const struct list_row *r);
json_t *dossiers_feed_json(struct ctx *c, const struct feed_row *r);
json_t *json_moment(struct ctx *c, int64_t utc);            /* RFC 3339 +07:00; null for 0 */
json_t *json_page(json_t *items, const char *next);         /* takes items; next "" becomes null */

#endif
