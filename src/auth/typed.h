/*
 * A person's number typed into a search or a filter.  It leaves the browser in a POST; in the
 * address that follows, which the browser's history keeps, it stands as a sealed word (box.h) that
 * opens for the account that typed it and half a day.  Inputs say `number`; names and dossiers'
 * codes stay readable, so that an address may be kept and shared (docs/adr/0055).
 *
 * A page of such an input has a row of its own for the form: POST, RUN_READ_FIRST, .run = typed_go.
 */
#ifndef AUTH_TYPED_H
#define AUTH_TYPED_H

#include <stdbool.h>

#include "base/ctx.h"

/* Nine digits or more in a row, whatever stands between them, and not a dossier's code. */
bool typed_number(struct ctx *c, const char *text);
/* A typed text as an address may carry it: sealed when it is a number, else as it is. */
const char *typed_word(struct ctx *c, const char *text);

/* For the gate: what stands sealed in this GET's address is read as it was typed; a fault for each
 * word that does not open (any more). */
void typed_open(struct ctx *c);
/* For the gate: this GET's address says a number that anybody can read, so typed_go() answers. */
bool typed_plain(struct ctx *c);

#define TYPED_ABOUT "What was typed, to an address that says no number of a person"
/* 303 to this path by GET, with the row's inputs as they were sent and their numbers sealed. */
int typed_go(struct ctx *c);
int typed_go_to(struct ctx *c, const char *path);       /* to a path that is encoded already */

#endif
