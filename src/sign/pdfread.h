/*
 * The least that signatures need to know of a PDF (ISO 32000-1, 7.2 and 7.3): values as spans of
 * the file's bytes, dictionaries, objects found by walking through the file.  Nothing is
 * decompressed, nothing is copied; every step is bounded by the file and by PDF_DEPTH.
 *
 * Pure; only src/sign includes it.
 */
#ifndef SIGN_PDFREAD_H
#define SIGN_PDFREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { PDF_DEPTH = 32, PDF_OBJECTS_MAX = 200000, PDF_BROKEN_MAX = 16, PDF_SIZE_MAX = 256 << 20 };

enum pdf_type {
    PDF_NULL,
    PDF_BOOL,
    PDF_INT,
    PDF_REAL,
    PDF_NAME,
    PDF_TEXT,                   /* (...) */
    PDF_HEX,                    /* <...> */
    PDF_ARRAY,
    PDF_DICT,
    PDF_REF,
};

struct pdf_value {
    enum pdf_type type;
    size_t at, end;             /* its bytes in the file, both brackets included */
    int64_t n;                  /* of PDF_INT; the object's number of PDF_REF */
    int gen;                    /* of PDF_REF */
};

/* What this thread may still read, counted as often as it is read; INT64_MAX: no bound.  Once it is
 * spent nothing can be read any more, so that every loop ends. */
void raw_budget(int64_t bytes);
bool raw_spent(void);

size_t raw_space(struct bytes in, size_t at);           /* past white space and comments */
bool raw_word(struct bytes in, size_t *at, const char *word);   /* space, then exactly that */

/* The value that begins at `at` or after white space there.  False: there is none, or it is broken
 * or nested too deep. */
bool raw_read(struct bytes in, size_t at, struct pdf_value *out);

/* Entries of a dictionary (as read) in order: start with *pos = 0. */
bool raw_entry(struct bytes in, const struct pdf_value *dict, size_t *pos, struct pdf_value *key,
               struct pdf_value *v);
/* Elements of an array alike. */
bool raw_item(struct bytes in, const struct pdf_value *array, size_t *pos, struct pdf_value *v);

/* 1 found; 0 not there; -1 there more than once: which one counts is nobody's guess. */
int raw_get(struct bytes in, const struct pdf_value *dict, const char *name, struct pdf_value *v);
bool raw_name_is(struct bytes in, const struct pdf_value *v, const char *name);
/* /Type /Sig ...: has it this name there, once? */
bool raw_is(struct bytes in, const struct pdf_value *dict, const char *key, const char *name);
bool raw_same(struct bytes in, const struct pdf_value *x, const struct pdf_value *y);   /* bytes */

int raw_hex(uint8_t ch);                /* the value of a hex digit; -1: it is none */
/* A text as UTF-8 (UTF-16 with its mark, UTF-8, else Latin-1 as an approximation), at most
 * `max` bytes; control characters become spaces.  "" unless it is PDF_TEXT or PDF_HEX. */
char *raw_text(struct arena *a, struct bytes in, const struct pdf_value *v, size_t max);
/* The bytes of PDF_HEX or PDF_TEXT; n 0 otherwise. */
struct bytes raw_octets(struct arena *a, struct bytes in, const struct pdf_value *v);

/* --- the file from front to back --- */

enum pdf_part {
    PART_OBJECT,                /* N G obj ... endobj */
    PART_XREF,                  /* xref ... trailer <<...>> */
    PART_START,                 /* startxref N */
    PART_OTHER,                 /* bytes that are none of these: up to where something begins */
    PART_END,
};

struct pdf_piece {
    enum pdf_part part;
    size_t at, end;
    int64_t number;             /* of the object; the offset of PART_START */
    int gen;
    struct pdf_value value;     /* of the object; the trailer of PART_XREF */
    bool stream;
    bool broken;                /* PART_OTHER that began like an object or a table */
};

/* The piece at *at or after white space there, and *at past it. */
enum pdf_part raw_next(struct bytes in, size_t *at, struct pdf_piece *out);

struct pdf_list {
    struct pdf_piece *p;
    size_t n;
    bool over;                  /* too many pieces or too broken: the rest was not read */
};
void raw_walk(struct arena *a, struct bytes in, struct pdf_list *out);

#endif
