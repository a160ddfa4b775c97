/*
 * Proposals for the index fields out of what was read: the words behind a field's label, on its
 * line or the next.  Pure.
 */
#ifndef MOD_DIGITISE_FIND_H
#define MOD_DIGITISE_FIND_H

#include "mod/digitise/digitise_fields.h"

struct read_word { const char *text; int confidence; };      /* 0..100 */
struct read_line { const struct read_word *words; size_t n; };

/* Below it the officer is asked to look twice. */
enum { FIND_SURE = 80, FIND_WORDS_MAX = 20 };

/* One a field, in their order; proposal "" where nothing was found. */
struct scan_field *digitise_find(struct arena *a, const struct index_field *fields, size_t n,
                                 const struct read_line *lines, size_t n_lines);

/* "ngày 12 tháng 3 năm 1998", "12/03/1998", "12-3-1998" -> DD/MM/YYYY; NULL: no date. */
char *digitise_find_date(struct arena *a, const char *text);

#endif
