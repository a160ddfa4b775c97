/*
 * `motcua audit self`: is this site set up so that it deserves trust?  First everything is looked
 * at (self_look.c: files, database, processes, this machine), then each row of a table judges one
 * thing from those facts alone (self_checks.c), so that a test can show each row failing.
 *
 * Nothing is changed.  Only this folder includes it.
 */
#ifndef SEAL_SELF_H
#define SEAL_SELF_H

#include "base/buf.h"
#include "site/command.h"

enum self_verdict { SELF_OK, SELF_WEAK, SELF_BAD };

enum self_role {        /* of a file: what it may be is one row of self_checks.c */
    SELF_CONFIG, SELF_KEY, SELF_DATA, SELF_DATABASE, SELF_STORE, SELF_SECRET, SELF_SIGNING,
    SELF_PROGRAM, SELF_ROLES
};
struct self_file {
    enum self_role role;
    const char *path;
    bool there, credential;     /* credential: the service manager's, whatever its mode */
    bool foreign;               /* its owner is neither root nor who runs this */
    unsigned mode;              /* of permissions alone */
};

/* Processes `motcua serve` of this machine, added up; what could not be read counts as nothing. */
struct self_process { int n, root, unfiltered, capable, may_gain, cores, replaced; };

struct self_facts {
    const struct config *k;
    const char *home;                           /* of the configuration; "" none was read */
    VEC(struct self_file) files;
    struct self_process server;
    int64_t now;
    /* seconds that a server was ahead of this machine */
    int64_t clock_off;
    bool clock_free;                            /* nobody keeps the machine's clock right */
    int64_t packages_days;                      /* since packages were looked for; -1 unknown */
    int64_t backup_at, followed_at;             /* UTC seconds; 0 never */
    int64_t published_at;                       /* of the newest head's file; 0 none */
    /* signing and identity */
    int document_keys, plain_keys, seal_keys, claim_keys;       /* plain: a file, no passphrase */
    /* the file of keys could be read, or there is none */
    bool keys_readable;
    int providers, officer_providers, http_providers;
    bool providers_readable;
    int roots;                                  /* files of the folder of trust */
    /* the database */
    /* also see dossiers; without a second factor owed */
    int64_t administrators, mixed, unguarded;
    int64_t administrators_unguarded;
    int64_t tokens_endless, tokens_long, sessions_old, demo_accounts;
    int64_t head_at, head_signed;               /* of the newest head */
    int64_t refused_events, waiting;            /* to be sealed: not believed; not yet */
    int64_t numbers_open;                       /* columns that are not sealed through */
    int64_t alarms_old;
    int64_t calendar_until;                     /* last day whose special days are known */
    bool rules_now;                             /* a block of rules is in force today */
    bool aims_now;                              /* the year has its aims */
};

struct self_check {
    const char *name, *looked_at, *why, *advice;
    enum self_verdict (*judge)(const struct self_facts *f, struct buf *found);
};
extern const struct self_check SELF_CHECKS[];
extern const size_t SELF_CHECKS_N;

/* --- self_look.c; an rc --- */
int self_look(struct command_site *s, struct self_facts *out);
/* --- self_files.c --- */
void self_look_files(struct command_site *s, struct self_facts *out);
void self_add_file(struct ctx *c, struct self_facts *out, enum self_role role, const char *place);
/* --- self_process.c --- */
void self_look_machine(struct command_site *s, struct self_facts *out);
/* --- self_sql.c --- */
int self_sql_look(struct ctx *c, struct self_facts *out);

/* --- self.c: `motcua audit self` --- */
int self_cmd(int argc, char **argv);

#endif
