/* What a new password must not be.  Pure; any thread. */
#ifndef AUTH_PASSWORD_WORDS_H
#define AUTH_PASSWORD_WORDS_H

#include <stdbool.h>

/* Little is left of it without the login and words of the place.  login: NULL none. */
bool auth_password_words(const char *password, const char *login);
/* One of the 20,000 of ten characters and more that leaks know best; small letters and capitals
 * are one. */
bool auth_password_listed(const char *password);

#endif
