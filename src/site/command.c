#include "site/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "db/password.h"
#include "site/config.h"
#include "site/journal.h"
#include "site/keys.h"
#include "site/numbers.h"

enum { COMMAND_ARENA = 512 << 20, CONFIG_MAX = 64 << 10, OVERRIDES_MAX = 32, FLAGS_MAX = 40 };
#define CONFIG_FILE "motcua.yaml"

int
command_say(int status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("motcua: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return status;
}

/* --- flags --------------------------------------------------------------------------------- */

static const struct flag *
flag_find(const struct flag *flags, const char *name, size_t n)
{
    for (; flags && flags->name; flags++)
        if (strlen(flags->name) == n && strncmp(flags->name, name, n) == 0)
            return flags;
    return NULL;
}

/* One --flag at argv[*i]; moves *i over its value. */
static int
flag_take(int argc, char **argv, int *i, const struct flag *flags)
{
    const char *name = argv[*i] + 2;
    size_t n = strcspn(name, "=");
    const struct flag *f = flag_find(flags, name, n);

    if (!f)
        return command_say(2, "%s: --%.*s is not known; see motcua %s --help", argv[0], (int)n,
                           name, argv[0]);
    if (f->on) {
        *f->on = true;
        return name[n] ? command_say(2, "%s: --%s takes no value", argv[0], f->name) : 0;
    }
    if (*f->value)
        return command_say(2, "%s: --%s is given twice", argv[0], f->name);
    if (name[n])
        *f->value = name + n + 1;
    else if (*i + 1 < argc)
        *f->value = argv[++*i];
    else
        return command_say(2, "%s: --%s needs a value", argv[0], f->name);
    return 0;
}

int
flags_take(int *argc, char **argv, const struct flag *flags)
{
    int words = 1, status = 0;
    bool over = false;

    for (int i = 1; i < *argc && status == 0; i++) {
        if (!over && strcmp(argv[i], "--") == 0)
            over = true;
        else if (!over && strncmp(argv[i], "--", 2) == 0)
            status = flag_take(*argc, argv, &i, flags);
        else
            argv[words++] = argv[i];
    }
    *argc = words;
    return status;
}

/* What is wrong with the arguments of a child, or 0. */
static int
child_faults(int argc, char **argv, const struct flag *own, bool socket)
{
    if (argc > 1)
        return command_say(2, "%s: %s is not an argument", argv[0], argv[1]);
    for (; own->name; own++)
        if (own->value && !*own->value)
            return command_say(2, "%s: --%s must be given", argv[0], own->name);
    return socket ? 0 : command_say(2, "%s: --socket must be given: `motcua serve` starts it",
                                    argv[0]);
}

bool
command_child(int argc, char **argv, const struct flag *own, const char *manual, int *status)
{
    bool socket = false, help = false;
    struct flag all[FLAGS_MAX + 1] = {{"socket", NULL, &socket}, {"help", NULL, &help}};

    for (size_t i = 0; own[i].name && i + 2 < FLAGS_MAX; i++)
        all[i + 2] = own[i];
    if ((*status = flags_take(&argc, argv, all)) != 0)
        return false;
    if (help)
        fputs(manual, stdout);
    else
        *status = child_faults(argc, argv, own, socket);
    return !help && *status == 0;
}

/* --- configuration ------------------------------------------------------------------------- */

/* --base-url X is the key base_url: both come out of argv as a pair. */
struct overrides {
    const char *pairs[2 * OVERRIDES_MAX + 1];
    size_t n;
};

/* The key that an argument names, or NULL: the command's own flags come first. */
static const char *
key_of(struct arena *a, const char *arg, const struct flag *flags)
{
    char *key;

    if (strncmp(arg, "--", 2) != 0)
        return NULL;
    key = arena_strn(a, arg + 2, strcspn(arg + 2, "="));
    if (flag_find(flags, key, strlen(key)))
        return NULL;
    for (char *p = key; (p = strchr(p, '-')) != NULL;)
        *p = '_';
    return config_has(key) ? key : NULL;
}

static int
keys_take(struct arena *a, int *argc, char **argv, const struct flag *flags, struct overrides *out)
{
    int left = 1;

    for (int i = 1; i < *argc; i++) {
        const char *eq = strchr(argv[i], '=');
        const char *key = key_of(a, argv[i], flags);

        if (!key) {
            argv[left++] = argv[i];
            continue;
        }
        if (!eq && i + 1 == *argc)
            return command_say(2, "%s: %s needs a value", argv[0], argv[i]);
        if (out->n == OVERRIDES_MAX)
            return command_say(2, "%s: %s is one flag too many", argv[0], argv[i]);
        out->pairs[2 * out->n] = key;
        out->pairs[2 * out->n++ + 1] = eq ? eq + 1 : argv[++i];
    }
    *argc = left;
    return 0;
}

/* init: a missing file is made of the sample.  Paths of flags start at the working folder, those of
 * the file at its own: they are written whole.  The database's address may hold a password. */
static int
make_file(struct command_site *s, const char *path, const struct overrides *o, bool *made)
{
    const char *pairs[2 * OVERRIDES_MAX + 1] = {0};
    char *text;
    int rc;

    *made = access(path, F_OK) < 0 && errno == ENOENT;
    if (!*made)
        return 0;
    for (size_t i = 0; i < o->n; i++) {
        pairs[2 * i] = o->pairs[2 * i];
        pairs[2 * i + 1] = config_portable(s->c.a, o->pairs[2 * i], o->pairs[2 * i + 1]);
    }
    text = config_sample(s->c.a, pairs);
    if ((rc = file_write(s->c.a, path, text, strlen(text), 0600)) < 0)
        return command_say(1, "cannot write %s: %s", path, strerror(-rc));
    return 0;
}

static int
read_file(struct command_site *s, const char *path, bool must)
{
    struct bytes text;
    struct buf faults;
    int rc = file_read(s->c.a, path, CONFIG_MAX, &text);

    if (rc == -ENOENT && !must)
        return 0;
    if (rc < 0)
        return command_say(2, "--config: cannot read %s: %s", path, strerror(-rc));
    s->config_path = path;
    buf_init(&faults, s->c.a, 1 << 16);
    if (config_read(s->c.a, path, (const char *)text.p, text.n, &s->site.config, &faults))
        return 0;
    fputs(faults.p, stderr);
    return 1;
}

static int
apply_overrides(struct command_site *s, const char *command, const struct overrides *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const char *key = o->pairs[2 * i];
        const char *say = config_set(s->c.a, &s->site.config, key, o->pairs[2 * i + 1], "");

        if (say)
            return command_say(2, "%s: %s %s", command, key, say);
    }
    return 0;
}

