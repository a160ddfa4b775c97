/*
 * Where in a page of HTML we are: the small machine by which pagec chooses how to escape a value,
 * and refuses what the content security policy forbids.  It knows only what a page of ours may
 * hold; anything else is an error of the template, found while compiling.
 */
#ifndef TOOLS_MARKUP_H
#define TOOLS_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

enum place {
    AT_TEXT, AT_TAG_OPEN, AT_TAG_NAME, AT_CLOSE_NAME, AT_TAG, AT_ATTR_NAME, AT_AFTER_NAME,
    AT_EQUALS, AT_VALUE, AT_UNQUOTED, AT_DECLARATION, AT_RCDATA, AT_RAW,
};

enum url { URL_NOT, URL_START, URL_PART, URL_ADDRESS /* after mailto: or tel: */ };

struct markup_at {
    enum place place;
    enum url url;
    char quote;
    bool closing;           /* inside </name ...> */
    bool glued;             /* an attribute just ended at a directive: white space must follow */
    char tag[24], attr[40];
    char scheme[16];        /* first characters of a URL, while they may still be a scheme */
    char tail[16];          /* last characters, to see "</textarea" */
};

/* Moves over one character; returns NULL, or the sentence that refuses it. */
const char *markup_step(struct markup_at *m, char ch);

/* A directive ({% or {{) starts here: ends an attribute name without a value.  NULL or refusal. */
const char *markup_directive(struct markup_at *m);

/* May a value stand here?  NULL, or the sentence that refuses it. */
const char *markup_value_fits(const struct markup_at *m);

/* After a value was written. */
void markup_value_done(struct markup_at *m);

bool markup_same(const struct markup_at *a, const struct markup_at *b);
bool markup_keeps_space(const struct markup_at *m);     /* in a value or an element like textarea */

#endif
