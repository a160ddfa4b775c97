/*
 * Translation.  Vietnamese is the source language: the text itself is the key.  What po/en.po does
 * not translate stays Vietnamese; a test fails on it, a citizen never sees a key.
 *
 * The program's own texts are compiled in (po/en.po); a catalogue brings its own en.po, read at
 * run time.  Format: gettext's .po with msgid and msgstr; no plurals, no contexts.
 *
 * Lifetime:  what tr() returns is the literal given or compiled-in text: for ever.
 * Threads:   any; a struct po is read-only after po_load().
 */
#ifndef BASE_PO_H
#define BASE_PO_H

#include <stddef.h>

#include "base/ctx.h"

/* The text in the language of the request.  vi: a literal, marked by this very call for
 * extraction, or a text that N_() marked where it was written. */
const char *tr(const struct ctx *c, const char *vi);

/* The same in a language: for jobs and commands that have no request. */
const char *tr_lang(enum lang lang, const char *vi);

/* A translated text with places {0} ... {9}, filled with texts, in the arena.  It is plain text:
 *   trf(c, N_("Hồ sơ {0} hẹn trả ngày {1}"), d->code, date_vi(c->a, d->due))            */
#define trf(c, vi, ...)                                                                     \
    po_fill((c)->a, tr((c), (vi)), (const char *const[]){__VA_ARGS__},                      \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
char *po_fill(struct arena *a, const char *text, const char *const *args, size_t n);

/* --- a catalogue's own file --- */
struct po;

/* NULL when the file is wrong: *line and *say (English, for an operator) tell where and why.
 * The table lives in the arena and points into copies of the text. */
struct po *po_load(struct arena *a, const char *text, int *line, const char **say);
const char *po_get(const struct po *p, const char *vi);     /* NULL: not translated */

/* All entries, sorted by vi. */
struct po_entry { const char *vi, *en; };
const struct po_entry *po_entries(const struct po *p, size_t *n);

/* --- the compiled-in table, made by tools/po --- */
extern const struct po_entry po_en[];       /* sorted by vi */
extern const size_t po_en_count;

#endif
