/*
 * A list of addresses that may ask for something, as an operator writes it: "127.0.0.1 ::1
 * 10.2.0.0/16 unix".  Pure.
 */
#ifndef HTTP_ALLOW_H
#define HTTP_ALLOW_H

#include <stdbool.h>

/* NULL, or why the list cannot be read.  "" and "none" are lists of nobody. */
const char *allow_fault(const char *list);
/* `address` as in struct request: IPv4, IPv6 or "unix". */
bool allow_match(const char *list, const char *address);

#endif
