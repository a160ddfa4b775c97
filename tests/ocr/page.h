/* A birth certificate drawn by pango and spoilt as a cheap scanner does; the same every time. */
#ifndef TESTS_OCR_PAGE_H
#define TESTS_OCR_PAGE_H

#include "base/arena.h"

struct page {
    const char *text;           /* what stands on it */
    struct bytes jpeg;
    int width, height;
};

void page_make(struct arena *a, double degrees, struct page *out);      /* A4, 200 dpi */
/* A QR code. */
void page_separator(struct arena *a, const char *code, double degrees, struct page *out);
void page_empty(struct arena *a, struct page *out);                     /* paper and grains */
void page_exif(struct arena *a, int orientation, struct page *page);    /* adds the word */
int page_fd(const struct page *p);                                      /* a memfd with the JPEG */

#endif
