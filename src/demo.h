/*
 * The demo city: accounts to sign in with, and dossiers in different states that the program itself
 * received and processed, some days ago and one across the reform of 01/07/2025.  Made by
 * `motcua init --demo DIR`; what is there already stays, so it may be run again.
 *
 * DIR holds answers/CODE.json (inputs of e-forms as people type them) and procedures/ (packages as
 * they were before the reform).
 */
#ifndef DEMO_H
#define DEMO_H

#include "base/ctx.h"
#include "http/store.h"
#include "site/site.h"

enum demo_who { DEMO_CITIZEN, DEMO_INTAKE, DEMO_SPECIALIST, DEMO_LEADER, DEMO_ADMIN, DEMO_DISTRICT,
                DEMO__COUNT };

struct demo {
    struct ctx *c;              /* its site has the snapshots */
    const char *folder;
    struct store *store;
    struct services with;       /* store, signer and trust, as a server has them */
    int64_t account[DEMO__COUNT];
    bool fresh;                 /* the accounts were made just now */
};

/* Makes the accounts and prints `demo account ROLE LOGIN PASSWORD NAME` for each. */
int demo_accounts(struct demo *d);
/* A root that nobody else believes, and keys of it for ward, city, their officers and the codes
 * on papers: DATA/signing (docs/operator/signing.md). */
int demo_signing(struct demo *d);
/* A leader (c->account) signs what the dossier ends with; facts: JSON over what is filled in. */
int demo_result(struct ctx *c, const char *code, const char *template, const char *facts);
/* Plays the dossiers; only when there is none yet. */
int demo_story(struct demo *d);

#endif
