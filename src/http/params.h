/*
 * Declared inputs: a field that a route row does not list does not exist.  The gate reads them
 * before the handler runs, refuses with every wrong field named, and keeps what was typed.
 */
#ifndef HTTP_PARAMS_H
#define HTTP_PARAMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ctx.h"
#include "base/date.h"

enum kind {
    K_END,              /* ends the list */
    K_TEXT,             /* one line, tidied (vi_tidy); min/max in characters */
    K_LINES,            /* several lines; min/max in characters */
    K_SECRET,           /* as typed, not tidied, never shown again: passwords */
    K_INT,              /* min..max */
    K_BOOL,             /* a checkbox: present is true */
    K_ENUM,             /* one of `words`; the value is its index */
    K_ENUMS,            /* any of `words` (repeated field); the value is a bit set */
    K_DATE,             /* YYYY-MM-DD or DD/MM/YYYY */
    K_MOMENT,           /* YYYY-MM-DDTHH:MM in Vietnam's clock */
    K_MONEY,            /* whole đồng; dots and spaces are dropped */
    K_PERSONAL_NUMBER,  /* 12 digits, checked */
    K_PHONE, K_EMAIL,
    K_CODE,             /* code of an agency, procedure or role: [0-9A-Za-z._-], at most 40 */
    K_CODES,            /* any number of them (repeated field): in order, a space between */
    K_DOSSIER_CODE,     /* rules.md 2.2 */
    K_TOKEN,            /* base64url, at most 64: drafts, cursors, sessions */
    K_FILES,            /* uploads of this name ("": all of the body): see in_files() */
    K_EFORM,            /* all the e-form's inputs of the body: see in_form() */
    K_JSON,             /* the whole body as a JSON object (API); other kinds read its members */
};

struct param {
    const char *name;       /* {name} of the path, query (GET) or body (POST) */
    enum kind kind;
    bool required;
    bool number;            /* a person's number may be typed: sealed in addresses (auth/typed.h) */
    int64_t min, max;       /* K_TEXT K_LINES: characters (max 0: 200, 4,000); K_INT K_MONEY: value,
                             * without an upper end when max is 0 */
    const char *const *words;       /* K_ENUM: up to NULL */
    const char *label;      /* N_() name of the field for the list of faults */
    const char *say;        /* N_() sentence when it is wrong; NULL: a general one of its kind */
};

/* For the gate: reads the row's inputs into c->in, except K_FILES.  OK or E_INVALID with every
 * wrong field in c->faults.  params_files() follows when the uploads are in the store. */
int params_read(struct ctx *c);
int params_files(struct ctx *c);

/* Reading, by index in the row's list; the gate has checked them. */
bool in_has(const struct ctx *c, int i);
/* "" when absent; the canonical form (phone, code, date as ISO). */
const char *in_text(const struct ctx *c, int i);
/* K_INT K_BOOL K_ENUM K_ENUMS K_MONEY K_MOMENT (UTC seconds); 0 when absent. */
int64_t in_int(const struct ctx *c, int i);
day in_date(const struct ctx *c, int i);
const json_t *in_json(const struct ctx *c, int i);

/* An upload: content is already in the store, typed by content; see K_FILES. */
struct upload {
    const char *field, *name;   /* name as sent, tidied, at most 120 characters, no path */
    const char *mime;           /* by content (libmagic) */
    int64_t size;
    const char *sha256;         /* 64 hex digits: its name in the store */
};
size_t in_files(const struct ctx *c, int i, const struct upload **out);

/* The raw name/value pairs of the body (or query of a GET), for e-forms: valid UTF-8, bounded. */
struct pair { const char *name, *value; };
size_t in_form(const struct ctx *c, const struct pair **out);

/* A dossier's code as K_DOSSIER_CODE reads it, in large letters. */
bool params_dossier_code(const char *s);

/* What was typed in a field by its name, to show it again; NULL when nothing (or a secret). */
const char *in_typed(const struct ctx *c, const char *name);

#endif
