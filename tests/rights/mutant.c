/*
 * The whole program with one change in its table of permissions, for tests/rights-mutation.mjs:
 * linked with the program's own objects and two functions of them wrapped (ld --wrap), so that the
 * program itself has no switch for it.  RIGHTS_MUTANT says the change, in words of `motcua routes`:
 *
 *   route PERM         every row of the route table has the permission PERM (unset: nobody has it)
 *   gate PERM          the same, and no handler runs: what the gate says by itself
 *   role ROLE -PERM    the role lacks it           role ROLE +PERM    the role has it, too
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/perm.h"
#include "base/err.h"
#include "http/request.h"
#include "http/router.h"

struct change { bool gate; enum perm route; enum role role; int64_t lacks, gets; };

int __real_router_find(const struct router *t, struct request *r);
int __wrap_router_find(const struct router *t, struct request *r);
int64_t __real_role_perms(enum role r);
int64_t __wrap_role_perms(enum role r);

static enum perm
perm_of(const char *word)
{
    for (enum perm p = PERM_UNSET; p < PERM__COUNT; p++)
        if (strcmp(perm_word(p), word) == 0)
            return p;
    fprintf(stderr, "RIGHTS_MUTANT: %s is no permission\n", word);
    exit(2);
}

static struct change
read_change(void)
{
    const char *text = getenv("RIGHTS_MUTANT");
    struct change m = {.route = PERM__COUNT};
    char role[40], perm[40], sign;

    if (!text)
        return m;
    m.gate = strncmp(text, "gate ", 5) == 0;
    if (sscanf(text, "route %39s", perm) == 1 || sscanf(text, "gate %39s", perm) == 1)
        m.route = perm_of(perm);
    else if (sscanf(text, "role %39s %c%39s", role, &sign, perm) == 3 &&
             (m.role = role_parse(role)) != ROLE_NONE)
        *(sign == '-' ? &m.lacks : &m.gets) = PERM_BIT(perm_of(perm));
    else {
        fprintf(stderr, "RIGHTS_MUTANT: %s\n", text);
        exit(2);
    }
    return m;
}

static struct change mutant;

__attribute__((constructor)) static void
begin(void)
{
    mutant = read_change();
}

/* Handlers behind a gate count on a session: who came without one is let in, and no further. */
struct row { struct route row; const struct route *was; };

static bool
expected(const struct ctx *c)
{
    if (mutant.gate)
        return false;
    return c->session || ((const struct row *)c->route)->was->perm == PERM_PUBLIC;
}

static int
run_known(struct ctx *c)
{
    return expected(c) ? ((const struct row *)c->route)->was->run(c) : OK;
}

static int
prepare_known(struct ctx *c)
{
    return expected(c) ? ((const struct row *)c->route)->was->prepare(c) : OK;
}

int
__wrap_router_find(const struct router *t, struct request *r)
{
    int rc = __real_router_find(t, r);
    struct row *row;

    if (rc != OK || mutant.route == PERM__COUNT)
        return rc;
    row = arena_get(r->c.a, sizeof *row);
    *row = (struct row){.row = *r->c.route, .was = r->c.route};
    row->row.perm = mutant.route;
    row->row.run = run_known;
    if (row->was->prepare)
        row->row.prepare = prepare_known;
    r->c.route = &row->row;
    return OK;
}

int64_t
__wrap_role_perms(enum role r)
{
    int64_t perms = __real_role_perms(r);

    return r == mutant.role && r != ROLE_NONE ? (perms & ~mutant.lacks) | mutant.gets : perms;
}
