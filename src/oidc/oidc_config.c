#include "oidc/oidc_config.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/utf8.h"

enum { VALUE_MAX = 300, SECRET_MAX = 500, SECONDS_LEAST = 2, SECONDS_MOST = 30 };

struct reading {
    struct arena *a;
    const char *path, *folder;
    struct buf *faults;
    yaml_document_t doc;
    bool good;
};

static void
fault(struct reading *r, const yaml_node_t *at, const char *key, const char *say)
{
    buf_fmt(r->faults, "%s:%zu:%zu: %s%s%s\n", r->path, at->start_mark.line + 1,
            at->start_mark.column + 1, key, *key ? " " : "", say);
    r->good = false;
}

/* --- values ----------------------------------------------------------------------------------- */

/* One line of text; NULL after a fault. */
static const char *
text_of(struct reading *r, const yaml_node_t *v, const char *key)
{
    const char *s = v->type == YAML_SCALAR_NODE ? (const char *)v->data.scalar.value : NULL;
    size_t n = s ? v->data.scalar.length : 0;

    if (s && strlen(s) == n && n <= VALUE_MAX && utf8_clean(s, n) && !strpbrk(s, "\n\r\t"))
        return arena_strn(r->a, s, n);
    fault(r, v, key, "must be one line of at most 300 characters");
    return NULL;
}

bool
oidc_address_good(const char *s)
{
    static const char *const HERE[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

    if (strlen(s) > VALUE_MAX || s[strcspn(s, " \"'<>#\\\r\n\t")] || strchr(s, '@'))
        return false;
    if (strncmp(s, "https://", 8) == 0)
        return s[8] && s[8] != '/' && s[8] != ':' && s[8] != '?';
    for (size_t i = 0; i < sizeof HERE / sizeof *HERE; i++) {
        size_t n = strlen(HERE[i]);

        if (strncmp(s, HERE[i], n) == 0 && (!s[n] || s[n] == ':' || s[n] == '/'))
            return true;
    }
    return false;
}

typedef const char *set_fn(struct reading *r, void *at, const char *v);     /* a fault, or NULL */

static const char *
set_text(struct reading *r, void *at, const char *v)
{
    (void)r;
    *(const char **)at = v;
    return *v ? NULL : "must not be empty";
}

static const char *
set_id(struct reading *r, void *at, const char *v)
{
    size_t n = strlen(v);

    if (n < 2 || n > 20 || strspn(v, "abcdefghijklmnopqrstuvwxyz0123456789-") != n || *v == '-')
        return "must be 2 to 20 letters a-z, digits and -";
    return set_text(r, at, v);
}

static const char *
set_issuer(struct reading *r, void *at, const char *v)
{
    if (!oidc_address_good(v) || strchr(v, '?'))
        return "must begin with https:// (http:// is for this machine alone) and has no query";
    return set_text(r, at, v);
}

static int
word_of(const char *const *words, const char *v)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], v) == 0)
            return i;
    return -1;
}

static const char *
set_face(struct reading *r, void *at, const char *v)
{
    static const char *const WORDS[] = {"citizen", "officer", NULL};
    int i = word_of(WORDS, v);

    (void)r;
    *(enum oidc_face *)at = (enum oidc_face)(i < 0 ? 0 : i);
    return i < 0 ? "must be citizen or officer" : NULL;
}

static const char *
set_auth(struct reading *r, void *at, const char *v)
{
    static const char *const WORDS[] = {"basic", "post", "none", NULL};
    int i = word_of(WORDS, v);

    (void)r;
    *(enum oidc_auth *)at = (enum oidc_auth)(i < 0 ? 0 : i);
    return i < 0 ? "must be basic, post or none" : NULL;
}

static const char *
set_bool(struct reading *r, void *at, const char *v)
{
    static const char *const WORDS[] = {"no", "yes", "false", "true", NULL};
    int i = word_of(WORDS, v);

    (void)r;
    *(bool *)at = i % 2 == 1;
    return i < 0 ? "must be yes or no" : NULL;
}

static const char *
set_level(struct reading *r, void *at, const char *v)
{
    (void)r;
    *(int *)at = *v - '0';
    return *v >= '1' && *v <= '0' + LEVEL_MAX && !v[1] ? NULL : "must be 1, 2 or 3";
}

static const char *
set_seconds(struct reading *r, void *at, const char *v)
{
    int n = 0;

    (void)r;
    for (const char *s = v; *s >= '0' && *s <= '9' && n < 100; s++)
        n = n * 10 + *s - '0';
    *(int *)at = n;
    return strspn(v, "0123456789") == strlen(v) && n >= SECONDS_LEAST && n <= SECONDS_MOST
               ? NULL
               : "must be a whole number from 2 to 30";
}

static const char *
place_of(struct reading *r, const char *v)
{
    return *v == '/' || !*r->folder || secret_is_credential(v)
               ? v : arena_fmt(r->a, "%s/%s", r->folder, v);
}

