/*
 * The journal of administration: every change by a page of administration, and every command that
 * writes, is an event in the chain of its lane (mod/audit/audit.h), stored with the change.
 */
#ifndef SITE_JOURNAL_H
#define SITE_JOURNAL_H

#include "http/route.h"

/* Among what was asked for: what it was before, by the same names. */
#define JOURNAL_BEFORE "before"

bool journal_wants(const struct route *row);
/* What was asked for, without secrets; numbers, telephones and addresses of persons are named, not
 * told. */
int journal_act(struct ctx *c);
struct flag;
/* Of a command: its words and its own flags. */
int journal_command(struct ctx *c, int argc, char **argv, const struct flag *flags);

#endif
