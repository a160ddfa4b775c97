/* How often held papers were used instead of being asked for again; made by reuse.c. */
#ifndef SITE_REUSE_H
#define SITE_REUSE_H

#include "html/parts.h"
#include "mod/papers/vault.h"

enum { REUSE_AIM = 80 };        /* of a hundred dossiers that allow it */

struct reuse_view {
    struct vault_rate total;
    struct vault_rate *months;          /* newest last */
    size_t months_n;
    const char *unit_code;              /* "" the city */
};
/* Of the months from..to (202611); unit 0: the city. */
int reuse_read(struct ctx *c, int64_t unit, int from, int to, struct reuse_view *v);
enum tone reuse_tone(const struct vault_rate *r);

#endif
