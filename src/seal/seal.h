/* `motcua audit`: the sealed log checked without trusting the server that keeps it.  Only main.c
 * and the files of this folder include it. */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include <jansson.h>

#include "sign/note.h"
#include "site/command.h"

int audit_cmd(int argc, char **argv);

struct audit_flags { const char *dossier, *receipt, *key, *head; };

/* --- verify_log.c: the database; an exit status --- */
int verify_log(struct command_site *s, const struct audit_flags *f);

/* --- receipt.c --- */

/* What a file of proofs says and whether it holds, one fact a line on standard output.  `keys`: a
 * JWK set.  Any JSON may be given.  True: what of it is sealed is proved, and something is. */
bool receipt_holds(struct ctx *c, const json_t *receipt, const json_t *keys,
                   const struct note *head /* NULL none */);
int verify_receipt(struct command_site *s, const struct audit_flags *f);

/* --- kept.c: files that somebody kept; said what is wrong, and false --- */
json_t *kept_json(struct ctx *c, const char *flag, const char *path);   /* NULL */
/* The same, or a receipt's PDF that carries it. */
json_t *kept_receipt(struct ctx *c, const char *flag, const char *path);
bool kept_note(struct ctx *c, const char *flag, const char *path, struct note *out);
/* The public keys that this site's signer holds; NULL: none. */
json_t *kept_own_keys(struct ctx *c, const struct config *k);

/* --- follow.c --- */
int follow(struct ctx *c, const char *url, const char *folder, const char *key, int64_t every,
           int64_t max_age);

#endif
