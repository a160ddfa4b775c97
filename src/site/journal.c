#include "site/journal.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mod/audit/audit.h"
#include "site/command.h"

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

/* Kinds that are not listed are texts. */
static json_t *
value_json(const struct ctx *c, const struct param *p, int i)
{
    switch (p->kind) {
    case K_SECRET:
    case K_PERSONAL_NUMBER:
    case K_PHONE:
    case K_EMAIL: return json_string("***");
    case K_INT:
    case K_BOOL:
    case K_ENUMS:
    case K_MONEY:
    case K_MOMENT: return json_integer(in_int(c, i));
    case K_ENUM: return json_string(p->words[in_int(c, i)]);
    case K_FILES: return files_json(c, i);
    case K_EFORM:
    case K_JSON: return json_true();
    default: return json_string(in_text(c, i));
    }
}

static bool
in_path(const char *path, const char *name)
{
    size_t n = strlen(name);
    const char *at = n ? strstr(path, name) : NULL;

    return at && at > path && at[-1] == '{' && at[n] == '}';
}

int
journal_act(struct ctx *c)
{
    const char *subject = "";
    json_t *data = json_object();
    int rc;

    for (int i = 0; c->route->in[i].kind != K_END; i++) {
        const struct param *p = &c->route->in[i];

        if (!in_has(c, i))
            continue;
        json_object_set_new(data, *p->name ? p->name : "form", value_json(c, p, i));
        if (!*subject && in_path(c->route->path, p->name))
            subject = in_text(c, i);
    }
    rc = audit_act(c, c->route->path, subject, data);
    json_decref(data);
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
    int rc;

    add_os_user(c, data);
    rc = audit_act(c, command_words(c->a), arena_fmt(c->a, "%.200s", argv[argc > 1]), data);
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
