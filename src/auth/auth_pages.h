/* What the pages of sign-in, registration and own settings show. */
#ifndef AUTH_AUTH_PAGES_H
#define AUTH_AUTH_PAGES_H

#include "auth/auth_key.h"
#include "auth/second.h"
#include "html/page.h"
#include "html/parts.h"

struct provider_choice { const char *name; struct url href; };

struct sign_in_view {
    bool officer;
    bool may_register;          /* the site lets citizens make accounts of its own */
    const char *action;         /* where the form goes */
    const char *back;           /* where to go afterwards; "" the usual place */
    const struct provider_choice *providers;    /* who else may say who it is */
    size_t n;
    int level;                  /* that is needed where one goes; 0 any */
    bool codes;                 /* a code by mail opens an account here, too */
    const char *login;          /* filled in already; "" not */
    const char *names[NAMES_MAX];       /* who was at this counter before */
    size_t names_n;
};


struct settings_view {
    const struct account *account;
    const struct session_row *sessions;
    size_t n;
    int64_t current;            /* session of this browser */
    const struct choice *ends;  /* the others, and all of them */
    size_t ends_n;
    bool fresh;                 /* signed in just now: asked where there is no password */
    const char *base;           /* "/tai-khoan" or "/can-bo/tai-khoan" */
    bool temporary;             /* the password is to be changed */
    bool password;              /* the account has one */
    bool codes;                 /* this site sends codes by mail */
    struct second second;
    const struct account_event *events;
    size_t events_n;
    const struct token_row *tokens;
    size_t tokens_n;
};

struct second_view {
    struct second second;
    bool required;              /* by a role */
    bool lacks;                 /* and nothing that it has is of the kinds `asked` for */
    int64_t asked;              /* bits of enum second_kind */
    const struct security_key *keys;
    size_t keys_n;
    bool keys_open;             /* this site's address lets browsers use them */
    struct markup qr;           /* of the pending secret */
    const char *secret;         /* the same in letters, in groups; "" none pending */
    const char *const *codes;   /* recovery codes, shown once */
};

struct key_view {
    const struct security_key *key;     /* that is asked about */
    struct key_ask ask;                 /* for a new one */
    const char *sealed, *name;
    const struct account *account;
};

/* The second step of a sign-in. */
struct step_view {
    const char *back;
    bool totp, keys;            /* what serves */
    struct key_ask ask;
};

struct link_view {
    const struct account *account;
    const char *token;
    int64_t until;
};

const char *auth_safe_back(const char *back);           /* a place of ours, or "" */
const char *auth_home(const struct account *a);         /* where each finds the own work */
/* A session for this browser in the place of the one it has. */
int auth_open_session(struct ctx *c, int64_t account);

#endif