static enum log_level
level_of(const char *word)
{
    return *word == 'd' ? LOG_DEBUG : *word == 'i' ? LOG_INFO : *word == 'w' ? LOG_WARN : LOG_ERROR;
}

static int
settle(struct command_site *s)
{
    const char *say = config_settle(s->c.a, &s->site.config);

    if (say)
        return command_say(2, "%s", say);
    db_password_from(s->site.config.db_password);
    log_level(level_of(s->site.config.log_level));
    return 0;
}

/* `made` NULL: a missing file is not made. */
static int
configure(struct command_site *s, int *argc, char **argv, const struct flag *flags, bool *made)
{
    const char *path = NULL;
    struct flag all[FLAGS_MAX + 1] = {{"config", &path, NULL}};
    struct overrides *o;
    int status;

    *s = (struct command_site){.config_path = "", .seat = {.number = SEAT_NONE}};
    ctx_init(&s->c, arena_open(COMMAND_ARENA));
    s->c.site = &s->site;
    o = arena_get(s->c.a, sizeof *o);
    for (size_t i = 0; flags && flags[i].name && i + 2 < FLAGS_MAX; i++)
        all[i + 1] = flags[i];
    config_init(s->c.a, &s->site.config);
    if ((status = keys_take(s->c.a, argc, argv, all, o)) != 0 ||
        (status = flags_take(argc, argv, all)) != 0 ||
        (made && (status = make_file(s, path ? path : CONFIG_FILE, o, made)) != 0) ||
        (status = read_file(s, path ? path : CONFIG_FILE, path != NULL)) != 0 ||
        (status = apply_overrides(s, argv[0], o)) != 0)
        return status;
    return settle(s);
}

