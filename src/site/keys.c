#include "site/keys.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/secret.h"

#define SORRY N_("Hệ thống chưa được thiết lập xong")

const char *
keys_place(struct arena *a, const char *folder)
{
    return arena_fmt(a, "%s/motcua.key", folder);
}

int
keys_make(struct ctx *c, const char *folder, const char *place, bool *made)
{
    uint8_t key[KEY_SIZE];
    struct stat st;
    int rc;

    *made = false;
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return fail(c, E_SYS, SORRY, "cannot make the folder %s: %s", folder, strerror(errno));
    if (secret_is_credential(place) || stat(place, &st) == 0)
        return OK;
    randombytes_buf(key, sizeof key);
    rc = file_make(c->a, place, key, sizeof key, 0600);
    sodium_memzero(key, sizeof key);
    if (rc == -EEXIST)          /* another one that begins at the same time */
        return OK;
    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot write %s: %s", place, strerror(-rc));
    *made = true;
    return OK;
}

int
keys_load(struct ctx *c, const char *place, const uint8_t **key)
{
    struct bytes b;
    const char *say = secret_read(c->a, place, 4096, &b);

    if (say)
        return fail(c, E_SYS, SORRY, "the site's key %s; motcua init makes a missing one", say);
    if (b.n != KEY_SIZE)
        return fail(c, E_SYS, SORRY, "%s is not a key of 32 bytes", place);
    *key = b.p;
    return OK;
}
