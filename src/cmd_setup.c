/* `motcua init`: what a site needs before it can serve. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "demo.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue.h"
#include "site/command.h"
#include "site/documents.h"
#include "site/keys.h"
#include "site/numbers.h"
#include "site/sharing.h"
#include "site/signing.h"
#include "site/snapshots.h"

static const char INIT_MANUAL[] =
    "Usage: motcua init [--config FILE] [--demo DIR] [--KEY VALUE]...\n"
    "\n"
    "Makes what is missing and may be run again: the configuration (motcua.yaml), the database "
    "with\n"
    "its tables, the secret key beside it, and what the catalogue folder holds: calendar, rules,\n"
    "agencies and procedures.  What is there stays; a newer program brings the tables up to date.\n"
    "\n"
    "  --config FILE   the configuration to make or to read; default motcua.yaml\n"
    "  --demo DIR      also makes accounts and dossiers to try the site with and prints the "
    "accounts;\n"
    "                  DIR holds what they apply with (the shipped folder demo/).  Never on a real "
    "site\n"
    "  --adopt         the store and the key that are here are this database's: after they were\n"
    "                  put back from a backup, or moved.  serve refuses others\n"
    "  --KEY VALUE     any key of the configuration, e.g. --db sqlite:/var/lib/motcua/motcua.db\n"
    "                  or --db postgresql://motcua@HOST/motcua (an empty database that is there),\n"
    "                  --catalogue DIR, --listen ADDRESS:PORT; written into a new configuration\n"
    "\n"
    "Exit status: 0; 1 something could not be made; 2 bad arguments.\n";

bool
help_asked(int argc, char **argv, const char *manual)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0) {
            fputs(manual, stdout);
            return true;
        }
    return false;
}

/* The folder of SQLite's file; its parent must exist. */
static int
make_folder(struct ctx *c, const char *url)
{
    const char *path = url + strlen("sqlite:"), *slash = strrchr(path, '/');
    char *folder;

    if (!db_inline(url) || !slash || slash == path)
        return OK;
    folder = arena_strn(c->a, path, (size_t)(slash - path));
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return fail(c, E_SYS, N_("Không tạo được thư mục"), "cannot make the folder %s: %s", folder,
                    strerror(errno));
    return OK;
}

static int
make_database(struct command_site *s, const char *url)
{
    bool key_made, ring_made;
    int rc, before;

    if ((rc = make_folder(&s->c, url)) < 0 ||
        (rc = keys_make(&s->c, s->site.config.data, s->site.config.site_key,
                        &key_made)) < 0 ||
        (rc = keys_load(&s->c, s->site.config.site_key, &s->site.key)) < 0 ||
        (rc = db_open(&s->c, url, DB_CREATE, &s->c.db)) < 0)
        return rc;
    before = db_schema_version(&s->c);
    if ((rc = db_migrate(&s->c)) < 0 ||
        (rc = numbers_make(&s->c, &s->site.config, &ring_made)) < 0)
        return rc;
    printf("keys of numbers %s\n", ring_made ? "made" : "kept");
    printf("key %s\n", key_made ? "made" : "kept");
    printf("database %s schema %d%s\n", db_mask(s->c.a, url), db_schema_version(&s->c),
           before == 0                          ? " made"
           : before == db_schema_version(&s->c) ? ""
                                                : " brought up to date");
    return OK;
}

static int
import_documents(struct ctx *c, const char *folder)
{
    static const char *const NAMES[] = {DOCUMENT_CALENDAR, DOCUMENT_RULES};
    int rc = db_begin(c, DB_READ_WRITE);

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && rc == OK; i++) {
        bool changed;

        rc = documents_import(c, folder, NAMES[i], &changed);
        if (rc == OK)
            printf("%s %s\n", NAMES[i], changed ? "imported" : "unchanged");
    }
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

/* Another command on the same site, as if typed: motcua WORD import PATH. */
static int
import_with(struct command_site *s, int (*cmd)(int, char **), const char *word, const char *path)
{
    const char *words[] = {word,       "import",       path, "--db", s->site.config.db,
                           "--config", s->config_path, NULL};

    fflush(stdout);
    return cmd(7, (char **)words);
}

/* Snapshots, accounts, dossiers. */
static int
play_demo(struct command_site *s, const char *folder)
{
    struct demo d = {.c = &s->c, .folder = folder};
    struct store_place store = sharing_place(s->c.a, &s->site.config);
    struct site *site;
    int rc;

    s->site.with = &d.with;
    if (!(site = site_load(&s->c, &s->site)))
        return s->c.err.rc;
    s->c.site = site;
    d.store = store_open_at(&s->c, &store);
    rc = d.store ? demo_accounts(&d) : s->c.err.rc;
    if (rc == OK && !*s->site.config.signing_keys)
        rc = demo_signing(&d);
    if (rc == OK)
        rc = signing_open(&s->c, &s->site.config, &d.with);
    d.with.store = d.store;
    if (rc == OK)
        rc = demo_story(&d);
    signing_close(&d.with);
    s->site.with = NULL;
    store_close(d.store);
    site_free(site);
    return rc;
}

static int
adopt(struct command_site *s)
{
    struct ctx *c = &s->c;
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK && (rc = sharing_check(c, &s->site, true)) == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    else
        puts("store and key adopted");
    return rc;
}

static int
fill(struct command_site *s, const char *demo, bool adopts)
{
    const char *folder = s->site.config.catalogue;
    int status = 0, rc = make_database(s, s->site.config.db);

    if (rc < 0 || (rc = command_seat(s, "init")) < 0 || (adopts && (rc = adopt(s)) < 0) ||
        (rc = import_documents(&s->c, folder)) < 0)
        return command_end(s, rc);
    status =
        import_with(s, agencies_cmd, "agencies", arena_fmt(s->c.a, "%s/agencies.yaml", folder));
    if (status == 0 && demo) /* as it was before: older versions come first */
        import_with(s, catalogue_cmd, "catalogue", arena_fmt(s->c.a, "%s/procedures", demo));
    if (status == 0)
        status = import_with(s, catalogue_cmd, "catalogue", folder);
    if (status == 0 && demo)
        rc = play_demo(s, demo);
    command_end(s, rc);
    return rc < 0 ? 1 : status;
}

int
init_cmd(int argc, char **argv)
{
    const char *demo = NULL;
    bool made, adopts = false;
    const struct flag flags[] = {{"demo", &demo, NULL}, {"adopt", NULL, &adopts}, {0}};
    struct command_site s;
    int status;

    if (help_asked(argc, argv, INIT_MANUAL))
        return 0;
    if ((status = command_configure_new(&s, &argc, argv, flags, &made)) != 0)
        return status;
    if (argc > 1) {
        command_end(&s, OK);
        return command_say(2, "init: %s is not an argument", argv[1]);
    }
    printf("configuration %s %s\n", s.config_path, made ? "made" : "kept");
    return fill(&s, demo, adopts);
}
