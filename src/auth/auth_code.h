/*
 * Codes of six digits by mail, where a site allows them (sign_in_codes): to sign in without a
 * password, and to show that an address is one's own.  A code is good once, for ten minutes and
 * five tries; the table holds a keyed hash.  Letters wait sealed in a table until a thread of the
 * server sends them.
 */
#ifndef AUTH_AUTH_CODE_H
#define AUTH_AUTH_CODE_H

#include "auth/auth.h"
#include "mail/mail.h"

enum { CODE_SECONDS = 600, CODE_TRIES = 5, CODE_DIGITS = 6 };
enum code_purpose { CODE_SIGN_IN = 1, CODE_ADDRESS = 2 };

/* Makes one, in place of an older, and puts the letter out.  E_LIMIT: too many lately. */
int auth_code_send(struct ctx *c, int64_t account, enum code_purpose purpose, const char *address);
/* *right: it was the code that went to *address, which is used up now. */
int auth_code_try(struct ctx *c, int64_t account, enum code_purpose purpose, const char *typed,
                  bool *right, const char **address);
/* Who signs in by codes under this number: account 0 nobody. */
int auth_code_who(struct ctx *c, const char *number, int64_t *account, const char **address);
int auth_email_verify(struct ctx *c, int64_t account, const char *address);     /* E_CONFLICT: it
                                                                                   changed */
int auth_email_verified(struct ctx *c, int64_t account, bool *is);

/* A letter to the citizen whose checked number this is, where a mail server is configured and the
 * address was checked, too; else nothing. */
int auth_tell(struct ctx *c, const char *number, const char *subject, const char *text);
/* Puts a letter out, sealed, with the transaction.  E_SYS: it is longer than letters are. */
int auth_mail_put(struct ctx *c, const struct mail *m);

/* --- for the thread that sends --- */
struct letter { int64_t id, next_at, tries; struct mail mail; };        /* mail.to NULL: too old */
bool auth_mail_due(struct ctx *c);      /* reads alone */
/* At most `max`, ours for the next minute or longer. */
int auth_mail_take(struct ctx *c, size_t max, struct letter *out, size_t *n);
int auth_mail_done(struct ctx *c, int64_t id);

#endif
