/*
 * All route rows of the program.  A slice publishes `extern const struct route xxx_routes[]`, ended
 * by an empty row, and is named once in routes.c.
 */
#ifndef SITE_ROUTES_H
#define SITE_ROUTES_H

#include "http/route.h"

extern const struct route *const site_route_tables[];
extern const size_t site_route_tables_n;

/* `motcua routes [--json]`: one row a line, tab separated:
 * METHOD PATH PERM WHERE BODY SEES FACE ABOUT.  Exit status. */
int site_cmd_routes(int argc, char **argv);

#endif
