/*
 * What a new password must not be: one that everybody tries, or little besides words of the place.
 * Both lists are told to whoever chooses; docs/security/sign-in.md.
 */
#include "auth/password_words.h"

#include <string.h>

#include "base/embed.h"
#include "base/hash.h"
#include "base/vi.h"

extern const struct embedded PASSWORD_LIST[];

enum { ROOM = 64 << 10, HEX = 10, LINE = HEX + 1, LEFT_LEAST = 6 };

/* Folded, without spaces; a longer one before a shorter that it begins with. */
static const char *const WORDS[] = {
    "motcua", "dichvucong", "congdichvu", "hanoi", "thanglong", "thudo", "thanhpho", "vietnam",
    "uyban", "ubnd", "phuong", "canbo", "lanhdao", "congchuc", "vanphong", "congdan", "hoso",
    "thutuc", "tiepnhan", "matkhau", "password", "passw0rd", "admin", "administrator", "quantri",
    "vneid", "dinhdanh", "hethong", "welcome", "chaomung", "qwerty", "iloveyou",
};

/* Takes `word` out wherever it stands. */
static bool
take_out(char *s, const char *word)
{
    size_t n = strlen(word);
    bool found = false;

    for (char *at; n > 0 && (at = strstr(s, word)); found = true)
        memmove(at, at + n, strlen(at + n) + 1);
    return found;
}

static void
squeeze(char *s)
{
    char *to = s;

    for (; *s; s++)
        if (*s != ' ')
            *to++ = *s;
    *to = '\0';
}

bool
auth_password_words(const char *password, const char *login)
{
    struct arena *a = arena_open(ROOM);
    char *s = vi_fold(a, password), *own = vi_fold(a, login ? login : "");
    bool found;

    squeeze(s);
    squeeze(own);
    found = strlen(own) >= 3 && take_out(s, own);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        found = take_out(s, WORDS[i]) || found;
    found = found && strlen(s) < LEFT_LEAST;
    arena_close(a);
    return found;
}

/* Lines of one length behind a head of comments: the order of the file is the search. */
static bool
listed(const char *lines, size_t n, const char *hex)
{
    size_t from = 0, to = n / LINE;

    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = memcmp(lines + at * LINE, hex, HEX);

        if (order == 0)
            return true;
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return false;
}

bool
auth_password_listed(const char *password)
{
    const char *text = PASSWORD_LIST[0].text, *end = text + PASSWORD_LIST[0].n;
    struct arena *a = arena_open(ROOM);
    char *low = arena_str(a, password);
    bool found;

    for (char *s = low; *s; s++)
        *s = (char)(*s >= 'A' && *s <= 'Z' ? *s + 32 : *s);
    while (*text == '#')
        text = strchr(text, '\n') + 1;
    found = listed(text, (size_t)(end - text), hash_sha256_hex(a, low, strlen(low)));
    arena_close(a);
    return found;
}
