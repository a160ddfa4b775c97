#include "base/ring.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

enum { SIV = 16, ID_DIGITS = 4 };
#define MARK '~'
#define NOTHING "~"             /* what no column holds */

static _Atomic(struct ring *) in_use;

/* --- keys ----------------------------------------------------------------------------------- */

static void
derive(struct ring_key *k)
{
    hash_keyed(k->raw, "numbers: synthetic IV", "", 0, k->mac, sizeof k->mac);
    hash_keyed(k->raw, "numbers: stream", "", 0, k->stream, sizeof k->stream);
    hash_keyed(k->raw, "numbers: proof", &k->id, sizeof k->id, k->proof, sizeof k->proof);
}

const struct ring_key *
ring_find(const struct ring *r, int id)
{
    for (size_t i = 0; r && i < r->n; i++)
        if (r->key[i].id == id)
            return &r->key[i];
    return NULL;
}

bool
ring_add(struct ring *r, int id)
{
    struct ring_key *k = &r->key[r->n];

    if (r->n == RING_MAX)
        return false;
    k->id = id;
    randombytes_buf(k->raw, sizeof k->raw);
    derive(k);
    r->n++;
    return true;
}

bool
ring_drop(struct ring *r, int id)
{
    const struct ring_key *k = ring_find(r, id);
    size_t i;

    if (!k)
        return false;
    i = (size_t)(k - r->key);
    memmove(&r->key[i], &r->key[i + 1], (r->n - i - 1) * sizeof *k);
    sodium_memzero(&r->key[--r->n], sizeof *k);
    return true;
}

void
ring_forget(struct ring *r)
{
    sodium_memzero(r, sizeof *r);
}

/* 1..9999 without leading zeros, and how long it is; 0: no id. */
static int
id_of(const char *s, size_t *n)
{
    int id = 0;

    for (*n = 0; *n < ID_DIGITS && s[*n] >= '0' && s[*n] <= '9'; (*n)++)
        id = id * 10 + s[*n] - '0';
    return *s == '0' ? 0 : id;
}

static const char *
read_line(struct arena *a, const char *line, struct ring *out)
{
    struct ring_key *k = &out->key[out->n];
    struct bytes raw;
    size_t n = 0;
    int id;

    if (strncmp(line, "key ", 4) != 0 || (id = id_of(line + 4, &n)) == 0 || line[4 + n] != ' ')
        return "a line is not of the form: key NUMBER HEX";
    raw = hash_unhex(a, line + 4 + n + 1);
    if (raw.n != RING_KEY)
        return "a key is not 64 hexadecimal digits";
    if (ring_find(out, id))
        return "two keys have the same number";
    if (out->n == RING_MAX)
        return "there are more than three keys: retire one";
    k->id = id;
    memcpy(k->raw, raw.p, RING_KEY);
    sodium_memzero((void *)raw.p, raw.n);
    derive(k);
    out->n++;
    return NULL;
}

const char *
ring_read(struct arena *a, const char *text, size_t n, struct ring *out)
{
    const char *end = text + n, *why = NULL;

    *out = (struct ring){0};
    if (memchr(text, 0, n))
        return "it is no text";
    while (text < end && !why) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t len = (size_t)((stop ? stop : end) - text);

        if (len && *text != '#')
            why = read_line(a, arena_strn(a, text, len), out);
        text += len + 1;
    }
    return why ? why : out->n == 0 ? "there is no key in it" : NULL;
}

const char *
ring_text(struct arena *a, const struct ring *r)
{
    struct buf b;

    buf_init(&b, a, RING_TEXT_MAX);
    buf_fmt(&b, "# Keys of numbers of persons.  What they sealed in the database is lost without "
                "them.\n");
    for (size_t i = 0; i < r->n; i++)
        buf_fmt(&b, "key %d %s\n", r->key[i].id, hash_hex(a, r->key[i].raw, RING_KEY));
    return b.p;
}

void
ring_use(const struct ring *r)
{
    struct ring *mine = mem_get(sizeof *mine);

    *mine = *r;
    sodium_mlock(mine, sizeof *mine);       /* where the machine allows it: never in a swap file */
    mine->before = atomic_load(&in_use);
    atomic_store(&in_use, mine);
}

const struct ring *
ring_now(void)
{
    return atomic_load_explicit(&in_use, memory_order_acquire);
}

/* --- base64url -------------------------------------------------------------------------------- */

/* Libsodium's takes no time that depends on the text, and ten times as long: what is written here
 * is no secret. */
static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t
encoded(size_t n)
{
    return n / 3 * 4 + (n % 3 ? n % 3 + 1 : 0);
}

static void
encode(char *out, const uint8_t *p, size_t n)
{
    uint32_t v = 0;
    int bits = 0;

    for (size_t i = 0; i < n; i++) {
        v = v << 8 | p[i];
        for (bits += 8; bits >= 6; bits -= 6)
            *out++ = LETTERS[v >> (bits - 6) & 63];
    }
    if (bits)
        *out++ = LETTERS[v << (6 - bits) & 63];
    *out = 0;
}

