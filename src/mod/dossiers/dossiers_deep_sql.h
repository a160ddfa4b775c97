/* Walks over everything, by ranges of ids, for `motcua check --deep`. */
#ifndef MOD_DOSSIERS_DEEP_SQL_H
#define MOD_DOSSIERS_DEEP_SQL_H

#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_tally.h"

struct id_range { int64_t after, upto; };       /* after < id <= upto */

int sql_deep_tasks(struct ctx *c, struct id_range r, task_rows *out);
/* Dossiers named by the rows of a table of parts, in order; `part` from 0, NULL after the last. */
const char *sql_deep_part(int part);
int sql_deep_part_ids(struct ctx *c, int part, struct id_range r, unit_list *out);
bool sql_deep_is_draft(struct ctx *c, int64_t id);
/* Dossiers whose citizen or officer is no account. */
int sql_deep_no_account(struct ctx *c, struct id_range r, unit_list *out);

/* Names for search of a unit whose dossier is not there, at most `max`. */
int sql_deep_lost_names(struct ctx *c, int64_t unit, size_t max, unit_list *out);
struct code_count { const char *agency; int64_t day, last; };
typedef VEC(struct code_count) code_counts;
int sql_deep_codes(struct ctx *c, struct code_count after, size_t max, code_counts *out);
int64_t sql_deep_dossiers(struct ctx *c);       /* how many numbers were given out */

/* A page of a counter, summed over lanes, after the row `after` (NULL: from the start). */
typedef VEC(struct tally_row) tally_rows;
int sql_deep_counters(struct ctx *c, enum tally_table t, const struct tally_row *after, size_t max,
                      tally_rows *out);
int sql_counter_mend(struct ctx *c, const struct tally_row *r);       /* n: what it lacks */
const char *sql_counter_name(enum tally_table t);

#endif
