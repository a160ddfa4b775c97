/* `motcua verify`: is a signed PDF genuine, and is the text of a QR code? */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/po.h"
#include "mod/results/issued.h"
#include "proc/signing_cmd.h"
#include "sign/claim.h"
#include "sign/verify.h"
#include "site/command.h"
#include "site/signing.h"

static const char MANUAL[] =
    "Usage: motcua verify FILE [--trust FOLDER] [--config FILE]\n"
    "       motcua verify --claim TEXT --key FILE\n"
    "\n"
    "FILE: a signed PDF.  Prints one fact a line: for each signature who, when (claimed, and by\n"
    "a time stamp), whether the bytes are those that were signed, what follows them, and whom\n"
    "the certificate leads to; then whether the file is genuine, or the first reason why not.\n"
    "Where a configuration is read its register of results is asked, too: in_force, replaced,\n"
    "revoked, expired or unknown.\n"
    "\n"
    "  --trust FOLDER    certificates that are believed, and lists of revoked ones (*.crl); the\n"
    "                    configuration's `trust` when it is not given\n"
    "  --claim TEXT      what a QR code of a paper says: the address, or the part from MC1. on\n"
    "  --key FILE        public keys as `motcua keys claims` prints them; no server is asked\n"
    "\n"
    "Exit status: 0 genuine, and in force if it is registered; 1 not; 2 bad arguments, or the\n"
    "file cannot be read.\n";

enum { FILE_MAX = 256 << 20, KEYS_MAX = 1 << 20 };

/* --- a file -------------------------------------------------------------------------------- */

static void
put_text(size_t i, const char *name, const char *v)
{
    if (*v)
        printf("signature %zu %s %s\n", i, name, v);
}

static void
put_time(struct ctx *c, size_t i, const char *name, int64_t utc)
{
    if (utc)
        printf("signature %zu %s %s\n", i, name, moment_rfc3339(c->a, utc));
}

static void
put_what(size_t i, const struct verify_signature *s)
{
    static const char *const CERT[] = {
        [CERT_TRUSTED] = "trusted", [CERT_UNKNOWN] = "not-trusted", [CERT_EXPIRED] = "expired",
        [CERT_REVOKED] = "revoked", [CERT_UNFIT] = "unfit",
    };
    static const char *const AFTER[] = {
        [AFTER_NOTHING] = "whole-file",
        [AFTER_SIGNATURES] = "signatures-follow",
        [AFTER_CHANGED] = "changed-after-signing",
    };

    printf("signature %zu intact %s\n", i, s->intact ? "yes" : "no");
    if (s->detail)
        printf("signature %zu detail %s\n", i, s->detail);
    if (s->intact)
        printf("signature %zu certificate %s\n", i, CERT[s->cert]);
    put_text(i, "root", s->root);
    if (s->covers)
        printf("signature %zu covers %s %zu\n", i, AFTER[s->after], s->covers);
    for (size_t k = 0; k < s->changes_n; k++)
        printf("signature %zu change %s\n", i, s->changes[k]);
}

static void
put_signature(struct ctx *c, size_t i, const struct verify_signature *s)
{
    put_text(i, "holder", s->holder);
    put_text(i, "organisation", s->organisation);
    put_text(i, "issuer", s->issuer);
    put_text(i, "serial", s->serial);
    put_text(i, "algorithm", s->algorithm);
    put_text(i, "name", s->name);
    put_text(i, "reason", s->reason);
    put_text(i, "place", s->place);
    put_time(c, i, "claimed", s->claimed);
    put_time(c, i, "stamped", s->stamped);
    put_text(i, "stamped-by", s->stamped_by);
    put_what(i, s);
}

/* What the register of the configuration's database says; false: it holds no more. */
static bool
put_register(struct command_site *s, const char *sha256)
{
    struct ctx *c = &s->c;
    struct result r;
    int rc = command_database(s, DB_READ_ONLY);

    if (rc == OK && (rc = db_begin(c, DB_READ_ONLY)) == OK) {
        rc = result_find_by_hash(c, sha256, &r);
        db_rollback(c);
    }
    if (rc == E_NOTFOUND)
        printf("register unknown\n");
    else if (rc < 0)
        printf("register not-asked %s\n", c->err.detail);
    if (rc < 0)
        return true;
    printf("register %s\nregister-number %s\nregister-issued %s\n",
           r.state == RESULT_IN_FORCE && !result_holds(&r, vn_day(c->now))
               ? result_state_word(RESULT_EXPIRED)
               : result_state_word(r.state),
           r.number, date_iso(c->a, r.issued_on));
    return result_holds(&r, vn_day(c->now));
}

