/* UTF-8: strict checking, and counting as people count.  Pure. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Well-formed (no overlong, no surrogate, at most U+10FFFF), and no control character other than
 * tab, LF and CR; refuses U+FEFF, bidi overrides (U+202A..202E, 2066..2069), non-characters too. */
bool utf8_clean(const char *s, size_t n);
bool utf8_valid(const char *s, size_t n);           /* well-formed only */
size_t utf8_length(const char *s);                  /* code points; s must be well-formed */
uint32_t utf8_next(const char **s);            /* decodes one of a well-formed text; 0 at the end */
int utf8_head(const char *s, int chars);       /* bytes of the first code points, for "%.*s" */

#endif
