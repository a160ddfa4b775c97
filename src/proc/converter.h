/*
 * Inside of motcua-convert, the program that reads foreign files; see src/convert/README.md.
 * The zygote (converter.c) forks a child a job; the child walls itself in (converter_sandbox.c),
 * does the job (converter_job.c) and writes its answer.  A function that can fail gives a word of
 * convert/reasons.c, or NULL when all is well.
 */
#ifndef PROC_CONVERTER_H
#define PROC_CONVERTER_H

#include <leptonica/allheaders.h>

#include "base/arena.h"
#include "convert/wire.h"

enum kind { KIND_NONE, KIND_JPEG, KIND_PNG, KIND_HEIC, KIND_PDF };

/* One input, mapped: a file that shrinks meanwhile ends the child with SIGBUS. */
struct input {
    const uint8_t *p;
    size_t n;
    enum kind kind;
};

struct job {
    struct wire_job w;
    struct arena *a;
    struct input in[CONVERT_FILES_MAX];
    int out;                            /* memfd of the result */
    const char *mime;
    int pages;
    json_t *details;
};

/* --- converter_sandbox.c --- */
/* The zygote, before it is given anything: no new rights, no network, no secrets.  The words of
 * what the machine allowed. */
void sandbox_zygote(char *words, size_t size);
/* When all libraries have what they need: from here on only fonts and their like can be opened, to
 * read, where the machine has Landlock (children open nothing where not).  False: it failed. */
bool sandbox_files(void);
/* The child, before the first byte of a file.  False: it must not go on. */
bool sandbox_child(const struct wire_job *w);
json_t *sandbox_probe(void);            /* what a child can do that it should not, tried */

/* --- converter_job.c --- */
/* All of the child: inputs from descriptor 5 on, answer 3, result 4. */
enum { FD_ANSWER = 3, FD_OUT = 4, FD_IN = 5 };
int job_run(const struct wire_job *w);

/* --- converter_kind.c --- */
const char *kind_of(struct input *in);          /* by content; sets in->kind */
const char *kind_word(enum kind k);
const char *kind_mime(enum kind k);

/* --- converter_image.c --- */
enum { IMAGE_WIDE = 30000, IMAGE_MEGAPIXELS = 120, IMAGE_NARROW = 16 };
struct image_facts {
    int width, height, turned;                  /* as stored; quarter turns to the right */
};
const char *image_look(const struct input *in, struct image_facts *f);  /* heads only */
/* Upright, 8 or 32 bits; when it is larger than `side`, it may be made smaller down to that. */
const char *image_load(const struct input *in, int side, PIX **out);
double image_skew(PIX *p);                      /* degrees, clockwise; 0: none, or not sure */
PIX *image_straight(PIX *p, double skew);       /* a new one */
bool image_blank(PIX *p);
PIX *image_even(PIX *p);                        /* paper lit evenly, its grains gone; a new one */
const char *image_jpeg(struct job *j, PIX *p, int quality, struct bytes *out);

/* --- converter_pdf.c: qpdf --- */
struct pdf_facts {
    int pages;
    json_t *active;                             /* words of what is taken out */
};
/* Pages `from`..`to` (0, 0: all) of `in`, without anything active, in *out (may be NULL). */
const char *pdf_clean(struct job *j, const struct input *in, int from, int to,
                      struct pdf_facts *f, struct bytes *out);
const char *pdf_join(struct job *j, const struct bytes *parts, size_t n, struct bytes *out);
void pdf_of_jpeg(struct arena *a, const struct bytes *jpeg, int width, int height, bool grey,
                 struct bytes *out);

/* --- converter_page.c: pictures of pages --- */
struct document;
void page_preload(void);
const char *document_open(struct job *j, struct input *in, struct document **out);
int document_pages(const struct document *d);
/* The page in millimetres; a photo counts as A4 across its longer side. */
void document_size(const struct document *d, int page, double *width, double *height);
const char *document_page(struct document *d, int page, double dpi, int side, PIX **out);

/* --- converter_read.c, converter_codes.c --- */
void read_preload(void);
const char *read_page(struct job *j, PIX *p, int page, json_t **out, struct buf *text);
json_t *codes_on(PIX *p);

#endif
