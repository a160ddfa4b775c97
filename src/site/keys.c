#include "site/keys.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

#define SORRY N_("Hệ thống chưa được thiết lập xong")

static char *
key_path(struct ctx *c, const char *folder)
{
    return arena_fmt(c->a, "%s/motcua.key", folder);
}

int
keys_make(struct ctx *c, const char *folder, bool *made)
{
    char *path = key_path(c, folder);
    uint8_t key[KEY_SIZE];
    struct stat st;
    int rc;

    *made = false;
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return fail(c, E_SYS, SORRY, "cannot make the folder %s: %s", folder, strerror(errno));
    if (stat(path, &st) == 0)
        return OK;
    randombytes_buf(key, sizeof key);
    rc = file_write(c->a, path, key, sizeof key, 0600);
    sodium_memzero(key, sizeof key);
    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(-rc));
    *made = true;
    return OK;
}

int
keys_load(struct ctx *c, const char *folder, const uint8_t **key)
{
    char *path = key_path(c, folder);
    struct bytes b;
    struct stat st;
    int rc = file_read(c->a, path, 4096, &b);

    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot read the key %s: %s; run motcua init", path,
                    strerror(-rc));
    if (b.n != KEY_SIZE)
        return fail(c, E_SYS, SORRY, "%s is not a key of 32 bytes", path);
    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        return fail(c, E_SYS, SORRY, "%s can be read by others; it must have mode 0600", path);
    *key = b.p;
    return OK;
}
