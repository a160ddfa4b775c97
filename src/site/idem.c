/*
 * The same key and body gives the same answer, whatever the network did in between; another body
 * under the key is refused (422).  Who asks is part of the key: nobody reads another's answer.
 */
#include <sodium.h>
#include <string.h>

#include "base/err.h"
#include "http/upload.h"
#include "site/gate.h"
#include "site/idem_sql.h"

enum { KEY_MAX = 128, BODY_MAX = 64 << 10 };

static const char *
key_sent(const struct request *r)
{
    if (r->c.route->face == FACE_API)
        return r->h.idempotency_key;
    return gate_form_value(r, "_idem");
}

static void
hash_text(crypto_generichash_state *h, const char *s)
{
    crypto_generichash_update(h, (const uint8_t *)(s ? s : ""), strlen(s ? s : "") + 1);
}

static void
hash_begin(crypto_generichash_state *h, struct visit *v, size_t size)
{
    const struct ctx *c = &v->r->c;

    crypto_generichash_init(h, c->site->key, 32, size);
    crypto_generichash_update(h, (const uint8_t *)&c->account, sizeof c->account);
    hash_text(h, c->account ? "" : gate_guest(v));
}

/* Parts of a multipart body: its borders differ each time it is sent. */
static void
hash_parts(crypto_generichash_state *h, struct request *r)
{
    const struct upload *u;
    size_t n = upload_list(&r->c, NULL, &u);

    for (size_t i = 0; i < r->form.n; i++) {
        hash_text(h, r->form.p[i].name);
        hash_text(h, r->form.p[i].value);
    }
    for (size_t i = 0; i < n; i++) {
        hash_text(h, u[i].field);
        hash_text(h, u[i].sha256);
    }
}

int
gate_idem_read(struct visit *v)
{
    struct request *r = v->r;
    const char *key = key_sent(r);
    crypto_generichash_state h;

    if (!key || !*key) {
        if (r->c.route->face == FACE_API)
            return OK;
        r->malformed = N_("Biểu mẫu gửi lên thiếu thông tin, hãy mở lại trang và gửi lại");
        return fail(&r->c, E_INVALID, r->malformed, "no _idem");
    }
    if (strlen(key) > KEY_MAX) {
        r->malformed = N_("Khóa chống gửi trùng quá dài");
        return fail(&r->c, E_INVALID, r->malformed, "long key");
    }
    v->has_key = true;
    hash_begin(&h, v, 16);
    hash_text(&h, key);
    crypto_generichash_final(&h, v->sum, 16);
    memcpy(&v->key, v->sum, sizeof v->key);
    hash_begin(&h, v, IDEM_SIZE);
    hash_text(&h, r->target);
    if (r->uploads)
        hash_parts(&h, r);
    else
        crypto_generichash_update(&h, (const uint8_t *)(r->body ? r->body : ""), r->body_n);
    crypto_generichash_final(&h, v->sum, IDEM_SIZE);
    return OK;
}

/* --- answers are stored sealed: one may hold the secret of a dossier, and the table has no hash of
 * it as the dossier's own has.  The key is not in the database. --- */

enum piece { PIECE_LOCATION = 1, PIECE_FLASH, PIECE_BODY };
enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static void
seal_with(const struct visit *v, enum piece which, uint8_t key[crypto_secretbox_KEYBYTES],
          uint8_t nonce[crypto_secretbox_NONCEBYTES])
{
    static const char USE[] = "idempotency answers";

    crypto_generichash(key, crypto_secretbox_KEYBYTES, (const uint8_t *)USE, sizeof USE,
                       v->r->c.site->key, 32);
    memcpy(nonce, &v->key, sizeof v->key);      /* the row's own: its primary key, and the sum */
    memcpy(nonce + sizeof v->key, v->sum, crypto_secretbox_NONCEBYTES - sizeof v->key);
    nonce[crypto_secretbox_NONCEBYTES - 1] =
        (uint8_t)(nonce[crypto_secretbox_NONCEBYTES - 1] ^ (unsigned)which);
}

