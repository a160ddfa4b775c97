/*
 * The types that the ready-made parts of pages (pages/components.html, pages/fields.html) take.
 * Texts marked (tr) are N_() literals or plain text that needs no translation; NULL is none.
 */
#ifndef HTML_PARTS_H
#define HTML_PARTS_H

#include "html/page.h"

/* What a state means to the person; each tone has a colour and a shape of its own. */
enum tone { TONE_PLAIN, TONE_GOOD, TONE_SOON, TONE_LATE, TONE_STOPPED, TONE_INFO, TONE__COUNT };

/* A field of a form.  What was typed comes back by itself, and the fault stands beside it. */
struct field {
    const char *name;           /* as declared in the route row's params; its id is f-<name> */
    const char *part;           /* of several forms with this input: its id is f-<name>-<part> */
    const char *label, *hint;   /* (tr) */
    const char *value;          /* shown when nothing was typed yet */
    const char *type;           /* "text" (default) "tel" "email" "password" "search" "url" */
    const char *inputmode;      /* "numeric", "decimal" ...: the telephone's keyboard */
    const char *autocomplete;   /* "name", "tel", "bday" ... */
    const char *prefix, *suffix;    /* (tr) "đ", "m²" */
    int width;                  /* 2 3 4 5 10 20 30 characters; 0 full */
    int rows;                   /* textarea; 0 is 5 */
    int64_t max;                /* characters; 0: no counter */
    bool optional;              /* says so in the label */
    bool heading;               /* the label or legend is the page's <h1> */
    bool small;                 /* desk and filters: compact label */
    bool inline_choices;        /* radios side by side */
    const struct choice *choices;   /* select, radios, checkboxes */
    size_t n;
    struct markup note;         /* markup below the hint */
};

struct choice {
    const char *value, *label, *hint;   /* label, hint: (tr) */
    bool on;                            /* checkboxes: chosen when nothing was typed yet */
    struct markup inside;               /* shown while this radio or checkbox is chosen */
};

/* A link of tabs, a chip of a filter. */
struct link {
    const char *label;          /* (tr) */
    struct url href;
    bool current;
    int64_t count;              /* -1: none shown */
    bool more;                  /* counting stopped there: "1.000+" */
};

/* A bar of a chart made of rows. */
struct bar { const char *label; int64_t value; enum tone tone; struct url href; };

/* Is it chosen: of a select or radios, and of checkboxes. */
bool html_chosen(struct ctx *c, const struct field *f, const struct choice *ch);
bool html_checked(struct ctx *c, const struct field *f, const struct choice *ch);
const char *html_tone(enum tone t);             /* "good", for class names */
const char *html_field_id(struct ctx *c, const struct field *f);    /* without its f- */
const char *html_described(struct ctx *c, const struct field *f);   /* aria-describedby, or NULL */
/* For the places of [[...{0}...|...]]. */
struct markup html_link(struct ctx *c, struct url href, const char *text);
struct markup html_strong(struct ctx *c, const char *text);
/* The sort asked for by ?sort=: 1 ascending "due", -1 descending "-due", 0 another column. */
int html_sort(struct ctx *c, const char *column);
/* An input for K_DATE: its value (ISO or as typed) is shown as 22/11/2026. */
const struct field *html_date_field(struct ctx *c, const struct field *f);
const char *html_share(struct ctx *c, int64_t part, int64_t of);    /* "96,1%", or a dash */
int64_t html_bars_most(const struct bar *bars, size_t n);       /* at least 1 */
const char *html_icon_url(struct ctx *c, const char *name);     /* "/a/icons-....svg#name" */

#endif