/* Value plus one; 0: no letter of it. */
static const uint8_t VALUE[256] = {
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7,
    ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
    ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
    ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
    ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
    ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63,
    ['_'] = 64,
};

/* One text only means the same bytes: what is left over must be zeros.  `out` has room for n. */
static bool
decode(const char *s, size_t n, uint8_t *out, size_t *got)
{
    uint32_t v = 0;
    int bits = 0;

    *got = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t x = VALUE[(uint8_t)s[i]];

        if (!x)
            return false;
        v = v << 6 | (uint32_t)(x - 1);
        if ((bits += 6) >= 8) {
            bits -= 8;
            out[(*got)++] = (uint8_t)(v >> bits);
        }
    }
    return bits < 6 && (v & ((1U << bits) - 1)) == 0;
}

/* --- the seal --------------------------------------------------------------------------------- */

static void
siv_of(const struct ring_key *k, const char *place, int64_t about, const void *p, size_t n,
       uint8_t out[SIV])
{
    crypto_generichash_state h;
    uint8_t id[8];

    for (size_t i = 0; i < sizeof id; i++)
        id[i] = (uint8_t)((uint64_t)about >> (8 * i));
    crypto_generichash_init(&h, k->mac, sizeof k->mac, SIV);
    crypto_generichash_update(&h, (const uint8_t *)place, strlen(place) + 1);
    crypto_generichash_update(&h, id, sizeof id);
    crypto_generichash_update(&h, p, n);
    crypto_generichash_final(&h, out, SIV);
}

/* The IV is the first 16 of the 24 bytes of the nonce: HChaCha20 makes a key of its own of them. */
static void
stream(const struct ring_key *k, const uint8_t siv[SIV], uint8_t *out, const uint8_t *p, size_t n)
{
    uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES] = {0};

    memcpy(nonce, siv, SIV);
    crypto_stream_xchacha20_xor(out, p, n, nonce, k->stream);
}

static const char *
seal_by(struct arena *a, const struct ring_key *k, const char *place, int64_t about,
        const char *text)
{
    size_t n = strlen(text), room = encoded(SIV + n) + 1, head;
    uint8_t *box = arena_raw(a, SIV + n);
    char *out = arena_raw(a, 2 + ID_DIGITS + room);
    char digits[ID_DIGITS];
    size_t d = 0;

    siv_of(k, place, about, text, n, box);
    stream(k, box, box + SIV, (const uint8_t *)text, n);
    for (int id = k->id; id; id /= 10)
        digits[d++] = (char)('0' + id % 10);
    out[0] = MARK;
    for (head = 1; d; head++)
        out[head] = digits[--d];
    out[head++] = '.';
    encode(out + head, box, SIV + n);
    return out;
}

static const struct ring_key *
writer(const struct ring *r)
{
    const struct ring_key *k = r ? ring_find(r, r->write) : NULL;

    assert(k);      /* commands and servers load it before they open a transaction */
    return k;
}

const char *
ring_seal(struct arena *a, const char *place, int64_t about, const char *text)
{
    if (!text || !*text)
        return text;
    return seal_by(a, writer(ring_now()), place, about, text);
}

void
ring_forms(struct arena *a, const char *place, const char *text, const char *out[RING_FORMS])
{
    const struct ring *r = ring_now();
    size_t n = 0;

    assert(r && r->n);
    out[n++] = text;
    for (size_t i = 0; *text && i < r->n; i++)
        out[n++] = seal_by(a, &r->key[i], place, 0, text);
    for (; n < RING_FORMS; n++)
        out[n] = NOTHING;
}

bool
ring_sealed(const char *text)
{
    return text && *text == MARK;
}

int
ring_id(const char *text)
{
    size_t n;
    int id = ring_sealed(text) ? id_of(text + 1, &n) : 0;

    return id && text[1 + n] == '.' ? id : 0;
}

const char *
ring_open(struct arena *a, const char *place, int64_t about, const char *text)
{
    const struct ring_key *k;
    const char *code;
    size_t n, got = 0;
    uint8_t *box, siv[SIV];
    char *out;

    if (!ring_sealed(text))
        return text;
    if (!(k = ring_find(ring_now(), ring_id(text))))
        return NULL;
    code = strchr(text, '.') + 1;
    n = strlen(code);
    box = arena_raw(a, n + 1);
    if (!decode(code, n, box, &got) || got <= SIV)
        return NULL;
    out = arena_raw(a, got - SIV + 1);
    stream(k, box, (uint8_t *)out, box + SIV, got - SIV);
    siv_of(k, place, about, out, got - SIV, siv);
    if (!hash_equal(siv, box, SIV))
        return NULL;
    out[got - SIV] = 0;
    return out;
}
