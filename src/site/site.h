/*
 * What all requests share: the configuration and immutable snapshots.  Read-only while serving.
 */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/class.h"

struct config {                     /* one file, motcua.yaml; see config.c for every key */
    const char *db;                 /* sqlite:PATH, from the working folder, or postgresql://... */
    const char *db_password;        /* of PostgreSQL: a secret's place; "" none */
    const char *site_key;           /* a secret's place: 32 bytes */
    const char *data;               /* folder of uploads and keys; beside the file of SQLite */
    const char *home;               /* folder of the file that was read; "" the working folder */
    const char *number_keys;        /* file of keys of sealed numbers; "": in data */
    const char *store;              /* folder of papers, or s3://...; "": beside the key */
    const char *store_endpoint, *store_region, *store_secret, *store_spool;     /* of objects */
    int64_t store_cache;
    const char *catalogue;          /* folder that `init` imports from */
    const char *listen;             /* 127.0.0.1:8080 */
    const char *base_url;           /* public address, for links and QR codes */
    const char *site_name, *site_name_en, *hotline;
    const char *place;              /* before the date on printed forms: Hà Nội */
    const char *city;               /* root agency code: H26 */
    bool behind_proxy; /* trust X-Forwarded-For/-Proto from loopback; allows other listen addresses
                        */
    bool secure_cookies;            /* base_url is https */
    const char *clamd;              /* virus scanner: socket or HOST:PORT; "" none */
    bool scan_required;             /* what is not scanned is not shown to officers */
    int rescan_days;                /* so long contents are scanned again by newer signatures */
    const char *signing_keys;       /* the file of keys; "" nothing is signed here */
    const char *trust;              /* folder of roots and revocation lists; "" trusts nobody */
    const char *timestamp_url;      /* RFC 3161; "" none */
    bool signing_unfiltered;        /* sign where the signer's system calls cannot be filtered */
    bool timestamp_optional;        /* sign without a stamp when its server does not answer */
    int seal_seconds;               /* between two heads of the sealed log */
    const char *scan_folder;        /* of scanners, a folder an agency in it; "" none */
    int scan_sample, scan_wrong;    /* registers: per cent looked at again; wrong at the most */
    const char *identity;           /* the file of identity providers; "" none */
    bool sign_in_codes;             /* a local account may be entered by a code sent by mail */
    const char *mail_server, *mail_from, *mail_secret;
    bool local_accounts;            /* citizens may register with a password of this site */
    int io_threads, read_lanes, write_lanes, request_seconds, server_number;
    struct class_limit limit_address, limits[CLASS__COUNT];     /* of one address, of one person */
    int limit_guests;               /* strangers of one address share so many persons' limits */
    int64_t session_seconds, upload_max;
    int64_t session_absolute;       /* seconds after which one signs in anew, however busy */
    int64_t second_factor;          /* bits of the roles that must have one */
    int64_t second_factor_kinds;    /* of enum second_kind: what satisfies that */
    int link_hours;                 /* a link for a first password is good for so long */
    bool counter_names;             /* sign-in pages of shared computers show who was there */
    int slow_ms, slow_query_ms;     /* requests and statements that are logged; 0: none */
    const char *metrics_allow;      /* addresses that may read /metrics; see http/allow.h */
    const char *log_level;
    const char *user;               /* whom a server started by root becomes; "" stays root */
    bool confine;                   /* the walls of proc/fortify.h */
    const char *writable;           /* more folders that a confined server may write in: A:B */
};

struct catalogue_snapshot;          /* mod/catalogue */
struct calendar;                    /* mod/deadlines */
struct rules;                       /* mod/deadlines: inner limits by date */
struct agencies_snapshot; /* mod/agencies: the tree by date, names, for pages without a query */

struct ctx;

/* What a server has beside its database; all NULL in commands.  Any thread may use them, never a
 * lane: they are slow. */
struct services {
    struct store *store;            /* http/store.h */
    struct convert *quick;          /* the same with a bound of seconds: a person waits */
    struct convert *convert;        /* convert/convert.h; NULL: its program is not there */
    struct signer *signer;          /* sign/sign.h; NULL: no keys are configured */
    struct oidc *oidc;              /* oidc/oidc.h; NULL: nobody else says who somebody is */
    /* A sign-in said for which organisation this account acts; in its transaction. */
    int (*acts_for)(struct ctx *c, int64_t account, const char *tax_code, const char *name);
    /* Of a field of procedures, in the language of the page; its id when nobody knows it. */
    const char *(*field_name)(struct ctx *c, const char *id);
    const struct sign_trust *trust; /* sign/verify.h; who is believed; NULL only in commands */
};

struct site {
    struct config config;
    const struct catalogue_snapshot *catalogue;
    const struct calendar *calendar;
    const struct rules *rules;
    const struct agencies_snapshot *agencies;
    const uint8_t
        *key; /* 32 bytes: secrets of look-ups, CSRF, cursors; from a file beside the database */
    const struct services *with;    /* filled by serve() at the start; NULL: a command */
};

#endif
