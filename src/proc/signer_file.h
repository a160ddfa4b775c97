/*
 * The file of keys (docs/operator/signing.md): which keys there are, whose they are and where they
 * lie.  Faults are told as `path:line:column: sentence`.  Only the signer reads it.
 */
#ifndef PROC_SIGNER_FILE_H
#define PROC_SIGNER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "sign/sign.h"

enum key_field {
    KEY_NAME,
    KEY_USE,                    /* document (default), claim or seal */
    KEY_AGENCY,                 /* code of the agency whose key it is */
    KEY_PERSON,                 /* login of the officer whose key it is */
    KEY_FILE,                   /* private key, PEM */
    KEY_PASSPHRASE_FILE,
    KEY_MODULE,                 /* PKCS#11 module; then token, label, pin-file */
    KEY_TOKEN,
    KEY_LABEL,
    KEY_PIN_FILE,
    KEY_CERTIFICATES,           /* PEM: its own first, then those above it */
    KEY_PUBLIC,                 /* PEM public key of a retired claim or seal key */
    KEY_RETIRED,                /* yes: signs no more, its public key is still published */
    KEY__COUNT,
};

struct key_row {
    const char *field[KEY__COUNT];      /* "" not given; files as paths from the working folder */
    size_t line[KEY__COUNT], column[KEY__COUNT];
    enum sign_use use;
    bool bare;                          /* a key without a certificate: claims and seals */
    bool retired;
};

struct key_file {
    struct arena *a;
    const char *path;
    struct buf *faults;
    struct key_row *row;
    size_t n;
    bool good;
};

/* False: `faults` holds a line for each. */
bool key_file_read(struct arena *a, const char *path, struct buf *faults, struct key_file *out);

/* A fault at a field of a row; "" for the row itself. */
void key_file_fault(struct key_file *f, const struct key_row *r, enum key_field field,
                    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
