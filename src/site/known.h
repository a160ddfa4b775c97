/*
 * Which account a session's cookie or a token was of when it was last looked up: so that its limit
 * and its turn are known before the database is asked, and an office behind one address is not
 * counted as one stranger.  It lets nobody in: who asks is looked up all the same.
 *
 * Only what a look-up found is put in, so strangers cannot push anybody out; who is forgotten,
 * since very many are signed in, counts by address until the next look-up.
 *
 * Memory:    65,536 pairs of numbers, 1 MiB; secrets are kept as keyed hashes.
 * Threads:   any, without locks: a pair that is half another's is nobody's.
 */
#ifndef SITE_KNOWN_H
#define SITE_KNOWN_H

#include <stdint.h>

struct known;

struct known *known_open(void);
void known_close(struct known *k);
int64_t known_find(struct known *k, uint64_t secret);       /* 0: not known */
void known_put(struct known *k, uint64_t secret, int64_t account);
void known_drop(struct known *k, uint64_t secret);          /* it has ended */

#endif