int
command_configure_new(struct command_site *s, int *argc, char **argv, const struct flag *flags,
                      bool *made)
{
    int status = configure(s, argc, argv, flags, made);

    if (status)
        arena_close(s->c.a);
    return status;
}

int
command_configure(struct command_site *s, int *argc, char **argv, const struct flag *flags)
{
    return command_configure_new(s, argc, argv, flags, NULL);
}

static const char *called = "", *called_verb = "";

void
command_called(const char *name, const char *verb)
{
    called = name;
    called_verb = verb;
}

const char *
command_words(struct arena *a)
{
    return arena_fmt(a, "motcua %s%s%.80s", called, *called_verb ? " " : "", called_verb);
}

/* --- database and end ---------------------------------------------------------------------- */

int
command_database(struct command_site *s, enum db_mode mode)
{
    int rc = OK;

    if (!s->c.db)
        rc = db_open(&s->c, s->site.config.db, mode, &s->c.db);
    if (rc == OK)
        rc = db_check_schema(&s->c);
    if (rc == OK)
        rc = keys_load(&s->c, s->site.config.site_key, &s->site.key);
    return rc < 0 ? rc : numbers_load(&s->c, &s->site.config);
}

/* Commits when all went well. */
static int
in_transaction(struct ctx *c, int (*run)(struct ctx *c, struct seat *s), struct seat *seat)
{
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK && (rc = run(c, seat)) == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

static int
sit_down(struct ctx *c, struct seat *s)
{
    return seat_take(c, s, SEAT_NONE, SEAT_AHEAD_COMMAND);
}

int
command_seat(struct command_site *s, const char *command)
{
    int rc;

    seat_init(&s->seat, command);
    rc = in_transaction(&s->c, sit_down, &s->seat);
    if (rc < 0)
        s->seat.number = SEAT_NONE;
    else
        seat_use(&s->seat);
    return rc;
}

/* What it was asked to do is in the journal before it does it. */
static int
write_down(struct command_site *s, int argc, char **argv, const struct flag *flags)
{
    struct ctx *c = &s->c;
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK && (rc = journal_command(c, argc, argv, flags)) == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

int
command_open(struct command_site *s, int *argc, char **argv, const struct flag *flags,
             enum db_mode mode)
{
    int status = command_configure(s, argc, argv, flags);
    int rc;

    if (status)
        return status;
    if ((rc = command_database(s, mode)) < 0 ||
        (mode != DB_READ_ONLY && ((rc = command_seat(s, argv[0])) < 0 ||
                                  (rc = write_down(s, *argc, argv, flags)) < 0)))
        return command_end(s, rc);
    return 0;
}

static void
say_faults(const struct ctx *c)
{
    for (size_t i = 0; i < c->faults.n; i++)
        fprintf(stderr, "motcua: %s: %s\n", c->faults.p[i].name, c->faults.p[i].say);
}

int
command_end(struct command_site *s, int rc)
{
    if (rc < 0) {
        say_faults(&s->c);
        command_say(1, "%s", *s->c.err.detail ? s->c.err.detail : "it failed without a word");
    }
    if (s->c.db && s->seat.number != SEAT_NONE && !db_in_transaction(&s->c))
        in_transaction(&s->c, seat_leave, &s->seat); /* or servers see that it stands still */
    db_close(s->c.db);
    arena_close(s->c.a);
    return rc < 0 ? 1 : 0;
}
