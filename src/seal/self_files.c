/* Files of the site: where they are and who may read them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "db/db.h"
#include "http/store.h"
#include "oidc/oidc_config.h"
#include "proc/signer_file.h"
#include "seal/self.h"
#include "site/identity.h"
#include "site/numbers.h"
#include "site/sealing.h"
#include "site/sharing.h"
#include "site/signing.h"

enum { FAULTS_MAX = 64 << 10 };

void
self_add_file(struct ctx *c, struct self_facts *out, enum self_role role, const char *place)
{
    struct self_file *f;
    struct stat st;

    if (!place || !*place)
        return;
    f = vec_push(c->a, &out->files);
    *f = (struct self_file){.role = role, .path = place,
                            .credential = secret_is_credential(place)};
    if (f->credential || stat(place, &st) < 0)
        return;
    f->there = true;
    f->mode = st.st_mode & 07777;
    f->foreign = st.st_uid != 0 && st.st_uid != geteuid();
}

/* --- keys that sign ------------------------------------------------------------------------- */

static void
look_key(struct ctx *c, const struct key_row *r, struct self_facts *out)
{
    self_add_file(c, out, SELF_SECRET, r->field[KEY_FILE]);
    self_add_file(c, out, SELF_SECRET, r->field[KEY_PASSPHRASE_FILE]);
    self_add_file(c, out, SELF_SECRET, r->field[KEY_PIN_FILE]);
    if (r->retired)
        return;
    out->seal_keys += r->use == SIGN_SEAL;
    out->claim_keys += r->use == SIGN_CLAIM;
    out->document_keys += r->use == SIGN_DOCUMENT;
    out->plain_keys += r->use == SIGN_DOCUMENT && *r->field[KEY_FILE] &&
                       !*r->field[KEY_PASSPHRASE_FILE];
}

static void
look_signing(struct ctx *c, struct self_facts *out)
{
    const char *path = signing_keys_path(c->a, out->k);
    struct key_file file;
    struct buf faults;

    out->keys_readable = true;
    if (!*path)
        return;
    self_add_file(c, out, SELF_SIGNING, path);
    buf_init(&faults, c->a, FAULTS_MAX);
    out->keys_readable = key_file_read(c->a, path, &faults, &file);
    for (size_t i = 0; i < file.n; i++)
        look_key(c, &file.row[i], out);
}

/* --- who says who somebody is --------------------------------------------------------------- */

static void
look_identity(struct ctx *c, struct self_facts *out)
{
    struct oidc_providers *all = arena_get(c->a, sizeof *all);
    const char *faults;

    out->providers_readable = identity_read(c, out->k, all, &faults) == OK;
    c->err = (struct err){0};
    out->providers = all->n;
    self_add_file(c, out, SELF_SIGNING, identity_path(c->a, out->k));
    for (int i = 0; i < all->n; i++) {
        out->officer_providers += all->p[i].face == OIDC_OFFICER;
        out->http_providers += strncmp(all->p[i].issuer, "https://", 8) != 0;
    }
}

/* --- all ------------------------------------------------------------------------------------ */

static int64_t
changed_at(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
}

static const char *
program(struct arena *a)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    return n > 0 ? arena_strn(a, path, (size_t)n) : "";
}

void
self_look_files(struct command_site *s, struct self_facts *out)
{
    struct ctx *c = &s->c;
    const struct config *k = out->k;
    const char *store = sharing_store(c->a, k);

    self_add_file(c, out, SELF_CONFIG, s->config_path);
    self_add_file(c, out, SELF_KEY, k->site_key);
    self_add_file(c, out, SELF_SECRET, numbers_path(c->a, k));
    self_add_file(c, out, SELF_DATA, k->data);
    if (db_inline(k->db))
        self_add_file(c, out, SELF_DATABASE, k->db + strlen("sqlite:"));
    if (store && !store_is_remote(store))
        self_add_file(c, out, SELF_STORE, store);
    self_add_file(c, out, SELF_SECRET, k->db_password);
    self_add_file(c, out, SELF_SECRET, getenv("PGPASSFILE"));
    self_add_file(c, out, SELF_SECRET, k->mail_secret);
    self_add_file(c, out, SELF_SECRET, store_is_remote(k->store) ? k->store_secret : "");
    self_add_file(c, out, SELF_PROGRAM, program(c->a));
    look_signing(c, out);
    look_identity(c, out);
    out->published_at = changed_at(sealing_file(c->a, k));
    out->followed_at = changed_at(sealing_followed(c->a, k));
    out->backup_at = changed_at(sharing_backup_mark(c->a, k));
}
