/* `motcua keys`: what the signer holds, one key a line; the public keys of claims. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "proc/signing_cmd.h"
#include "sign/claim.h"
#include "sign/note.h"
#include "sign/sign.h"
#include "site/command.h"
#include "site/numbers_cmd.h"
#include "site/signing.h"

static const char MANUAL[] =
    "Usage: motcua keys [list | claims | seal] [--config FILE] [--signing-keys FILE]\n"
    "       motcua keys numbers ...\n"
    "\n"
    "  list      one line a key: name, use, whose it is, algorithm, where it lies, holder, issuer\n"
    "            and validity of its certificate, and whether it can sign.  The default\n"
    "  claims    the public keys that check the codes on papers, as JSON (RFC 7517): the same as\n"
    "            under /.well-known/motcua-claim-keys.json\n"
    "  seal      the public keys that check the heads of the sealed log: the same as under\n"
    "            /.well-known/motcua-seal-keys.json\n"
    "  numbers   the keys that personal numbers are sealed with in the database, and their\n"
    "            rotation: see motcua keys numbers --help\n"
    "\n"
    "The keys are those of the file that signing_keys names (docs/operator/signing.md); its faults "
    "are\n"
    "told with line and column.\n"
    "\n"
    "Exit status: 0 every key can sign; 1 one cannot, or they cannot be read; 2 bad arguments.\n";

static void
put_key(struct ctx *c, const struct sign_key *k)
{
    const char *owner = *k->agency ? k->agency : *k->person ? k->person : "-";
    const char *kind = *k->agency ? "agency" : *k->person ? "person" : "owner";

    printf("key %s use=%s %s=%s algorithm=\"%s\" where=%s", k->name,
           sign_use_word(k->use), kind, owner, k->algorithm, k->where);
    if (k->until)
        printf(" holder=\"%s\" issuer=\"%s\" serial=%s from=%s until=%s", k->holder, k->issuer,
               k->serial, date_iso(c->a, vn_day(k->from)), date_iso(c->a, vn_day(k->until)));
    printf(" state=\"%s\"\n", k->fault ? k->fault : "ready");
}

static int
list(struct ctx *c, struct signer *s)
{
    const struct sign_key *key;
    size_t n = signer_keys(c, s, &key);
    int status = 0;

    for (size_t i = 0; i < n; i++) {
        put_key(c, &key[i]);
        if (key[i].fault && strcmp(key[i].fault, "it is retired") != 0)
            status = 1;
    }
    return status;
}

static int
published(struct ctx *c, struct signer *s, int (*give)(struct ctx *c, struct signer *s, json_t **))
{
    json_t *keys;

    if (give(c, s, &keys) < 0)
        return command_say(1, "%s", c->err.detail);
    json_dumpf(keys, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(keys);
    return 0;
}

int
keys_cmd(int argc, char **argv)
{
    bool help = false;
    const struct flag flags[] = {{"help", NULL, &help}, {0}};
    const char *word, *path = "";
    struct command_site s;
    struct signer *signer;
    int status;

    if (argc > 1 && strcmp(argv[1], "numbers") == 0)
        return numbers_cmd(argc, argv);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout) < 0;
    if ((status = command_configure(&s, &argc, argv, flags)) != 0)
        return status;
    word = argc > 1 ? argv[1] : "list";
    if (argc > 2 || (strcmp(word, "list") != 0 && strcmp(word, "claims") != 0 &&
                     strcmp(word, "seal") != 0))
        status = command_say(2, "keys: %s is not an argument", argv[argc > 2 ? 2 : 1]);
    else if (!*(path = signing_keys_path(s.c.a, &s.site.config)))
        status = command_say(1, "keys: there is no file of keys (signing_keys)");
    if (status == 0) {
        signer = signer_open(&s.c, &(struct signer_options){
                                           .keys = path,
                                           .unfiltered = s.site.config.signing_unfiltered});
        status = !signer ? command_say(1, "%s", s.c.err.detail)
                 : *word == 'l' ? list(&s.c, signer)
                 : published(&s.c, signer, *word == 'c' ? claim_keys_json : note_keys_json);
        signer_close(signer);
    }
    command_end(&s, OK);
    return status;
}
