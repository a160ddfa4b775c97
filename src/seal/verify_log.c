/* The whole database, or one dossier of it, against the log and its heads. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mod/audit/check.h"
#include "mod/dossiers/dossiers_seal.h"
#include "seal/seal.h"
#include "site/sealing.h"

static void
print_line(void *user, const char *line)
{
    (void)user;
    puts(line);
}

static void
print_sums(const struct audit_check *k)
{
    printf("dossiers %lld\nevents %lld\nadministration %lld\nleaves %lld\nheads %lld\n"
           "waiting %lld\nbeginning %lld\nunsigned_heads %lld\nfindings %lld\n",
           (long long)k->dossiers, (long long)k->events, (long long)k->acts, (long long)k->leaves,
           (long long)k->heads, (long long)k->waiting, (long long)k->beginning,
           (long long)k->unsigned_heads, (long long)k->findings);
    if (*k->first)
        printf("first %s\n", k->first);
}

static int
check_all(struct ctx *c, struct audit_check *k)
{
    int64_t leaves;
    struct progress p;
    int rc;

    if ((rc = audit_check_begin(c, k)) < 0 || (rc = seal_size(c, &leaves)) < 0)
        return rc;
    k->progress = &p;                   /* each leaf is read twice: with its event, in the tree */
    progress_begin(&p, "verify", "events", 0, 2 * leaves);
    progress_part(&p, "dossiers");
    if ((rc = audit_check_acts(c, k)) == OK && (rc = dossiers_check_log(c, k)) == OK) {
        progress_part(&p, "tree");
        rc = audit_check_tree(c, k);
    }
    if (rc == OK)
        progress_end(&p);
    else
        progress_stop(&p);
    return rc;
}

/* --- one dossier --------------------------------------------------------------------------- */

static int
check_dossier(struct ctx *c, struct audit_check *k, const char *code)
{
    struct dossier d;
    json_t *receipt;
    bool open;
    int rc;

    if ((rc = audit_check_begin(c, k)) < 0 || (rc = dossiers_check_log_of(c, k, code)) < 0 ||
        (rc = dossiers_lookup(c, code, NULL, &d, &open)) < 0 ||
        (rc = dossiers_receipt(c, &d, FOR_OFFICER, &receipt)) < 0)
        return rc;
    if (!receipt_holds(c, receipt, k->keys ? k->keys : json_null(), k->seen_n ? k->seen : NULL) &&
        k->leaves == 0 && k->keys)
        printf("proved-all no\n");
    json_decref(receipt);
    return OK;
}

/* --- heads that were kept ------------------------------------------------------------------ */

/* The one given, and the one that the server keeps beside its database. */
static bool
find_heads(struct command_site *s, const char *path, struct note heads[2], size_t *n)
{
    const char *own = sealing_file(s->c.a, &s->site.config);
    struct note swap;

    if (path && !kept_note(&s->c, "--head", path, &heads[(*n)++]))
        return false;
    if (access(own, R_OK) == 0 && !kept_note(&s->c, "head", own, &heads[(*n)++]))
        return false;
    if (*n == 2 && heads[0].size > heads[1].size) {
        swap = heads[0];
        heads[0] = heads[1];
        heads[1] = swap;
    }
    return true;
}

/* A head that nobody we know signed says nothing. */
static bool
heads_genuine(struct ctx *c, const json_t *keys, const struct note *heads, size_t n)
{
    bool good = true;

    for (size_t i = 0; i < n && keys; i++) {
        enum note_state state = note_verify(c->a, keys, &heads[i], NULL);

        if (state == NOTE_GENUINE || state == NOTE_UNSIGNED)
            continue;
        printf("altered kept head of %lld leaves: signature %s\n", (long long)heads[i].size,
               note_word(state));
        good = false;
    }
    return good;
}

static int
run(struct ctx *c, struct audit_check *k, const char *dossier)
{
    int rc = db_begin(c, DB_READ_ONLY);

    if (rc < 0)
        return rc;
    rc = dossier ? check_dossier(c, k, dossier) : check_all(c, k);
    db_rollback(c);
    return rc;
}

int
verify_log(struct command_site *s, const struct audit_flags *f)
{
    struct ctx *c = &s->c;
    struct audit_check k = {.say = print_line};
    struct note heads[2];
    json_t *keys;
    bool good;
    int rc;

    if (!find_heads(s, f->head, heads, &k.seen_n))
        return 2;
    k.seen = heads;
    keys = f->key ? kept_json(c, "--key", f->key) : kept_own_keys(c, &s->site.config);
    if (f->key && !keys)
        return 2;
    k.keys = keys;
    good = heads_genuine(c, keys, heads, k.seen_n);
    rc = run(c, &k, f->dossier);
    if (rc == OK) {
        printf("keys %s\n", f->key ? "given" : keys ? "of this site" : "none: signatures are not"
                                                                       " checked");
        print_sums(&k);
    }
    json_decref(keys);
    if (rc < 0)
        return command_say(1, "audit verify: %s", *c->err.detail ? c->err.detail : "it failed");
    return k.findings || !good ? 1 : 0;
}