static int
verify_file(struct command_site *s, const char *path, const char *folder)
{
    struct ctx *c = &s->c;
    struct sign_trust *t = sign_trust_open(c, folder);
    const char *sha256;
    bool holds = true;
    struct verify_report r;
    struct bytes in;
    int rc;

    if (!t)
        return command_say(2, "verify: %s", c->err.detail);
    rc = file_read(c->a, path, FILE_MAX, &in);
    if (rc < 0) {
        sign_trust_close(t);
        return command_say(2, "verify: %s: %s", path, strerror(-rc));
    }
    verify_pdf(c, t, in, &r);
    sha256 = hash_sha256_hex(c->a, in.p, in.n);
    printf("sha256 %s\nsignatures %zu\n", sha256, r.n);
    for (size_t i = 0; i < r.n; i++)
        put_signature(c, i + 1, &r.sig[i]);
    if (*s->config_path)
        holds = put_register(s, sha256);
    printf("genuine %s\n", r.genuine ? "yes" : "no");
    printf("verdict %s\n", tr_lang(LANG_EN, r.say));
    sign_trust_close(t);
    return r.genuine && holds ? 0 : 1;
}

/* --- a claim ------------------------------------------------------------------------------- */

static void
put_claim(struct ctx *c, const struct claim *k)
{
    printf("number %s\nissued %s\nagency %s\ntype %s\n", k->number, date_iso(c->a, k->on),
           k->agency, k->type);
    if (*k->initials)
        printf("initials %s\n", k->initials);
    if (k->until)
        printf("until %s\n", date_iso(c->a, k->until));
    printf("facts %s\n", hash_hex(c->a, k->facts, sizeof k->facts));
}

static int
verify_claim(struct ctx *c, const char *text, const char *path)
{
    static const char *const STATE[] = {
        [CLAIM_GENUINE] = "genuine",         [CLAIM_EXPIRED] = "expired",
        [CLAIM_UNKNOWN_KEY] = "unknown-key", [CLAIM_FORGED] = "forged",
        [CLAIM_UNREADABLE] = "unreadable",
    };
    enum claim_state state;
    struct claim k;
    struct bytes b;
    json_t *keys;
    int rc = file_read(c->a, path, KEYS_MAX, &b);

    if (rc < 0)
        return command_say(2, "verify: %s: %s", path, strerror(-rc));
    keys = json_read((const char *)b.p, b.n, NULL);
    if (!keys)
        return command_say(2, "verify: --key: %s is no set of keys (JSON)", path);
    state = claim_verify(c->a, keys, text, vn_day(c->now), &k);
    json_decref(keys);
    printf("claim %s\n", STATE[state]);
    if (state == CLAIM_GENUINE || state == CLAIM_EXPIRED)
        put_claim(c, &k);
    return state == CLAIM_GENUINE ? 0 : 1;
}

/* ------------------------------------------------------------------------------------------- */

static int
choose(struct command_site *s, int argc, char **argv, const char *claim, const char *key)
{
    s->c.now = now_seconds();
    if (argc > 2)
        return command_say(2, "verify: %s is not an argument", argv[2]);
    if (claim || key) {
        if (!claim || !key || argc > 1)
            return command_say(2, "verify: --claim and --key go together, without a file");
        return verify_claim(&s->c, claim, key);
    }
    if (argc < 2)
        return command_say(2, "verify: a file must be named");
    return verify_file(s, argv[1], signing_trust_path(s->c.a, &s->site.config));
}

int
verify_cmd(int argc, char **argv)
{
    const char *claim = NULL, *key = NULL;
    const struct flag flags[] = {{"claim", &claim, NULL}, {"key", &key, NULL}, {0}};
    struct command_site s;
    int status;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout) < 0;
    if ((status = command_configure(&s, &argc, argv, flags)) != 0)
        return status;
    status = choose(&s, argc, argv, claim, key);
    command_end(&s, OK);
    return status;
}
