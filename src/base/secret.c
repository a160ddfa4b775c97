#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

enum { LINE_MAX_BYTES = 1000, NAME_MOST = 100 };

static const char *
credentials(void)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");

    return folder && *folder == '/' ? folder : NULL;
}

bool
secret_is_credential(const char *place)
{
    return strncmp(place, SECRET_CREDENTIAL, strlen(SECRET_CREDENTIAL)) == 0;
}

const char *
secret_place_fault(const char *place)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *name;
    size_t n;

    if (!secret_is_credential(place))
        return NULL;
    name = place + strlen(SECRET_CREDENTIAL);
    n = strlen(name);
    if (n == 0 || n > NAME_MOST || *name == '.' || strspn(name, PLAIN) != n)
        return "must be credential: and a name of letters, digits and . _ -";
    return NULL;
}

const char *
secret_path(struct arena *a, const char *place)
{
    const char *folder = credentials();

    if (!secret_is_credential(place))
        return place;
    return arena_fmt(a, "%s/%s", folder ? folder : "(CREDENTIALS_DIRECTORY is not set)",
                     place + strlen(SECRET_CREDENTIAL));
}

const char *
secret_shown(struct arena *a, const char *place)
{
    const char *folder = credentials();
    struct stat st;

    if (secret_is_credential(place) ||
        (folder && strncmp(place, folder, strlen(folder)) == 0 && place[strlen(folder)] == '/'))
        return NULL;
    if (stat(place, &st) == 0 && (st.st_mode & 077))
        return arena_fmt(a, "%s can be read by others: chmod 600", place);
    return NULL;
}

const char *
secret_read(struct arena *a, const char *place, size_t max, struct bytes *out)
{
    const char *say = secret_place_fault(place), *path;
    int rc;

    if (say)
        return say;
    if (secret_is_credential(place) && !credentials())
        return arena_fmt(a, "%s: CREDENTIALS_DIRECTORY is not set; a service manager gives it "
                            "(LoadCredential=)", place);
    path = secret_path(a, place);
    if ((say = secret_shown(a, place)) != NULL)
        return say;
    if ((rc = file_read(a, path, max, out)) < 0)
        return arena_fmt(a, "%s cannot be read: %s", path, strerror(-rc));
    return NULL;
}

const char *
secret_line(struct arena *a, const char *place, const char **out)
{
    struct bytes b;
    const char *say = secret_read(a, place, LINE_MAX_BYTES, &b);
    size_t n;

    if (say)
        return say;
    n = strcspn((const char *)b.p, "\r\n");
    if (n == 0 || n + strspn((const char *)b.p + n, "\r\n") != b.n)
        return arena_fmt(a, "%s must hold one line", place);
    *out = arena_strn(a, (const char *)b.p, n);
    return NULL;
}

const char *
secret_pair(struct arena *a, const char *place, const char **first, const char **second)
{
    struct bytes b;
    const char *say = secret_read(a, place, LINE_MAX_BYTES, &b);
    char *text, *rest;

    if (say)
        return say;
    text = arena_strn(a, (const char *)b.p, b.n);
    *first = strtok_r(text, " \t\r\n", &rest);
    *second = *first ? strtok_r(NULL, " \t\r\n", &rest) : NULL;
    if (!*second || strtok_r(NULL, " \t\r\n", &rest))
        return arena_fmt(a, "%s must hold two words", place);
    return NULL;
}
