/* What the pages about results show; made by dossiers_result_desk.c, _many.c and _book.c. */
#ifndef MOD_DOSSIERS_RESULT_PAGES_H
#define MOD_DOSSIERS_RESULT_PAGES_H

#include "mod/dossiers/dossiers_result.h"

struct scan_choice { int seq; const char *name; bool on; };

struct result_view {
    struct result_work *w;
    const char *here;                   /* /can-bo/ho-so/CODE/ket-qua */
    struct choice *templates;
    size_t n_templates;
    struct choice *scans;               /* files of the dossier that a certified copy may show */
    size_t n_scans;
    bool scan;                          /* the template shows one */
    const char *scan_seq, *replaces;    /* chosen; number of the one that is replaced */
    const char *no_key;                 /* N_() why nobody can sign here; NULL */
    const char *signer_title;
    bool may_forward, may_decide;
    bool foreign;                       /* the number is no party's of the dossier */
    const char *declared;               /* why, as it was declared before; "" not yet */
    const struct choice *whys;          /* why that may be */
    size_t n_whys;
    const char *missing;                /* N_() the draft is not complete */
};

struct many_row {
    const char *code, *title, *holder, *procedure, *value, *problem, *why_not;
    bool signing;
};
struct many_view {
    struct many_row *rows;
    size_t n, ready;
    bool more, signing;                 /* not all are shown; one is being signed */
    const char *no_key, *signer_title;
};

struct book_view {
    const struct agency *agency;
    struct choice *units, *books, *years, *states;
    size_t n_units, n_books, n_years, n_states;
    struct result *rows;
    size_t n;
    const char *next;
    struct url csv;
    const char *title;                  /* "Sổ trich_luc năm 2026" */
};

struct issued_view {
    struct result r, by, old;           /* by, old: id 0 none */
    const char *agency;
    bool may_revoke;
    const struct choice *reasons;       /* to revoke it: what everybody will read */
    size_t n_reasons;
};

/* A field of the template as a field of the form. */
const struct field *result_field_look(struct ctx *c, const struct result_work *w,
                                      const struct template_field *f);
/* The name of a book for people: that of a template that writes into it. */
const char *result_book_name(struct ctx *c, const char *book);
enum tone result_tone(const struct result *r);

#endif
