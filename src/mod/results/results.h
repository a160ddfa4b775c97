/*
 * Statutory printed forms of the one-stop: which set holds on a day, and the forms as sheets of A4.
 * The hub fills struct sheet with facts; this slice knows how the law wants them laid out.
 * Nothing here reads a table; results, numbers and signatures come with their own issue.
 *
 * Source:    TT 01/2018/TT-VPCP (six forms), TT 03/2025/TT-VPCP Phụ lục I (seven); layout NĐ
 * 30/2020. Lifetime:  texts live in the request's arena.
 */
#ifndef MOD_RESULTS_RESULTS_H
#define MOD_RESULTS_RESULTS_H

#include "base/ctx.h"
#include "base/date.h"

enum form {
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
    const char *title;  /* N_() in capitals as printed */
    const char *suffix; /* of the document number: "/TNHS" */
};
struct form_set {
    day from;
    const char *basis; /* "Thông tư 03/2025/TT-VPCP" */
    struct form_name forms[FORM__COUNT];
};
/* The set in force on the day of reception; never NULL. */
const struct form_set *results_forms(day received);
/* The form that carries this number in the set, or FORM__COUNT. */
enum form results_form_by_number(const struct form_set *s, const char *number);

/* --- what a sheet says --- */
struct sheet_paper {
    const char *name, *form, *note;
    int originals, copies;
};
struct sheet_item {
    const char *what, *why;
};
struct sheet_hand {
    const char *from, *to, *at, *person, *timing, *note;
};
struct sheet_row { /* of the register */
    const char *code, *procedure, *applicant, *owner, *unit, *received, *due, *returned, *note;
};
struct sheet {
    const struct form_set *set;
    enum form form;
    const char *parent, *agency, *place, *number;
    day date;
    const char *code, *procedure, *officer, *hotline;
    const char *name, *person_number, *address, *phone, *email, *owner;
    const char *limit, *received, *due, *delivery, *new_due, *reason, *ground, *fee, *stage;
    const char *qr;   /* address that the QR code holds; NULL none */
    const char *copy; /* N_() "Liên: Giao người nộp" */
    bool voided;      /* an older print of a corrected receipt */
    struct sheet_paper *papers;
    size_t papers_n;
    struct sheet_item *items;
    size_t items_n;
    struct sheet_hand *hands;
    size_t hands_n;
    struct sheet_row *rows;
    size_t rows_n;
};
int results_sheet(struct ctx *c, const struct sheet *s); /* the whole page */
const char *results_day(struct ctx *c, day d);           /* "ngày 22 tháng 11 năm 2026" */

#endif
