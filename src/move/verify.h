/* Whether a backup, or what was made of it, is what its manifest says.  Findings are lines on
 * standard output, each with the file or table; the work goes on after one. */
#ifndef MOVE_VERIFY_H
#define MOVE_VERIFY_H

#include "move/manifest.h"

struct verify {
    struct ctx *c;
    struct arena *keep;
    const char *folder;         /* of the backup */
    const struct manifest *m;
    int64_t findings;
};

void verify_finding(struct verify *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One file: there, of its size, of its hash. */
bool verify_file(struct verify *v, const char *name, const struct file_sum *want);
/* store.list and every file it names; `deep`: their content, too. */
int verify_store(struct verify *v, bool deep);
/* Every table against the manifest. */
void verify_tables(struct verify *v, const copy_result *got);
/* Opens a SQLite file: integrity, foreign keys, tables. */
int verify_sqlite(struct verify *v, const char *path);
/* Reads a dump through: tables. */
int verify_dump(struct verify *v, const char *path);

#endif
