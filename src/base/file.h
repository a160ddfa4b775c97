/*
 * Whole files: read with a ceiling, written so that a reader sees the old or the new one, never
 * half.
 * Errors: a negative errno (-ENOENT, -EFBIG when longer than `max`, ...); 0 is success.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/arena.h"

/* Regular files only; the bytes live in `a` and are followed by a NUL. */
int file_read(struct arena *a, const char *path, size_t max, struct bytes *out);

/* A temporary file beside it, fsync, rename, fsync of the folder; `mode` as in open(2). */
int file_write(struct arena *a, const char *path, const void *p, size_t n, unsigned mode);

/* The same for a file that is not there yet: -EEXIST when it is, or somebody else was first. */
int file_make(struct arena *a, const char *path, const void *p, size_t n, unsigned mode);

#endif
