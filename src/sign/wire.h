/*
 * What client and signer say to each other: one message a packet over a unix socket pair
 * (SOCK_SEQPACKET).  A request asks for little: a key by name and 32 bytes (documents), or the text
 * of a claim.  The signer makes the signed attributes itself, so it can be made to sign nothing but
 * a CMS signature of a document, a claim of ours or a head of our log.
 *
 * Both ends are the same program: host byte order, sizes checked.
 */
#ifndef SIGN_WIRE_H
#define SIGN_WIRE_H

#include <stdint.h>

#include "sign/note.h"

enum { WIRE_NAME = 64, WIRE_ASK = 320, WIRE_TELL = 64 * 1024, WIRE_FD = 3, WIRE_KEYS_MAX = 20000 };

enum wire_op {
    WIRE_HELLO,                 /* from the signer, unasked, when it is ready: number of keys */
    WIRE_KEY,                   /* number -> JSON that tells about it */
    WIRE_CERTIFICATES,          /* name -> DER of its certificates */
    WIRE_DOCUMENT,              /* name, SHA-256 of a document -> signature over the attributes */
    WIRE_CLAIM,                 /* name, text of a claim -> r and s */
    WIRE_SEAL,                  /* name, text of a head of the log -> SEQUENCE { r, s } */
};

enum wire_rc {
    WIRE_OK,
    WIRE_UNKNOWN,               /* there is no such key */
    WIRE_EXPIRED,               /* its certificate is not valid any more, or not yet */
    WIRE_USE,                   /* it is for something else, or retired */
    WIRE_BAD,                   /* the request is malformed */
    WIRE_FAILED,                /* the token or the library did not do it */
    WIRE_UNFILTERED,            /* of WIRE_HELLO: the calls of the signer cannot be filtered here */
};

struct wire_ask {
    uint32_t id;                /* never 0 */
    uint16_t op, n;             /* n: bytes used of p */
    char key[WIRE_NAME];
    uint8_t p[WIRE_ASK];
};

struct wire_head {              /* of an answer; n bytes follow */
    uint32_t id;
    uint16_t op, rc;
    uint32_t n;
};

struct wire_tell {
    struct wire_head head;
    uint8_t p[WIRE_TELL];
};

#define WIRE_CLAIM_HEAD "MC1."  /* a claim to be signed begins so; CMS attributes never do */
#define WIRE_SEAL_LINE NOTE_NAME "\n"   /* the first line of a head to be signed ends so */

#endif
