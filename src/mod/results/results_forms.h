/*
 * Statutory printed forms of the one-stop: which set holds on a day, the numbers of what is
 * printed, and the forms as PDF.  The hub fills struct sheet with facts; this slice knows how the
 * law wants them laid out.
 *
 * A number is given once to (dossier, form, occurrence) and stays: printing again says the same.
 * Numbers of an agency, form and year have no gap.
 *
 * Source:    TT 01/2018/TT-VPCP (six forms), TT 03/2025/TT-VPCP Phụ lục I (seven); layout NĐ
 *            30/2020.
 * Tables:    form_number, form_series.
 * Lifetime:  texts and bytes live in the request's arena.
 */
#ifndef MOD_RESULTS_FORMS_H
#define MOD_RESULTS_FORMS_H

#include "base/ctx.h"
#include "base/date.h"

enum form { /* stored: never renumbered */
            FORM_RECEIPT,
            FORM_SUPPLEMENT,
            FORM_REFUSAL,
            FORM_APOLOGY,
            FORM_STOP,
            FORM_CONTROL,
            FORM_REGISTER,
            FORM__COUNT
};

struct form_name {
    const char *number; /* "01"; NULL: this set has no such form */
    const char *title;  /* as printed; "\n" where the law breaks it */
    const char *suffix; /* of the document number: "/TNHS"; "" it has none */
};
struct form_set {
    day from;
    const char *basis; /* "Thông tư 03/2025/TT-VPCP" */
    const char *desk;    /* who receives: what the set calls the one-stop */
    const char *promise; /* of the apology, before the new day */
    struct form_name forms[FORM__COUNT];
};
/* The set in force on the day of reception; never NULL. */
const struct form_set *results_forms(day received);
/* The form that carries this number in the set, or FORM__COUNT. */
enum form results_form_by_number(const struct form_set *s, const char *number);

/* --- numbers --- */
struct form_key {
    int64_t dossier;
    enum form form;
    int64_t occurrence; /* the print of a receipt, the number of a request; 1 where there is one */
};
struct form_number {
    int64_t seq, year, given_at; /* seq 0: not given */
};
/* OK; *out has seq 0 when none was given yet. */
int results_form_number(struct ctx *c, const struct form_key *k, struct form_number *out);
/* On the write lane: gives it unless it has one.  `on`: the day that the paper bears. */
int results_form_give(struct ctx *c, const struct form_key *k, int64_t agency, day on,
                      struct form_number *out);
/* For `motcua check --deep`: says a line for each series that has a gap; *found counts them. */
int results_forms_verify(struct ctx *c, void (*say)(void *to, const char *line), void *to,
                         int64_t *found);

/* --- what a sheet says --- */
struct sheet_paper {
    const char *name, *note;
    int originals, certified, copies; /* how many; 0: none */
};
struct sheet_item {
    const char *what, *why;
};
struct sheet_hand {
    const char *from, *to, *at, *giver, *taker, *timing, *note;
};
struct sheet_row { /* of the register */
    const char *code, *procedure, *sets, *applicant, *contact, *unit, *received, *due, *returned,
        *delivery, *note;
};
struct sheet {
    const struct form_set *set;
    enum form form;
    const char *parent, *agency; /* the two lines of the head */
    const char *issuer;          /* the same in a sentence */
    const char *place, *hotline;
    struct form_number number;
    day date;
    const char *code, *procedure, *officer;
    const char *name, *person_number, *address, *phone, *email, *owner;
    const char *limit, *received, *due, *reckoning, *delivery, *new_due, *reason, *ground, *fee,
        *stage, *partners;
    const char *helped;    /* who helped to hand it in, what the person confirmed; NULL nobody */
    const char *replaces;  /* "số 12/TNHS ngày 22/11/2026": the print that this one takes away */
    const char *sealed;    /* what the sealed log says of it, a sentence; NULL: nothing yet */
    const char *qr;        /* address that the QR code holds; NULL none */
    const char *watermark; /* NULL none */
    struct sheet_paper *papers;
    size_t papers_n;
    struct sheet_item *items;
    size_t items_n;
    struct sheet_hand *hands;
    size_t hands_n;
    struct sheet_row *rows;
    size_t rows_n;
    const char *rest; /* register: said at the end when rows were left out; NULL */
};
int results_sheet(struct ctx *c, const struct sheet *s, struct bytes *pdf);
const char *results_day(struct ctx *c, day d); /* "ngày 22 tháng 11 năm 2026" */
/* "12/TNHS"; "" without a number. */
const char *results_form_label(struct ctx *c, const struct form_set *set, enum form form,
                               const struct form_number *n);

#endif
