#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/now.h"
#include "seal/seal.h"
#include "seal/self.h"

static const char MANUAL[] =
    "Usage: motcua audit verify [--config FILE] [--key FILE] [--head FILE] [--dossier CODE]\n"
    "       motcua audit verify --receipt FILE --key FILE [--head FILE]\n"
    "       motcua audit self [--config FILE] [--json] [--all]\n"
    "       motcua audit follow URL FOLDER [--key FILE] [--every SECONDS] [--max-age SECONDS]\n"
    "\n"
    "The sealed log (docs/security/sealed-log.md), checked without trusting the server.\n"
    "\n"
    "verify reads the database: every event of dossiers and of administration against its hash,\n"
    "its leaf of the log and the count of its chain; every leaf, node and head of the log.  A\n"
    "finding is a line \"altered ...\" that names the event; the last names the first in time.\n"
    "Nothing is changed, servers may run; memory does not grow with the database.\n"
    "\n"
    "  --key FILE       public keys (JWK set) that heads must be signed with, as\n"
    "                   /.well-known/motcua-seal-keys.json gave them when they were new; without\n"
    "                   it those of the configuration's file of keys\n"
    "  --head FILE      a head that somebody kept: the log must still begin with it\n"
    "  --dossier CODE   one dossier alone, with the proofs of its events\n"
    "  --receipt FILE   the file of proofs that an applicant downloaded, or the PDF of a receipt\n"
    "                   that carries it; no database is read\n"
    "\n"
    "follow fetches the newest head of the site at URL and keeps it in FOLDER: checks its\n"
    "signature, and that the log only grew since the head before.  Run it at another place, by a\n"
    "timer or with --every.  REWRITTEN on a line of its own: history was changed.\n"
    "\n"
    "  --key FILE       as above; without it the keys that the site gave the first time are kept\n"
    "  --every SECONDS  go on, a round each so many seconds (1 to 86400)\n"
    "  --max-age SECONDS  a newest head that is older is a finding\n"
    "\n"
    "self says what is weak in how this site is set up; see motcua audit self --help.\n"
    "\n"
    "Exit status: 0 all is as it was sealed; 1 a finding, or it could not be done; 2 bad\n"
    "arguments.\n";

static int
read_seconds(const char *name, const char *text, int64_t most, int64_t *out)
{
    char *end;

    *out = 0;
    if (!text)
        return 0;
    *out = strtoll(text, &end, 10);
    if (*end || end == text || *out < 1 || *out > most)
        return command_say(2, "audit follow: --%s %s: must be a number from 1 to %lld", name, text,
                           (long long)most);
    return 0;
}

/* --- follow -------------------------------------------------------------------------------- */

static int
follow_cmd(int argc, char **argv)
{
    const char *key = NULL, *every = NULL, *age = NULL;
    const struct flag flags[] = {
        {"key", &key, NULL}, {"every", &every, NULL}, {"max-age", &age, NULL}, {0}};
    int64_t seconds, oldest;
    struct arena *a;
    struct ctx c;
    int status = flags_take(&argc, argv, flags);

    if (status || (status = read_seconds("every", every, 86400, &seconds)) != 0 ||
        (status = read_seconds("max-age", age, 31536000, &oldest)) != 0)
        return status;
    if (argc != 4)
        return command_say(2, argc > 4 ? "audit follow: %s is not an argument"
                                       : "audit follow: URL and FOLDER must be named",
                           argc > 4 ? argv[4] : "");
    a = arena_open(64 << 20);
    ctx_init(&c, a);
    status = follow(&c, argv[2], argv[3], key, seconds, oldest);
    arena_close(a);
    return status;
}

/* --- verify -------------------------------------------------------------------------------- */

static int
verify_cmd_log(int argc, char **argv, const struct flag *flags, const struct audit_flags *f)
{
    struct command_site s;
    int status;

    if ((status = command_open(&s, &argc, argv, flags, DB_READ_ONLY)) != 0)
        return status;
    status = argc > 2 ? command_say(2, "audit verify: %s is not an argument", argv[2])
                      : verify_log(&s, f);
    command_end(&s, OK);
    return status;
}

static int
verify_cmd_receipt(int argc, char **argv, const struct flag *flags, const struct audit_flags *f)
{
    struct command_site s;
    int status;

    if ((status = command_configure(&s, &argc, argv, flags)) != 0)
        return status;
    status = argc > 2   ? command_say(2, "audit verify: %s is not an argument", argv[2])
             : f->dossier ? command_say(2, "audit verify: --dossier reads the database, --receipt a"
                                           " file: one of them")
                          : verify_receipt(&s, f);
    command_end(&s, OK);
    return status;
}

int
audit_cmd(int argc, char **argv)
{
    struct audit_flags f = {0};
    const struct flag flags[] = {{"dossier", &f.dossier, NULL}, {"receipt", &f.receipt, NULL},
                                 {"key", &f.key, NULL}, {"head", &f.head, NULL}, {0}};
    bool receipt = false;

    if (argc > 1 && strcmp(argv[1], "self") == 0)
        return self_cmd(argc, argv);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout) < 0;
        receipt = receipt || strncmp(argv[i], "--receipt", 9) == 0;
    }
    if (argc > 1 && strcmp(argv[1], "follow") == 0)
        return follow_cmd(argc, argv);
    if (argc < 2 || strcmp(argv[1], "verify") != 0)
        return command_say(2, "audit: verify, follow or self must be named");
    return receipt ? verify_cmd_receipt(argc, argv, flags, &f)
                   : verify_cmd_log(argc, argv, flags, &f);
}