static const char *
set_file(struct reading *r, void *at, const char *v)
{
    struct bytes b;
    const char *path = place_of(r, v);

    if (file_read(r->a, path, 1 << 20, &b) < 0)
        return arena_fmt(r->a, "%s cannot be read", path);
    return set_text(r, at, path);
}

/* The secret itself: one line, readable by nobody else. */
static const char *
set_secret(struct reading *r, void *at, const char *v)
{
    return secret_line(r->a, place_of(r, v), at);
}

/* --- claims and levels ------------------------------------------------------------------------ */

static const char *const CLAIMS[CLAIM__COUNT + 1] = {
    "personal-number", "name", "phone", "email", "birth-date", "level", "login", "tax-code",
    "organisation", NULL,
};

const char *
oidc_claim_word(enum oidc_claim k)
{
    return k < CLAIM__COUNT ? CLAIMS[k] : "";
}

static void
take_claim(struct reading *r, struct oidc_provider *p, const yaml_node_t *k, const yaml_node_t *v)
{
    const char *key = text_of(r, k, ""), *value = key ? text_of(r, v, key) : NULL;
    int i = key ? word_of(CLAIMS, key) : -1;

    if (!value)
        return;
    if (i < 0)
        fault(r, k, key, "is no claim that this program uses");
    else if (!*value)
        fault(r, v, key, "must not be empty");
    else
        p->claim[i] = value;
}

static void
take_level(struct reading *r, struct oidc_provider *p, const yaml_node_t *k, const yaml_node_t *v)
{
    const char *key = text_of(r, k, ""), *value = key ? text_of(r, v, key) : NULL, *say;
    struct oidc_level *l = &p->level[p->levels];

    if (!value)
        return;
    if (p->levels == OIDC_LEVELS) {
        fault(r, k, key, "is one level too many: 12 are allowed");
        return;
    }
    l->said = key;
    if ((say = set_level(r, &l->level, value)))
        fault(r, v, key, say);
    else
        p->levels++;
}

static void
take_map(struct reading *r, struct oidc_provider *p, const yaml_node_t *map, const char *key,
         void (*take)(struct reading *, struct oidc_provider *, const yaml_node_t *,
                      const yaml_node_t *))
{
    if (map->type != YAML_MAPPING_NODE) {
        fault(r, map, key, "must be a list of 'name: value'");
        return;
    }
    for (yaml_node_pair_t *at = map->data.mapping.pairs.start; at < map->data.mapping.pairs.top;
         at++)
        take(r, p, yaml_document_get_node(&r->doc, at->key),
             yaml_document_get_node(&r->doc, at->value));
}

/* --- a provider ------------------------------------------------------------------------------- */

#define AT(f) offsetof(struct oidc_provider, f)
static const struct field {
    const char *name;
    set_fn *set;                    /* NULL: a map */
    size_t at;
    bool required;
} FIELDS[] = {
    {"id", set_id, AT(id), true},
    {"name", set_text, AT(name), true},
    {"name-en", set_text, AT(name_en), false},
    {"face", set_face, AT(face), true},
    {"issuer", set_issuer, AT(issuer), true},
    {"client-id", set_text, AT(client_id), true},
    {"client-auth", set_auth, AT(auth), false},
    {"secret-file", set_secret, AT(secret), false},
    {"ca-file", set_file, AT(ca_file), false},
    {"scope", set_text, AT(scope), false},
    {"userinfo", set_bool, AT(userinfo), false},
    {"usual-level", set_level, AT(usual), false},
    {"least-level", set_level, AT(least), false},
    {"seconds", set_seconds, AT(seconds), false},
    {"claims", NULL, 0, true},
    {"levels", NULL, 0, false},
};
enum { FIELDS_N = sizeof FIELDS / sizeof *FIELDS, CLAIMS_ROW = FIELDS_N - 2 };
#undef AT

static int
field_of(const char *key)
{
    for (int i = 0; i < FIELDS_N; i++)
        if (strcmp(FIELDS[i].name, key) == 0)
            return i;
    return -1;
}

static void
take_field(struct reading *r, struct oidc_provider *p, const yaml_node_t *k, const yaml_node_t *v,
           bool *seen)
{
    const char *key = text_of(r, k, ""), *value, *say;
    int i = key ? field_of(key) : -1;

    if (!key)
        return;
    if (i < 0 || seen[i]) {
        fault(r, k, key, i < 0 ? "is no key of a provider" : "is given twice");
        return;
    }
    seen[i] = true;
    if (!FIELDS[i].set)
        take_map(r, p, v, key, i == CLAIMS_ROW ? take_claim : take_level);
    else if ((value = text_of(r, v, key)) &&
             (say = FIELDS[i].set(r, (char *)p + FIELDS[i].at, value)))
        fault(r, v, key, say);
}

