/* What the build-time programs share: files whole in memory, literals of C, messages to
 * translate. */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* The whole file, NUL-terminated; says why and ends the program when it cannot be read. */
char *text_read(struct arena *a, const char *path);
bool text_write(const char *path,
                const struct buf *b); /* only when it differs: keeps builds short */

/* The string as a literal of C, quotes included. */
void text_literal(struct buf *b, const char *s, size_t n);

/* The form in which a text is looked up: trimmed, runs of white space are one space. */
char *text_message(struct arena *a, const char *s, size_t n);

/* Length of an expression of C up to `end` outside quotes and brackets; SIZE_MAX when it never
 * ends. */
size_t text_expr(const char *s, const char *end);

#endif
