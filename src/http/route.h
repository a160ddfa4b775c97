/*
 * The route table's row.  Everything that must hold before a handler runs is a column here; a row
 * with a column unset keeps the program from starting.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stdbool.h>

#include "http/class.h"
#include "http/params.h"
#include "http/perm.h"

enum method { METHOD_UNSET, GET, POST, METHOD__COUNT };     /* HEAD is served by GET rows */

enum where {
    RUN_UNSET,
    RUN_HERE,       /* on the socket's thread, no database: c->db is NULL */
    RUN_INLINE,     /* short indexed reads: SQLite on the socket's thread, else on a read lane */
    RUN_READ_LANE,  /* searches, exports, reports, papers; E_WRITES as below: a number is taken */
    RUN_READ_FIRST, /* as RUN_INLINE; E_WRITES sends it to the write lane after all */
    RUN_WRITE_LANE, /* every change */
    RUN_ASIDE,      /* a POST that changes files alone: on a worker, c->db is NULL */
};

enum body {
    BODY_UNSET,
    BODY_NONE,
    BODY_FORM,      /* 64 KiB */
    BODY_EFORM,     /* 256 KiB */
    BODY_JSON,      /* 256 KiB */
    BODY_PART,      /* 1 MiB of a file (application/octet-stream): c->req->body */
    BODY_LOOK,      /* one file, multipart, that is looked at and kept nowhere: upload_look() */
    BODY_UPLOAD,    /* 20 files of 20 MiB, multipart, streamed to the store; or a form of 256 KiB */
};

enum sees { SEES_UNSET, SEES_NOBODY, SEES_PERSON /* the read is logged before the page leaves */ };

/* FACE_SCRIPT: what the scripts of our own pages ask: who asks is known by the session's cookie,
 * answers are JSON, and a POST shows its CSRF token in the head X-CSRF-Token. */
enum face {
    FACE_UNSET, FACE_PORTAL, FACE_DESK, FACE_ADMIN, FACE_API, FACE_FILE, FACE_SCRIPT
};

/* Whose work delays whom: hashing a password has two lines of one thread each, so that strangers
 * who guess never hold up officers, and no more than two hashes are made at a time. */
enum line { LINE_WORK, LINE_STRANGER, LINE_KNOWN, LINE__COUNT };

struct route {
    enum method method;
    const char *path;               /* "/can-bo/ho-so/{code}/buoc"; {name} matches one segment */
    enum perm perm;
    enum where where;
    enum body body;
    enum sees sees;
    enum face face;                 /* which frame the pages (and error pages) have */
    const struct param *in;         /* up to K_END; IN_NONE for none */
    int (*prepare)(struct ctx *c);  /* optional: slow work before the lane; reads, no transaction */
    bool outward;                   /* prepare asks other servers: without a database, on threads of
                                     * its own; a GET that they send back here may change things */
    enum line (*line)(struct ctx *c);   /* of prepare; NULL: LINE_WORK */
    bool quick;                     /* prepare is short: on the socket's thread where reads are */
    int (*run)(struct ctx *c);      /* inside the row's transaction; OK or rc */
    int (*page)(struct ctx *c);     /* POST pages: shows the page again on invalid input */
    bool early;                     /* also while who asks has yet to set up a second factor */
    bool away;                      /* GET: also runs while the database is away, c->db NULL then */
    enum route_class limit;         /* CLASS_UNSET: as class_of() finds */
    const char *about;              /* one English sentence, for `motcua routes` and OpenAPI */
};

extern const struct param IN_NONE[];

/* Order of run(): inputs - CSRF (POST but FACE_API) - idempotency (POST) - transaction - handler -
 * audit - commit or roll back - status and page.  See site/serve.c. */

#endif
