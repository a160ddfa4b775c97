/*
 * Files with their SHA-256, and whole content stores: <root>/ab/cdef..., a file's name is the hash
 * of its content, so every copy proves itself.  A live store may be read: nothing in it is touched.
 *
 * Errors: 0 or a negative errno where nothing else is said.
 */
#ifndef MOVE_FILES_H
#define MOVE_FILES_H

#include <stdio.h>

#include "base/ctx.h"
#include "base/progress.h"
#include "http/store.h"

enum { FINDINGS_MOST = 20 };

struct file_sum { int64_t size; char hash[STORE_NAME]; };

/* From `in` to the end; `out` < 0: only read.  `p` (NULL is allowed) is told the bytes. */
int files_pipe(int in, int out, struct progress *p, struct file_sum *sum);
int files_sum(const char *path, struct progress *p, struct file_sum *sum);
/* A new file of mode 0600; -EEXIST when it is there; synced. */
int files_copy(const char *from, const char *to, struct progress *p, struct file_sum *sum);
int files_mkdir(const char *path);              /* 0700; it may be there */
int files_is_empty(const char *path);           /* 1 empty or not there, 0 not, < 0 -errno */
/* Not there, or a folder that nobody else owns or may write in. */
bool files_are_ours(const char *folder);
int files_sync_all(const char *folder);         /* its whole file system */

struct store_copy {
    const char *from, *to;
    const char *since;          /* a store on `to`'s file system to link from; NULL none */
    FILE *list;                 /* "hash size", a line each, in order of names; NULL none */
    struct progress *progress;  /* bytes; NULL none */
    int64_t files, bytes, linked;
    int64_t damaged;            /* content and name disagree: left out, the first ones named */
    const char *names[FINDINGS_MOST];
};
/* What is there already (an earlier run) is read and kept when it is right. */
int store_copy(struct ctx *c, struct store_copy *s);        /* OK or E_SYS with c->err */
int store_size_of(struct ctx *c, const char *root, int64_t *files, int64_t *bytes);

#endif
