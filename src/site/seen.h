/*
 * Why was it looked at?  A citizen asks about an entry of the log of accesses, the agency's leader
 * answers within the limit of catalogue/rules.yaml (looks), and the answer is shown to who asked.
 *
 * Table:  access_question (schema/0075).
 */
#ifndef SITE_SEEN_H
#define SITE_SEEN_H

#include "site/audit.h"
#include "site/unusual.h"

struct ask_view {
    const char *token;          /* of the entry */
    struct audit_row look;
    const char *agency, *limit, *basis;
    int64_t due_at;             /* if it is asked now */
};

struct question {
    int64_t id, asked_at, seen_at, due_at, answered_at, unit;
    const char *token, *code, *viewer_name, *agency, *question, *answer, *answered_name;
};
struct questions_view { struct question *p; size_t n; };

#endif
