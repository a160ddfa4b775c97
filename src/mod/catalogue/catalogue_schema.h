/*
 * Tables that say what a map of a package may hold.  One table serves twice: schema_check() reports
 * every wrong key, kind, length and missing value with its place; schema_fill() writes the C struct
 * of a map that passed.
 *
 * Lifetime:  what schema_fill() writes lives in its arena, but S_LOGIC values are borrowed from the
 *            list given in `keep`, which the caller releases with json_decref().
 */
#ifndef CATALOGUE_SCHEMA_H
#define CATALOGUE_SCHEMA_H

#include "base/date.h"
#include "mod/catalogue/catalogue_tree.h"

enum schema_kind {      /* and what schema_fill() writes at rule.at */
    S_TEXT,             /* one line, min..max letters          const char * ("" when absent) */
    S_LINES,            /* several lines                       const char * */
    S_ID,               /* [a-z][a-z0-9_]*                     const char * */
    S_CODE,             /* [0-9A-Za-z._/-]+ in one word        const char * */
    S_WORD,             /* one of `words`                      int, its index */
    S_WORDS,            /* a list of some of `words`           unsigned, a bit each */
    S_INT,              /* min..max                            int64_t */
    S_BOOL,             /*                                     bool */
    S_DATE,             /* YYYY-MM-DD                          day (NO_DAY when absent) */
    S_LIMIT,            /* 3wd, same-day:15:00 ...             const char * */
    S_PERIOD,           /* the same without same-day           const char * */
    S_URL,              /* https://...                         const char * */
    S_IDS,              /* a list of S_ID, min..max of them    struct texts */
    S_TEXTS,            /* a list of texts of 1..2,000 letters, or one text    struct texts */
    S_MAP,              /* a map of shape `of`                 the struct itself */
    S_LIST,             /* a list of maps of shape `of`        struct { T *p; size_t n; } */
    S_LOGIC,            /* JSONLogic                           const json_t * (NULL when absent) */
    S_ANY,              /* checked elsewhere                   nothing */
};

enum { NO_DAY = INT32_MIN };

struct texts { const char *const *p; size_t n; };
struct array { void *p; size_t n; };

struct schema_rule {
    const char *key;                    /* NULL ends the table */
    enum schema_kind kind;
    bool required;
    int64_t min, max;                   /* letters, value, or elements; max 0: the usual */
    const char *const *words;           /* up to NULL */
    const struct schema *of;
    size_t at;                          /* offsetof() in the struct of the shape */
};

struct schema {
    const char *what;                   /* in sentences: "a fee" */
    size_t size;                        /* of its struct; 0 when it is only checked */
    const struct schema_rule *rules;
};

/* False when the node is no map at all; other faults are only reported. */
bool schema_check(struct report *r, const struct node *map, const struct schema *s);
/* One value by the rules of its kind. */
void schema_check_value(struct report *r, const struct node *v, const struct schema_rule *rule);
void schema_fill(struct arena *a, const struct node *map, const struct schema *s, void *out,
                 json_t *keep);

int schema_word(const char *const *words, const char *s);     /* index, or -1 */
char *schema_words(struct arena *a, const char *const *words); /* "a, b or c" */
bool schema_is_id(const char *s);
bool schema_is_limit(const char *s, bool same_day);

#endif
