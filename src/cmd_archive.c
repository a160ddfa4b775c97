/* `motcua archive`: the closed dossiers of an agency and year as packages; and packages looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "commands.h"
#include "http/store.h"
#include "mod/agencies/agencies.h"
#include "mod/retention/retention_package.h"
#include "site/command.h"
#include "site/sharing.h"
#include "site/snapshots.h"

enum { ROUND_ARENA = 64 << 20 };

static const char MANUAL[] =
    "Usage: motcua archive --agency CODE --year Y --out DIR [--config FILE] [--KEY VALUE]...\n"
    "       motcua archive --verify FILE|DIR\n"
    "\n"
    "Makes an archive package of each dossier that the agency CODE closed in the year Y: a BagIt\n"
    "bag (RFC 8493) in a ZIP with the dossier's description, its timeline with the chain of\n"
    "hashes, its papers and the signed files of its results.  DIR becomes a bag itself:\n"
    "data/CODE.zip a dossier, data/muc-luc.csv (the list of dossiers) and manifests of SHA-256.\n"
    "Servers may run.  Packages that are there already stay: killed, it is run again and goes on;\n"
    "to have one made anew, remove it first.\n"
    "\n"
    "  --verify  looks at one package, or at every package of a folder: all files against the\n"
    "            manifests, and each event of the timeline against its hash.  Needs no database\n"
    "\n"
    "Exit status: 0; 1 a fault, which is printed, or a failure; 2 bad arguments.\n";

static void
print_line(const char *line)
{
    puts(line);
}

/* --- looking ---------------------------------------------------------------------------------- */

static int
verify(const char *path)
{
    struct arena *a = arena_open(1 << 30);
    int64_t packages, found;
    struct ctx c;
    int rc;

    ctx_init(&c, a);
    rc = retention_verify(&c, path, print_line, &packages, &found);
    if (rc < 0)
        command_say(1, "archive: --verify %s", c.err.detail);
    else
        printf("packages %lld\nfaults %lld\n", (long long)packages, (long long)found);
    arena_close(a);
    return rc < 0 || found ? 1 : 0;
}

/* --- making ----------------------------------------------------------------------------------- */

static int
one_round(struct ctx *c)
{
    int rc = db_begin(c, DB_READ_WRITE), done;

    if (rc < 0)
        return rc;
    rc = retention_follow(c);
    done = rc < 0 ? rc : db_commit(c);
    if (done < 0)
        db_rollback(c);
    return done < 0 ? done : rc;
}

/* What was closed lately has its row first. */
static int
catch_up(struct ctx *c)
{
    struct ctx round = *c;
    struct progress p;
    int rc = 1;

    round.a = arena_open(ROUND_ARENA);
    progress_begin(&p, "follow", "rounds", 0, 0);
    while (rc > 0) {
        rc = one_round(&round);
        arena_reset(round.a);
        progress_add(&p, 1);
    }
    if (rc < 0)
        progress_stop(&p);
    else
        progress_end(&p);
    c->err = round.err;
    arena_close(round.a);
    return rc;
}

static int
pack_year(struct ctx *c, const struct agency *g, int year, struct store *store, const char *out)
{
    struct archive_done done;
    struct progress p;
    int rc;

    progress_begin(&p, "archive", "dossiers", 0, retention_count_year(c, g->id, year));
    rc = retention_archive(c, g->id, year, store, out, &p, &done);
    if (rc < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    printf("agency %s\nyear %d\nmade %lld\nthere %lld\nbytes %lld\n", g->code, year,
           (long long)done.made, (long long)done.there, (long long)done.bytes);
    return OK;
}

static int
with_store(struct ctx *c, const struct site *site, const struct agency *g, int year,
           const char *out)
{
    struct store_place at = sharing_place(c->a, &site->config);
    struct store *store = at.root ? store_look_at(c, &at) : NULL;
    int rc;

    if (!store)
        return c->err.rc < 0 ? c->err.rc
                             : fail(c, E_SYS, N_("Không mở được kho tệp"), "there is no store");
    rc = catch_up(c);
    if (rc == OK)
        rc = pack_year(c, g, year, store, out);
    store_close(store);
    return rc;
}

static int
make(struct command_site *s, const char *code, int year, const char *out)
{
    struct site *loaded = site_load(&s->c, &s->site);
    const struct agency *g;
    int rc, status = 0;

    if (!loaded)
        return command_end(s, s->c.err.rc);
    s->c.site = loaded;
    if (!(g = agencies_latest(loaded->agencies, code)))
        status = command_say(2, "archive: --agency %s: there is no such agency", code);
    rc = g ? with_store(&s->c, loaded, g, year, out) : OK;
    s->c.site = &s->site;
    site_free(loaded);
    return status ? command_end(s, OK), status : command_end(s, rc);
}

static int
bad_words(int argc, char **argv, const char *verify_it, const char *agency, const char *year,
          const char *out)
{
    if (argc > 1)
        return command_say(2, "archive: %s is not an argument", argv[1]);
    if (verify_it && (agency || year || out))
        return command_say(2, "archive: --verify stands alone");
    if (verify_it || (agency && year && out))
        return 0;
    return command_say(2, "archive: --%s is missing", !agency ? "agency" : !year ? "year" : "out");
}

int
archive_cmd(int argc, char **argv)
{
    const char *agency = NULL, *year = NULL, *out = NULL, *verify_it = NULL;
    const struct flag flags[] = {{"agency", &agency, NULL}, {"year", &year, NULL},
                                 {"out", &out, NULL}, {"verify", &verify_it, NULL}, {0}};
    struct command_site s;
    char *end;
    long y;
    int status;

    if (help_asked(argc, argv, MANUAL))
        return 0;
    if (argc == 3 && strcmp(argv[1], "--verify") == 0)
        return verify(argv[2]);
    if ((status = command_open(&s, &argc, argv, flags, DB_READ_WRITE)) != 0)
        return status;
    if ((status = bad_words(argc, argv, verify_it, agency, year, out)) != 0)
        return command_end(&s, OK), status;
    if (verify_it)
        return command_end(&s, OK), verify(verify_it);
    y = strtol(year, &end, 10);
    if (!*year || *end || y < 1990 || y > 2200) {
        command_end(&s, OK);
        return command_say(2, "archive: --year %s: a year from 1990 to 2200 is expected", year);
    }
    return make(&s, agency, (int)y, out);
}
