/*
 * manifest.json of a backup: what it holds and how each part proves itself.  It is written last, so
 * a folder without it is an interrupted backup; its last member is the SHA-256 of all bytes before.
 */
#ifndef MOVE_MANIFEST_H
#define MOVE_MANIFEST_H

#include "db/copy.h"
#include "move/files.h"

#define MANIFEST      "manifest.json"
#define BACKUP_SQLITE "motcua.db"
#define BACKUP_PG     "motcua.dump"
#define BACKUP_KEY    "motcua.key"
#define BACKUP_RING   "numbers.keys"
#define BACKUP_STORE  "store"
#define BACKUP_LIST   "store.list"

struct manifest {
    const char *program, *engine, *source;
    int64_t schema, engine_version;
    int64_t at, seconds;                        /* UTC seconds of the picture; how long it took */
    const char *database;                       /* BACKUP_SQLITE or BACKUP_PG */
    struct file_sum database_sum, key_sum, list_sum;
    struct file_sum ring_sum;                   /* of the keys of numbers; size 0: not in it */
    int64_t files, bytes, linked, damaged;      /* of the store */
    copy_result tables;
};

/* Into the folder, synced with it; E_SYS. */
int manifest_write(struct ctx *c, const char *folder, const struct manifest *m);
/* E_NOTFOUND: the folder holds no manifest, E_SYS: it is damaged (where, in c->err). */
int manifest_read(struct ctx *c, const char *folder, struct manifest *out);

#endif
