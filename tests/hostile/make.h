/* Files that somebody could send to do harm, made here: none of them stands in the tree. */
#ifndef TESTS_HOSTILE_MAKE_H
#define TESTS_HOSTILE_MAKE_H

#include <stdbool.h>

#include "base/arena.h"

/* --- good ones, to start from --- */
struct bytes make_jpeg(struct arena *a, int width, int height);
struct bytes make_png(struct arena *a, int width, int height);
struct bytes make_heic(struct arena *a, int width, int height);        /* n 0: no encoder here */
struct bytes make_pdf(struct arena *a, int pages);                     /* text, by cairo */
struct bytes make_pdf_photo(struct arena *a);                          /* a JPEG in it */
/* Objects 1 to n (each "<<...>>" or "<<...>>stream...endstream"), with a cross reference. */
struct bytes make_pdf_of(struct arena *a, const struct bytes *objects, int n);

/* --- hostile ones --- */
struct hostile {
    const char *name;
    struct bytes (*make)(struct arena *a);
    const char *why;            /* words that are right; "" it is done; "*" either */
    const char *active;         /* done: what has to be told, and be gone afterwards; or NULL */
    bool picture;               /* harmful only when it is drawn */
};
extern const struct hostile HOSTILE[];
extern const size_t HOSTILE_N;

struct bytes bytes_of(struct arena *a, const char *text);
struct bytes bytes_join(struct arena *a, struct bytes x, struct bytes y);

#endif
