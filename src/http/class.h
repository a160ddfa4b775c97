/*
 * What a route costs and how often one person may ask for it: each row is of one class, each class
 * has a limit in the configuration (limit_page ...).  Most follow from the row's other columns;
 * a row says it itself (`limit`) where they do not tell.
 */
#ifndef HTTP_CLASS_H
#define HTTP_CLASS_H

enum route_class {
    CLASS_UNSET,        /* of a row: as class_of() finds */
    CLASS_PAGE,         /* short reads */
    CLASS_SEARCH,       /* lists and searches on the lane of long reads */
    CLASS_WRITE,
    CLASS_UPLOAD,       /* files, and parts of them */
    CLASS_DOWNLOAD,     /* papers and pictures */
    CLASS_REPORT,       /* exports and statistics */
    CLASS_SIGN_IN,      /* passwords, codes and keys of those who are nobody yet */
    CLASS_API,          /* programs, by the token's account */
    CLASS__COUNT
};

/* Requests a minute, lasting, and at once; a_minute 0: no limit. */
struct class_limit { int a_minute, at_once; };

struct route;

enum route_class class_of(const struct route *row);
const char *class_word(enum route_class k);     /* "page" */

#endif