/* What one field cannot say alone. */
static void
judge(struct reading *r, const struct oidc_provider *p, const yaml_node_t *at, const bool *seen)
{
    enum oidc_claim needed = p->face == OIDC_CITIZEN ? CLAIM_NUMBER : CLAIM_LOGIN;

    for (int i = 0; i < FIELDS_N; i++)
        if (FIELDS[i].required && !seen[i])
            fault(r, at, FIELDS[i].name, "is missing");
    if (seen[CLAIMS_ROW] && !*p->claim[needed])
        fault(r, at, CLAIMS[needed],
              p->face == OIDC_CITIZEN ? "must be among the claims: accounts are linked by it"
                                      : "must be among the claims: officers are found by it");
    if (seen[CLAIMS_ROW] && p->face == OIDC_CITIZEN && !*p->claim[CLAIM_NAME])
        fault(r, at, CLAIMS[CLAIM_NAME], "must be among the claims: accounts are made with it");
    if ((p->auth == OIDC_PUBLIC) != !*p->secret)
        fault(r, at, "secret-file",
              *p->secret ? "is not used with client-auth: none" : "is missing");
    if (strncmp(p->scope, "openid", 6) != 0 || (p->scope[6] && p->scope[6] != ' '))
        fault(r, at, "scope", "must begin with openid");
}

static void
take_provider(struct reading *r, const yaml_node_t *v, struct oidc_providers *out)
{
    struct oidc_provider *p = &out->p[out->n];
    bool seen[FIELDS_N] = {false};

    if (v->type != YAML_MAPPING_NODE || out->n == OIDC_PROVIDERS) {
        fault(r, v, "providers", "must be a list of at most 8 providers");
        return;
    }
    *p = (struct oidc_provider){.id = "", .name = "", .name_en = "", .issuer = "", .client_id = "",
                                .secret = "", .scope = "openid profile", .ca_file = "",
                                .usual = 1, .least = 1, .seconds = 10};
    for (int i = 0; i < CLAIM__COUNT; i++)
        p->claim[i] = "";
    for (yaml_node_pair_t *at = v->data.mapping.pairs.start; at < v->data.mapping.pairs.top; at++)
        take_field(r, p, yaml_document_get_node(&r->doc, at->key),
                   yaml_document_get_node(&r->doc, at->value), seen);
    judge(r, p, v, seen);
    if (!*p->name_en)
        p->name_en = p->name;
    for (int i = 0; i < out->n; i++)
        if (strcmp(out->p[i].id, p->id) == 0)
            fault(r, v, p->id, "is the id of two providers");
    out->n++;
}

/* --- the file --------------------------------------------------------------------------------- */

static void
take_root(struct reading *r, struct oidc_providers *out)
{
    const yaml_node_t *root = yaml_document_get_root_node(&r->doc), *k, *list;
    yaml_node_pair_t *at;

    if (!root) {
        buf_fmt(r->faults, "%s:1:1: is empty; providers: is missing\n", r->path);
        r->good = false;
        return;
    }
    at = root->type == YAML_MAPPING_NODE ? root->data.mapping.pairs.start : NULL;
    if (!at || root->data.mapping.pairs.top - at != 1) {
        fault(r, root, "", "the file must hold 'providers:' and nothing else");
        return;
    }
    k = yaml_document_get_node(&r->doc, at->key);
    list = yaml_document_get_node(&r->doc, at->value);
    if (k->type != YAML_SCALAR_NODE || strcmp((char *)k->data.scalar.value, "providers") != 0 ||
        list->type != YAML_SEQUENCE_NODE) {
        fault(r, k, "", "the file must hold the list 'providers:' and nothing else");
        return;
    }
    for (yaml_node_item_t *i = list->data.sequence.items.start;
         i < list->data.sequence.items.top; i++)
        take_provider(r, yaml_document_get_node(&r->doc, *i), out);
}

bool
oidc_config_read(struct arena *a, const char *path, const char *folder, const char *text, size_t n,
                 struct oidc_providers *out, struct buf *faults)
{
    struct reading r = {.a = a, .path = path, .folder = folder, .faults = faults, .good = true};
    yaml_parser_t yaml;

    *out = (struct oidc_providers){.n = 0};
    if (!yaml_parser_initialize(&yaml))
        return false;
    yaml_parser_set_input_string(&yaml, (const unsigned char *)text, n);
    yaml_parser_set_encoding(&yaml, YAML_UTF8_ENCODING);
    if (yaml_parser_load(&yaml, &r.doc)) {
        take_root(&r, out);
        yaml_document_delete(&r.doc);
    } else {
        buf_fmt(faults, "%s:%zu:%zu: %s\n", path, yaml.problem_mark.line + 1,
                yaml.problem_mark.column + 1, yaml.problem ? yaml.problem : "is no YAML");
        r.good = false;
    }
    yaml_parser_delete(&yaml);
    return r.good;
}

const struct oidc_provider *
oidc_provider_find(const struct oidc_providers *all, const char *id, enum oidc_face face)
{
    for (int i = 0; all && i < all->n; i++)
        if (all->p[i].face == face && strcmp(all->p[i].id, id) == 0)
            return &all->p[i];
    return NULL;
}

int
oidc_level(const struct oidc_provider *p, const char *said)
{
    for (int i = 0; i < p->levels; i++)
        if (strcmp(p->level[i].said, said) == 0)
            return p->level[i].level;
    return *said ? 1 : p->usual;
}