static const char *
seal(struct visit *v, enum piece which, const char *text, size_t n)
{
    struct arena *a = v->r->c.a;
    uint8_t key[crypto_secretbox_KEYBYTES], nonce[crypto_secretbox_NONCEBYTES], *box;
    size_t box_n = n + crypto_secretbox_MACBYTES, size = sodium_base64_encoded_len(box_n, BASE64);

    if (n == 0)
        return "";
    box = arena_raw(a, box_n);
    seal_with(v, which, key, nonce);
    crypto_secretbox_easy(box, (const uint8_t *)text, n, nonce, key);
    return sodium_bin2base64(arena_raw(a, size), size, box, box_n, BASE64);
}

/* NULL: nothing, or not ours (the key was changed since). */
static const char *
unseal(struct visit *v, enum piece which, const char *text)
{
    struct arena *a = v->r->c.a;
    uint8_t key[crypto_secretbox_KEYBYTES], nonce[crypto_secretbox_NONCEBYTES];
    size_t n = strlen(text), box_n;
    uint8_t *box = arena_raw(a, n + 1);
    char *plain = arena_get(a, n + 1);

    seal_with(v, which, key, nonce);
    if (sodium_base642bin(box, n, text, n, NULL, &box_n, NULL, BASE64) < 0 ||
        box_n < crypto_secretbox_MACBYTES ||
        crypto_secretbox_open_easy((uint8_t *)plain, box, box_n, nonce, key) < 0)
        return NULL;
    return plain;
}

static void
answer_again(struct visit *v, const struct idem_row *row)
{
    struct ctx *c = &v->r->c;
    const char *body = unseal(v, PIECE_BODY, row->body);

    if (body)
        reply_text(c, (int)row->status, row->type, body);
    c->out->status = (int)row->status;
    c->out->location = unseal(v, PIECE_LOCATION, row->location);
    c->out->flash = unseal(v, PIECE_FLASH, row->flash);
}

int
gate_idem_find(struct visit *v, bool *found)
{
    struct ctx *c = &v->r->c;
    struct idem_row row;
    int rc;

    *found = false;
    if (!v->has_key)
        return OK;
    rc = idem_sql_get(c, v->key, &row);
    if (rc < 0)
        return rc == E_NOTFOUND ? OK : rc;
    if (row.sum.n != IDEM_SIZE || sodium_memcmp(row.sum.p, v->sum, IDEM_SIZE) != 0)
        return fail(c, E_REPLAY,
                    N_("Biểu mẫu này đã được gửi trước đó với nội dung khác; hãy mở lại trang để "
                       "gửi nội dung mới"),
                    "idempotency key used with another body");
    *found = true;
    answer_again(v, &row);
    return OK;
}

static bool
opens_session(const struct reply *o)
{
    for (size_t i = 0; i < COOKIES_MAX && o->cookies[i]; i++)
        if (strstr(o->cookies[i], "phien="))
            return true;
    return false;
}

/* Answers that set a cookie open a session: they are not kept (doing it twice harms nobody), so no
 * secret of a session is ever in this table. */
int
gate_idem_keep(struct visit *v)
{
    const struct reply *o = &v->r->out;
    bool body = o->status != 303 && o->body.n > 0;

    if (!v->has_key || o->secret || opens_session(o) || o->file || (body && o->body.n > BODY_MAX))
        return OK;
    return idem_sql_add(
        &v->r->c, v->key,
        &(struct idem_row){
            .sum = {v->sum, IDEM_SIZE},
            .status = o->status,
            .type = o->type ? o->type : "",
            .location = seal(v, PIECE_LOCATION, o->location, o->location ? strlen(o->location) : 0),
            .flash = seal(v, PIECE_FLASH, o->flash, o->flash ? strlen(o->flash) : 0),
            .body = seal(v, PIECE_BODY, o->body.p, body ? o->body.n : 0),
        });
}
