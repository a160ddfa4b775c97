/*
 * Inside of the store: what a place for contents must be able to do.  store.c takes what arrives
 * into the spool (a folder on this machine or, of a directory, in the store itself) and hands it
 * on whole; nobody else includes this.
 */
#ifndef HTTP_STORE_DRIVER_H
#define HTTP_STORE_DRIVER_H

#include "http/store.h"

enum { TEMP_BYTES = 16, TEMP_NAME = 80 /* a path in the spool */, MARKER_MAX = 100 };
#define STORE_MARKER "motcua.store"

struct store_driver {
    /* The spool's file `temp` of this content (open as fd, not synced) becomes the content `name`,
     * durable when it returns true; what is left of the file is removed by the caller. */
    bool (*keep)(struct store *s, int fd, const char *temp, const char *name, int64_t size);
    int (*read)(struct store *s, const char *name, int64_t *size);
    bool (*far)(struct store *s, const char *name);         /* NULL: never */
    int64_t (*length)(struct store *s, const char *name);
    bool (*remove_old)(struct store *s, const char *name, int64_t before);
    bool (*each)(struct store *s, int first_byte, store_visit *each, void *user);
    enum store_state (*verify)(struct store *s, const char *name);
    int (*marker)(struct store *s, char text[MARKER_MAX]);  /* 0; STORE_ABSENT, STORE_AWAY */
    bool (*marker_set)(struct store *s, const char *text);
    bool (*probe)(struct store *s);                         /* NULL: the spool's is enough */
    void (*close)(struct store *s);                         /* its own */
};

struct store {
    const struct store_driver *driver;
    int spool;                  /* folder's descriptor: paths never leave it; -1: to read only */
    int root;                   /* of a directory: the same or where it is read */
    void *own;                  /* of objects: store_s3.c */
};

/* store.c, for the drivers. */
void store_temp_name(char out[TEMP_NAME]);
bool store_name_valid(const char *name);
/* "abcdef..." -> "ab/cdef..."; false: not a name. */
bool store_place_of(const char *name, char out[STORE_NAME + 1]);
bool store_sync_folder(int root, const char *folder);
/* Hash of an open file from its beginning; false: it cannot be read. */
bool store_hash_fd(int fd, char name[STORE_NAME], int64_t *size);
/* A file of the spool that arrived otherwise (half.c): read from its beginning; the descriptor is
 * the put's.  One that cannot be kept stays where it is. */
struct store_put *store_adopt(struct store *s, int fd, const char *temp);
/* The name that store_keep() will give it. */
bool store_will_be(const struct store_put *p, char name[STORE_NAME]);

bool store_dir_open(struct ctx *c, struct store *s, const char *root, bool look);
bool store_s3_open(struct ctx *c, struct store *s, const struct store_place *p, bool look);

#endif
