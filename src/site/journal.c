#include "site/journal.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "mod/audit/audit.h"
#include "site/command.h"
#include "site/site.h"

enum { TEXT_MAX = 4096 };

bool
journal_wants(const struct route *row)
{
    switch (row->perm) {
    case PERM_ADMIN_AGENCIES:
    case PERM_ADMIN_OFFICERS:
    case PERM_ADMIN_CATALOGUE:
    case PERM_ADMIN_SETTINGS:
        return row->method == POST;
    default:
        return row->method == POST && row->face == FACE_ADMIN;
    }
}

static json_t *
files_json(const struct ctx *c, int i)
{
    const struct upload *u;
    size_t n = in_files(c, i, &u);
    json_t *list = json_array();

    for (size_t k = 0; k < n; k++)
        json_array_append_new(list, json_string(u[k].sha256));
    return list;
}

static bool
is_hidden(enum kind k)
{
    return k == K_SECRET || k == K_PERSONAL_NUMBER || k == K_PHONE || k == K_EMAIL;
}

/* A whole file is named by its hash. */
static json_t *
text_json(const struct ctx *c, const char *s)
{
    size_t n = strlen(s);

    return n <= TEXT_MAX ? json_string(s)
                         : json_string(arena_fmt(c->a, "sha256:%s, %zu byte",
                                                 hash_sha256_hex(c->a, s, n), n));
}

/* Kinds that are not listed are texts. */
static json_t *
value_json(const struct ctx *c, const struct param *p, int i)
{
    if (is_hidden(p->kind))
        return json_string("***");
    switch (p->kind) {
    case K_INT:
    case K_BOOL:
    case K_ENUMS:
    case K_MONEY:
    case K_MOMENT: return json_integer(in_int(c, i));
    case K_ENUM: return json_string(p->words[in_int(c, i)]);
    case K_FILES: return files_json(c, i);
    case K_EFORM:
    case K_JSON: return json_true();
    default: return text_json(c, in_text(c, i));
    }
}

static bool
in_path(const char *path, const char *name)
{
    size_t n = strlen(name);
    const char *at = n ? strstr(path, name) : NULL;

    return at && at > path && at[-1] == '{' && at[n] == '}';
}

/* Its place in the row's list; -1: no input of its own, it tells what went. */
static int
input_of(const struct ctx *c, const char *name)
{
    for (int i = 0; c->route->in[i].kind != K_END; i++)
        if (strcmp(c->route->in[i].name, name) == 0)
            return i;
    return -1;
}

static bool
same(const struct ctx *c, int i, const char *value)
{
    return c->route->in[i].kind == K_BOOL ? (in_int(c, i) != 0) == (*value != '\0')
                                          : strcmp(in_text(c, i), value) == 0;
}

/* What the inputs changed was so until now; of what is not told, only that it is another now. */
static json_t *
before_json(const struct ctx *c)
{
    json_t *old = json_object();

    for (size_t k = 0; k < c->out->before.n; k++) {
        const struct before *b = &c->out->before.p[k];
        int i = input_of(c, b->input);

        if (i >= 0 && same(c, i, b->value))
            continue;
        json_object_set_new(old, b->input,
                            i >= 0 && *b->value && is_hidden(c->route->in[i].kind)
                                ? json_string("***")
                                : text_json(c, b->value));
    }
    return old;
}

static bool
named(const struct ctx *c, int i, const char *name)
{
    return strcmp(c->route->in[i].name, name) == 0 && in_has(c, i);
}

/* The agencies that an act is about, and its object's name where the address has none. */
static struct act_place
place_of(struct ctx *c, const char *subject)
{
    const struct agencies_snapshot *s = agencies_snapshot_fresh(c, c->site->agencies);
    struct act_place at = {.object = subject};

    for (int i = 0; s && c->route->in[i].kind != K_END; i++) {
        bool own = named(c, i, "code") || named(c, i, "ma"), other = named(c, i, "co-quan");
        const struct agency *g = own || other || named(c, i, "truc-thuoc")
                                     ? agencies_latest(s, in_text(c, i))
                                     : NULL;

        if (!*at.object && (named(c, i, "login") || named(c, i, "ma") || named(c, i, "ngay")))
            at.object = in_text(c, i);
        if (g && own)
            at.unit = g->id;
        else if (g)
            at.also = g->id;
    }
    return at;
}

int
journal_act(struct ctx *c)
{
    const char *subject = "";
    json_t *data = json_object(), *old = before_json(c);
    struct act_place at;
    int rc;

    for (int i = 0; c->route->in[i].kind != K_END; i++) {
        const struct param *p = &c->route->in[i];

        if (!in_has(c, i))
            continue;
        json_object_set_new(data, *p->name ? p->name : "form", value_json(c, p, i));
        if (!*subject && in_path(c->route->path, p->name))
            subject = in_text(c, i);
    }
    if (json_object_size(old))
        json_object_set(data, JOURNAL_BEFORE, old);
    at = place_of(c, subject);
    rc = audit_act_at(c, c->route->path, subject, data, &at);
    json_decref(data);
    json_decref(old);
    return rc;
}

/* Values that are nobody's secret and no person's address. */
static json_t *
flags_json(const struct flag *flags)
{
    static const char *const HIDDEN[] = {"password", "phone", "email", "secret", "token", NULL};
    json_t *data = json_object();

    for (const struct flag *f = flags; f && f->name; f++) {
        bool hide = false;

        for (int i = 0; HIDDEN[i]; i++)
            hide = hide || strstr(f->name, HIDDEN[i]);
        if (f->value && *f->value)
            json_object_set_new(data, f->name, json_string(hide ? "***" : *f->value));
        if (f->on && *f->on)
            json_object_set_new(data, f->name, json_true());
    }
    return data;
}

/* A command has no account: the user of the operating system, and who became it by sudo. */
static void
add_os_user(struct ctx *c, json_t *data)
{
    const struct passwd *p = getpwuid(getuid());
    const char *by = getenv("SUDO_USER");
    const char *name = p ? p->pw_name : arena_fmt(c->a, "%u", (unsigned)getuid());

    json_object_set_new(data, "os_user", json_string(arena_fmt(c->a, "%.60s", name)));
    if (by && *by)
        json_object_set_new(data, "sudo_user", json_string(arena_fmt(c->a, "%.60s", by)));
}

int
journal_command(struct ctx *c, int argc, char **argv, const struct flag *flags)
{
    json_t *data = flags_json(flags);
    const char *subject = arena_fmt(c->a, "%.200s", argv[argc > 1]);
    const char *login = json_string_value(json_object_get(data, "login"));
    struct act_place at = {.object = login ? arena_str(c->a, login) : subject};
    int rc;

    add_os_user(c, data);
    rc = audit_act_at(c, command_words(c->a), subject, data, &at);
    json_decref(data);
    return rc;
}

int
command_note(struct ctx *c, const char *subject, const char *flag, const char *value)
{
    json_t *data = json_object();
    int rc;

    json_object_set_new(data, flag, json_string(value));
    add_os_user(c, data);
    rc = audit_act(c, command_words(c->a), subject, data);
    json_decref(data);
    return rc;
}
