/*
 * Passwords are hashed by processes of their own: Argon2id maps, fills and unmaps 19 MiB for each,
 * which stops every other thread of the process that does it.  `motcua hasher --socket` answers one
 * request after the other on descriptor 3 and ends when that is closed; it holds no key, no
 * database and no network.  There are two: one for known devices and everything else, and one that
 * gives way to everybody, for strangers (workers_low()).
 *
 * Errors:    hasher_ask() is false when no process could be asked (none was opened, or it does not
 *            come up): the caller hashes by itself.  One that died is started again.
 * Threads:   hasher_ask() from any; open and close while nobody asks.
 */
#ifndef AUTH_HASHER_H
#define AUTH_HASHER_H

#include <stdbool.h>

enum { HASHER_FD = 3, HASHER_PASSWORD = 1024, HASHER_HASH = 128 };
enum hasher_op { HASHER_MAKE, HASHER_CHECK };

/* One packet each way; both ends are the same program.  Texts end in NUL. */
struct hasher_ask {
    int op;
    char hash[HASHER_HASH];             /* of CHECK; "": nobody's, it takes as long and is wrong */
    char password[HASHER_PASSWORD];
};
struct hasher_tell {
    bool done, right;                   /* right: of CHECK */
    char hash[HASHER_HASH];             /* of MAKE */
};

void hasher_open(void);
void hasher_close(void);
bool hasher_ask(const struct hasher_ask *ask, struct hasher_tell *out);

/* What the process does (password.c): takes 20 ms and 19 MiB. */
void password_answer(const struct hasher_ask *ask, struct hasher_tell *out);

#endif
