/*
 * What most sub-commands of motcua begin with.  A command is one function in the folder it concerns
 * (or in src/): it gets argv with its own name first, answers --help, and has a row in src/main.c.
 * Slices may include this header although it stands to their right: it is how they reach the site.
 *
 *     int
 *     user_cmd(int argc, char **argv)
 *     {
 *         const char *login = NULL;
 *         bool quiet = false;
 *         const struct flag flags[] = {{"login", &login, NULL}, {"quiet", NULL, &quiet}, {0}};
 *         struct command_site s;
 *         int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE);
 *
 *         if (status)
 *             return status;
 *         ... s.c has the arena, the database and the site; words are left in argv[1..argc-1] ...
 *         return command_end(&s, rc);
 *     }
 *
 * Exit status: 0, 1 a finding or failure, 2 bad arguments (one sentence that names the argument).
 */
#ifndef SITE_COMMAND_H
#define SITE_COMMAND_H

#include "db/db.h"
#include "site/seats.h"
#include "site/site.h"

struct flag {
    const char *name;           /* without the dashes; {0} ends the list */
    const char **value;         /* --name VALUE or --name=VALUE; given twice is an error */
    bool *on;                   /* or a flag without a value */
};

/* Takes the flags out of argv and leaves the words, in order; `--` ends the flags.
 * 0, or 2 having said which argument is wrong. */
int flags_take(int *argc, char **argv, const struct flag *flags);

/* The arguments of a command that a server starts by itself on a socket (base/child.h): --help, the
 * flags of its own, of which those with a value must be given, --socket, and no words.  True to go
 * on; else *status is the exit status, the manual is printed or what is wrong is said. */
bool command_child(int argc, char **argv, const struct flag *own, const char *manual, int *status);

struct command_site {
    struct ctx c;               /* c.db is open, c.site is set */
    struct site site;           /* config and key; snapshots are NULL: site/snapshots.h */
    const char *config_path;    /* the file that was read; "" none */
    struct seat seat;           /* of a command that writes: its ids are nobody else's */
};

/* The flags of the command, `--config FILE`, and every key of the configuration as a flag (--db
 * URL, --log-level WORD); then configuration, key and database.  0, or the exit status, having said
 * why.
 * A schema that does not fit the program is refused. */
int command_open(struct command_site *s, int *argc, char **argv, const struct flag *flags,
                 enum db_mode mode);
/* The database, its schema and the key alone: OK or rc; E_DOWN may be tried again. */
int command_database(struct command_site *s, enum db_mode mode);
/* A seat for a command that writes, after its schema is there; command_end() gives it back. */
int command_seat(struct command_site *s, const char *command);
/* The same without a database: for serve, whose lanes open their own, and for commands of files. */
int command_configure(struct command_site *s, int *argc, char **argv, const struct flag *flags);
/* For init: writes the file when it is missing (*made), with the values that the flags give. */
int command_configure_new(struct command_site *s, int *argc, char **argv, const struct flag *flags,
                          bool *made);

/* In the journal of administration, what the flags alone do not say: inside a transaction. */
int command_note(struct ctx *c, const char *subject, const char *flag, const char *value);

/* The words that main() was called with: "user", "add"; both are kept. */
void command_called(const char *name, const char *verb);
const char *command_words(struct arena *a);     /* "motcua user add" */

/* Says c->err and its faults when rc < 0, closes everything, gives the exit status. */
int command_end(struct command_site *s, int rc);

/* One sentence on standard error after "motcua: "; returns status. */
int command_say(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
