#include "auth/typed.h"

#include <stdint.h>
#include <string.h>

#include "auth/box.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vi.h"
#include "http/request.h"
#include "oidc/jose.h"

enum { NUMBER_DIGITS = 9, TYPED_SECONDS = 12 * 3600, ADDRESS_MAX = 4096 };
static const char USE[] = "typed number", SEALED = '~';

static bool
dossier_code(struct ctx *c, const char *text)
{
    char *s = arena_str(c->a, text);
    bool letter = false;

    for (char *p = s; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
        letter |= *p >= 'A' && *p <= 'Z';
    }
    return letter && params_dossier_code(s);
}

bool
typed_number(struct ctx *c, const char *text)
{
    char *tidy = vi_tidy(c->a, text);
    int digits = 0;

    for (const char *s = tidy; *s && digits < NUMBER_DIGITS; s++)
        if (*s >= '0' && *s <= '9')
            digits++;
        else if (!strchr(" .-()+", *s))
            digits = 0;
    return digits == NUMBER_DIGITS && !dossier_code(c, tidy);
}

/* --- the word -------------------------------------------------------------------------------- */

const char *
typed_word(struct ctx *c, const char *text)
{
    int64_t until = c->now + TYPED_SECONDS;
    size_t n = strlen(text);
    uint8_t *plain = arena_get(c->a, sizeof until + n);
    struct bytes b;

    if (*text == SEALED || !typed_number(c, text))
        return text;
    memcpy(plain, &until, sizeof until);
    memcpy(plain + sizeof until, text, n);
    b = box_seal(c, USE, c->account, plain, sizeof until + n);
    return arena_fmt(c->a, "%c%s", SEALED, jose_base64(c->a, b.p, b.n));
}

/* NULL: of another account, too old, or no such word. */
static const char *
word_open(struct ctx *c, const char *word)
{
    struct bytes b = box_open(c, USE, c->account, jose_unbase64(c->a, word + 1, strlen(word) - 1));
    int64_t until;

    if (b.n <= sizeof until)
        return NULL;
    memcpy(&until, b.p, sizeof until);
    if (until <= c->now || until > c->now + TYPED_SECONDS)
        return NULL;
    return arena_strn(c->a, (const char *)b.p + sizeof until, b.n - sizeof until);
}

/* --- the gate --------------------------------------------------------------------------------- */

static const char OLD[] = N_("Đường dẫn này đã quá 12 giờ hoặc của người khác; hãy gõ lại số");

static void
open_input(struct ctx *c, const struct param *p)
{
    struct sent_list *q = &c->req->query;

    for (size_t i = 0; i < q->n; i++) {
        struct sent *f = &q->p[i];
        const char *text;

        if (f->sealed || *f->value != SEALED || strcmp(f->name, p->name) != 0)
            continue;
        text = word_open(c, f->value);
        if (!text)
            fail_labelled(c, p->name, p->label ? p->label : "", OLD);
        f->value = text ? text : "";
        f->n = strlen(f->value);
        f->sealed = text != NULL;
    }
}

void
typed_open(struct ctx *c)
{
    for (const struct param *p = c->route->in; p->kind != K_END; p++)
        if (p->number && c->route->method == GET)
            open_input(c, p);
}

bool
typed_plain(struct ctx *c)
{
    const struct sent_list *q = &c->req->query;

    if (!c->route || c->route->method != GET)
        return false;
    for (const struct param *p = c->route->in; p->kind != K_END; p++)
        for (size_t i = 0; p->number && i < q->n; i++)
            if (!q->p[i].sealed && strcmp(q->p[i].name, p->name) == 0 &&
                *q->p[i].value != SEALED && typed_number(c, q->p[i].value))
                return true;
    return false;
}

/* --- the address ------------------------------------------------------------------------------ */

static void
add_input(struct ctx *c, const struct param *p, struct buf *b)
{
    const struct sent_list *sent = c->route->method == POST ? &c->req->form : &c->req->query;

    for (size_t i = 0; i < sent->n; i++) {
        const struct sent *f = &sent->p[i];

        if (strcmp(f->name, p->name) != 0 || !*f->value)
            continue;
        buf_char(b, strchr(b->p, '?') ? '&' : '?');
        buf_url(b, p->name);
        buf_char(b, '=');
        buf_url(b, p->number ? typed_word(c, f->value) : f->value);
    }
}

int
typed_go_to(struct ctx *c, const char *path)
{
    struct buf b;

    buf_init(&b, c->a, ADDRESS_MAX);
    buf_str(&b, path);
    for (const struct param *p = c->route->in; p->kind != K_END; p++)
        if (p->kind != K_SECRET && !request_path(c, p->name))
            add_input(c, p, &b);
    return b.over ? fail(c, E_INVALID, N_("Nội dung quá dài"), "an endless search")
                  : redirect(c, "%s", b.p);
}

int
typed_go(struct ctx *c)
{
    const char *here = request_here(c);

    return typed_go_to(c, arena_strn(c->a, here, strcspn(here, "?")));
}
