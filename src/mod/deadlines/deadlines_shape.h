/*
 * Tables that say what a map of a data file holds: one table reads it into a struct and reports
 * every fault with its line and column.  Of this folder only.
 */
#ifndef DEADLINES_DEADLINES_SHAPE_H
#define DEADLINES_DEADLINES_SHAPE_H

#include "mod/deadlines/calendar.h"

enum field_kind {       /* and what is written at field.at */
    F_TEXT,             /* const char *, one line of at most `max` bytes; "" when absent */
    F_INT,              /* int, min..max */
    F_DAY,              /* day, YYYY-MM-DD */
    F_MINUTE,           /* int, HH:MM below 24:00 */
    F_SEASON,           /* int, MM-DD as month * 100 + day */
    F_WORD,             /* int, the index in `words` */
    F_WORDS,            /* unsigned, a bit each */
    F_SLOTS,            /* struct slots, a list of HH:MM-HH:MM */
    F_LIMIT,            /* struct limit without same-day */
    F_LIST,             /* struct { T *p; size_t n; }, at most `max` maps of shape `of` */
};

struct shape;
struct field {
    const char *key;                    /* NULL ends the table */
    enum field_kind kind;
    bool required;
    size_t at;
    int min, max;
    const char *const *words;           /* up to NULL */
    const struct shape *of;
};

struct shape {
    const struct field *fields;
    size_t size;                  /* of the struct; its first member is `int line` but for a root */
    bool root;
};

/* Reads the only document of the text.  Absent fields keep what `out` held before. */
bool shape_load(struct arena *a, const char *yaml, size_t n, const struct shape *s, void *out,
                struct data_faults *faults);
void data_fault(struct data_faults *f, int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
