/*
 * Roles of officers, and which permission (http/perm.h) each has.
 */
#ifndef AUTH_PERM_H
#define AUTH_PERM_H

#include <stdbool.h>
#include <stdint.h>

#include "http/perm.h"

enum role {
    ROLE_NONE, ROLE_INTAKE, ROLE_SPECIALIST, ROLE_LEADER, ROLE_ARCHIVIST, ROLE_REPORTER,
    ROLE_AUDITOR, ROLE_ADMINISTRATOR, ROLE_COMMUNITY, ROLE__COUNT
};

int64_t role_perms(enum role r);            /* bits of what the role may */
const char *role_word(enum role r);         /* "intake" ... as in packages and commands */
const char *role_name(enum role r);         /* N_("Tiếp nhận") ... */
enum role role_parse(const char *word);     /* ROLE_NONE when unknown */
const char *perm_word(enum perm p);         /* "dossier.read" ... for `motcua routes` */

#endif
