/* Names of contents that results need, for `motcua check --deep`. */
#include "db/db.h"
#include "mod/results/issued.h"

enum { Q_NAMES, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_NAMES] = {"result_names", "SELECT content FROM result WHERE content IS NOT NULL"
                                    " AND destroyed_at = 0"},
};

int
results_names(struct ctx *c, content_name *each, void *user)
{
    return content_names_walk(c, &Q[Q_NAMES], false, each, user);
}
