/* `motcua check`: whether what a site needs is there, and with --deep whether it agrees with
 * itself. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "http/store.h"
#include "mod/dossiers/dossiers_deep.h"
#include "mod/results/results_forms.h"
#include "pdf/pdf.h"
#include "mod/digitise/digitise.h"
#include "mod/digitise/digitise_count.h"
#include "mod/dossiers/worklists.h"
#include "mod/results/issued.h"
#include "move/guard.h"
#include "site/command.h"
#include "site/identity.h"
#include "site/numbers_cmd.h"
#include "site/sharing.h"
#include "site/signing.h"
#include "site/sweep.h"
#include "site/snapshots.h"

static const char MANUAL[] =
    "Usage: motcua check [--config FILE] [--deep [--sweep]] [--repair-counters [--yes]]\n"
    "       [--KEY VALUE]...\n"
    "\n"
    "Reads the configuration, the key, the database's tables, calendar, rules, agencies and\n"
    "catalogue as `motcua serve` would, starts the signer where keys are, and changes nothing.\n"
    "Prints a line for each part that is in order.\n"
    "\n"
    "  --deep             also folds every dossier anew from its events and compares it with its\n"
    "                     row, its work, its papers and its code, counts every counter again, and\n"
    "                     looks for contents that no paper names.  One finding a line on standard\n"
    "                     output: its kind (chain, row, task, part, reference, paper, content,\n"
    "                     code, counter), of what, and what is wrong.  It sees one moment of the\n"
    "                     database; servers may run.  With some 10,000 dossiers a second it takes\n"
    "                     long on a large city and shows how far it is\n"
    "  --sweep            with --deep: removes contents that no paper names for two days (of\n"
    "                     requests that failed, of drafts that ended) and prints how many\n"
    "  --repair-counters  counts every counter again and corrects those that differ, after a\n"
    "                     question.  No server may run\n"
    "  --yes              the answer to that question\n"
    "\n"
    "Exit status: 0 all is in order; 1 a finding, which is printed; 2 bad arguments.\n";

static void
print_line(void *user, const char *line)
{
    (void)user;
    puts(line);
}

static void
print_sums(const struct deep *d)
{
    printf("dossiers %lld\nevents %lld\nfiles %lld\nfindings %lld\n", (long long)d->dossiers,
           (long long)d->events, (long long)d->files, (long long)d->findings);
}

/* --- deep --- */

static int
deep_inside(struct ctx *c, struct deep *d, bool repair)
{
    int rc = db_begin(c, repair ? DB_READ_WRITE : DB_READ_ONLY);

    if (rc < 0)
        return rc;
    rc = repair ? dossiers_repair_counters(c, d) : dossiers_check_deep(c, d);
    if (rc == OK && !repair)
        rc = results_forms_verify(c, print_line, NULL, &d->findings);
    if (rc == OK && !repair)
        rc = results_verify(c, print_line, NULL, &d->findings);
    if (rc == OK)
        rc = digitise_verify(c, repair, print_line, NULL,
                             repair ? &d->counters_wrong : &d->findings);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

/* What was swept is forgotten, too, over a connection that may write. */
static int
forget(struct ctx *c, struct deep *d)
{
    struct db *read = c->db;
    int rc = d->orphans_n ? db_open(c, c->site->config.db, DB_READ_WRITE, &c->db) : OK;

    if (rc == OK && d->orphans_n) {
        rc = db_begin(c, DB_READ_WRITE);
        if (rc == OK && ((rc = dossiers_forget_contents(c, d)) < 0 || (rc = db_commit(c)) < 0))
            db_rollback(c);
        db_close(c->db);
    }
    c->db = read;
    mem_free(d->orphans);
    return rc;
}

static int
deep(struct ctx *c, bool repair, bool sweep)
{
    struct progress p;
    struct deep d = {.say = print_line, .progress = &p, .sweep = sweep, .names = sweep_names};
    struct store_place at = sharing_place(c->a, &c->site->config);
    int rc;

    if (!repair && at.root && (store_is_remote(at.root) || access(at.root, F_OK) == 0) &&
        !(d.store = store_look_at(c, &at)))
        return c->err.rc;
    progress_begin(&p, repair ? "count" : "check", "dossiers", 0, dossiers_given(c));
    rc = deep_inside(c, &d, repair);
    if (rc == OK)
        rc = forget(c, &d);
    store_close(d.store);
    if (rc < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    if (repair)
        printf("counters corrected %lld\n", (long long)d.counters_wrong);
    else
        print_sums(&d);
    if (sweep)
        printf("swept %lld\nswept_bytes %lld\n", (long long)d.swept, (long long)d.swept_bytes);
    return !repair && d.findings ? E_CONFLICT : OK;
}

/* --- the question --- */

static bool
agreed(bool yes)
{
    char line[16];

    if (yes)
        return true;
    if (!isatty(STDIN_FILENO))
        return false;
    fputs("Correct the counters that differ from the dossiers? [y/N] ", stderr);
    return fgets(line, sizeof line, stdin) && (*line == 'y' || *line == 'Y');
}

static int
repair(struct command_site *s, bool yes)
{
    int rc = guard_quiet(&s->c, s->site.config.db, s->seat.token);

    if (rc < 0)
        return rc;
    if (agreed(yes))
        return deep(&s->c, true, false);
    command_say(0, "check: nothing was changed; --yes answers where nobody can be asked");
    return E_CONFLICT;
}

/* --- the command --- */

static void
print_parts(struct command_site *s)
{
    printf("configuration %s\n", *s->config_path ? s->config_path : "(defaults)");
    printf("key %s\n", s->site.config.site_key);
    printf("database %s schema %d\n", db_mask(s->c.a, s->site.config.db),
           db_schema_version(&s->c));
}

/* The signer starts as it would beside the server: its faults are those of the file of keys, or
 * that this machine does not let it shut itself in. */
static int
check_signing(struct command_site *s)
{
    struct services with = {0};
    int rc = *signing_keys_path(s->c.a, &s->site.config)
                 ? signing_open(&s->c, &s->site.config, &with) : OK;

    if (with.signer)
        puts("the signer starts");
    signing_close(&with);
    return rc;
}

/* Every fault of the identity providers' file, or how many there are. */
static bool
identity(struct command_site *s)
{
    struct oidc_providers *all = arena_get(s->c.a, sizeof *all);
    const char *faults;
    int rc = identity_read(&s->c, &s->site.config, all, &faults);

    s->c.err = (struct err){0};
    fputs(faults, stderr);
    if (rc == OK)
        printf("identity providers %d\n", all->n);
    return rc == OK;
}

static int
check(struct command_site *s, bool deeply, bool mend, bool yes, bool sweep)
{
    struct site *loaded;
    bool broken = false;
    int rc = OK;

    print_parts(s);
    if (!identity(s))
        return command_end(s, OK), 1;
    if ((loaded = site_load(&s->c, &s->site)) == NULL)
        return command_end(s, s->c.err.rc);
    puts("calendar, rules, agencies and catalogue can be loaded");
    if (!pdf_fonts_ok())
        puts("fonts: no serif font has the letters of Vietnamese: install fonts-liberation2");
    s->c.site = loaded;
    if ((rc = check_signing(s)) < 0) {
        s->c.site = &s->site;
        site_free(loaded);
        return command_end(s, rc);
    }
    if ((rc = sharing_look(&s->c, &s->site)) == OK)
        puts("store and key are this database's");
    if (rc == OK)
        rc = numbers_say(s);
    if (rc == OK && mend)
        rc = repair(s, yes);
    if (rc == OK && deeply && (rc = numbers_verify(s, &broken)) == OK)
        rc = deep(&s->c, false, sweep);
    rc = rc == OK && broken ? E_CONFLICT : rc;
    s->c.site = &s->site;
    site_free(loaded);
    if (rc < 0 && !s->c.err.rc)         /* findings, said already */
        return command_end(s, OK), 1;
    return command_end(s, rc);
}

int
check_cmd(int argc, char **argv)
{
    bool deeply = false, mend = false, yes = false, sweep = false;
    const struct flag flags[] = {{"deep", NULL, &deeply}, {"repair-counters", NULL, &mend},
                                 {"yes", NULL, &yes}, {"sweep", NULL, &sweep}, {0}};
    struct command_site s;
    int status;

    if (help_asked(argc, argv, MANUAL))
        return 0;
    for (int i = 1; i < argc; i++)      /* the mode of the connection depends on it */
        mend = mend || strcmp(argv[i], "--repair-counters") == 0;
    status = command_open(&s, &argc, argv, flags, mend ? DB_READ_WRITE : DB_READ_ONLY);
    if (status)
        return status;
    if (sweep && !deeply) {
        command_end(&s, OK);
        return command_say(2, "check: --sweep belongs to --deep, which is missing");
    }
    if (argc > 1 || (yes && !mend)) {
        command_end(&s, OK);
        return argc > 1
                   ? command_say(2, "check: %s is not an argument", argv[1])
                   : command_say(2, "check: --yes answers --repair-counters, which is missing");
    }
    return check(&s, deeply, mend, yes, sweep);
}
