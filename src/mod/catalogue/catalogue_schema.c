#include "mod/catalogue/catalogue_schema.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/logic.h"
#include "base/utf8.h"
#include "base/vi.h"

/* A check of one value; `k` is the rule's key for the sentence. */
typedef void check_fn(struct report *r, const struct node *v, const struct schema_rule *k);

int
schema_word(const char *const *words, const char *s)
{
    for (int i = 0; s && *s && words[i]; i++)       /* "" keeps a number free: it is no word */
        if (strcmp(words[i], s) == 0)
            return i;
    return -1;
}

char *
schema_words(struct arena *a, const char *const *words)
{
    struct buf b;

    buf_init(&b, a, 4096);
    for (size_t i = 0; words[i]; i++)
        if (*words[i])
            buf_fmt(&b, "%s%s", b.n == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    return b.p;
}

bool
schema_is_id(const char *s)
{
    return *s >= 'a' && *s <= 'z' && strlen(s) <= 64 &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

bool
schema_is_limit(const char *s, bool same_day)
{
    static const char *const UNITS[] = {"h", "wh", "d", "wd", "m", NULL};
    size_t digits = strspn(s, "0123456789");
    int minute;

    if (strncmp(s, "same-day:", 9) == 0)
        return same_day && strlen(s) == 14 && date_parse_minute(s + 9, &minute);
    return digits >= 1 && digits <= 3 && *s != '0' && schema_word(UNITS, s + digits) >= 0;
}

static bool
is_code(const char *s)
{
    return *s && strlen(s) <= 64 &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-") ==
               strlen(s);
}

/* The text of a scalar, or a finding and NULL. */
static const char *
text_of(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = node_text(v);

    if (!s)
        report_at(r, v, "`%s` must be a text, not %s", k->key, node_kind_name(v));
    return s;
}

static void
check_letters(struct report *r, const struct node *v, const struct schema_rule *k, bool lines)
{
    const char *s = text_of(r, v, k);
    size_t n, max = k->max ? (size_t)k->max : lines ? 8000 : 300;

    if (!s)
        return;
    n = utf8_length(s);
    if (!lines && strchr(s, '\n'))
        report_at(r, v, "`%s` must be one line", k->key);
    if (strcmp(vi_nfc(r->a, s), s) != 0)
        report_at(r, v, "`%s` has letters and marks apart; write composed letters (NFC)", k->key);
    if (s[strspn(s, " \t\n")] == '\0')
        report_at(r, v, "`%s` is empty", k->key);
    else if (n < (size_t)k->min || n > max)
        report_at(r, v, "`%s` has %zu characters; %" PRId64 " to %zu are allowed", k->key, n,
                  k->min ? k->min : 1, max);
}

static void
check_text(struct report *r, const struct node *v, const struct schema_rule *k)
{
    check_letters(r, v, k, false);
}

static void
check_lines(struct report *r, const struct node *v, const struct schema_rule *k)
{
    check_letters(r, v, k, true);
}

static void
check_id(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && !schema_is_id(s))
        report_at(r, v, "`%s` of `%s` must be a letter a-z and then a-z, 0-9 or _, at most 64", s,
                  k->key);
}

static void
check_code(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && !is_code(s))
        report_at(r, v, "`%s` must be a code: letters A-Z, digits and . _ / -, at most 64", k->key);
}

static void
check_word(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && schema_word(k->words, s) < 0)
        report_at(r, v, "`%s` is not a value of `%s`: %s", s, k->key, schema_words(r->a, k->words));
}

/* A list of at least `min` and at most `max` elements. */
static bool
check_count(struct report *r, const struct node *v, const struct schema_rule *k, int64_t usual)
{
    int64_t max = k->max ? k->max : usual;

    if (v->kind != NODE_LIST) {
        report_at(r, v, "`%s` must be a list, not %s", k->key, node_kind_name(v));
        return false;
    }
    if ((int64_t)v->n < k->min || (int64_t)v->n > max)
        report_at(r, v, "`%s` has %zu elements; %" PRId64 " to %" PRId64 " are allowed", k->key,
                  v->n, k->min, max);
    return true;
}

static void
check_each_once(struct report *r, const struct node *list, const char *key)
{
    for (size_t i = 0; i < list->n && i < 500; i++)
        for (size_t j = 0; j < i; j++) {
            const char *x = node_text(list->items[i]), *y = node_text(list->items[j]);

            if (x && y && strcmp(x, y) == 0) {
                report_at(r, list->items[i], "`%s` stands twice in `%s`", x, key);
                break;
            }
        }
}

static void
check_all(struct report *r, const struct node *v, const struct schema_rule *k, int64_t usual,
          check_fn *each)
{
    if (!check_count(r, v, k, usual))
        return;
    for (size_t i = 0; i < v->n && (int64_t)i < usual; i++)
        each(r, v->items[i], k);
    check_each_once(r, v, k->key);
}

static void
check_words(struct report *r, const struct node *v, const struct schema_rule *k)
{
    check_all(r, v, k, 31, check_word);
}

static void
check_ids(struct report *r, const struct node *v, const struct schema_rule *k)
{
    check_all(r, v, k, 200, check_id);
}

static void
check_sentence(struct report *r, const struct node *v, const struct schema_rule *k)
{
    struct schema_rule one = {.key = k->key, .max = 4000};

    check_letters(r, v, &one, true);
}

static void
check_texts(struct report *r, const struct node *v, const struct schema_rule *k)
{
    if (node_text(v))
        check_sentence(r, v, k);
    else
        check_all(r, v, k, 60, check_sentence);
}

static void
check_int(struct report *r, const struct node *v, const struct schema_rule *k)
{
    int64_t n, max = k->max ? k->max : INT32_MAX;
    json_t *j;

    if (v->kind != NODE_INT) {
        report_at(r, v, "`%s` must be a whole number, not %s", k->key, node_kind_name(v));
        return;
    }
    j = node_json(v);
    n = json_integer_value(j);
    json_decref(j);
    if (n < k->min || n > max)
        report_at(r, v, "`%s` is %" PRId64 "; %" PRId64 " to %" PRId64 " are allowed", k->key, n,
                  k->min, max);
}

static void
check_bool(struct report *r, const struct node *v, const struct schema_rule *k)
{
    if (v->kind != NODE_BOOL)
        report_at(r, v, "`%s` must be true or false, not %s", k->key, node_kind_name(v));
}

static void
check_date(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);
    day d;

    if (s && !date_parse(s, &d))
        report_at(r, v, "`%s` is not a date of the calendar written YYYY-MM-DD: %s", k->key, s);
}

static void
check_limit(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && !schema_is_limit(s, true))
        report_at(r, v, "`%s` is not a limit: Nh, Nwh, Nd, Nwd, Nm (1 to 999) or same-day:HH:MM",
                  s);
}

static void
check_period(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && !schema_is_limit(s, false))
        report_at(r, v, "`%s` is not a period: Nh, Nwh, Nd, Nwd or Nm (1 to 999)", s);
}

static void
check_url(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const char *s = text_of(r, v, k);

    if (s && (strncmp(s, "https://", 8) != 0 || strlen(s) > 500 || strpbrk(s, " <>\"'\\")))
        report_at(r, v, "`%s` must be an address that starts with https://", k->key);
}

static void
check_map(struct report *r, const struct node *v, const struct schema_rule *k)
{
    schema_check(r, v, k->of);
}

static void
check_list(struct report *r, const struct node *v, const struct schema_rule *k)
{
    if (!check_count(r, v, k, 100))
        return;
    for (size_t i = 0; i < v->n && i < 100; i++)
        schema_check(r, v->items[i], k->of);
}

static int
depth_of(const struct node *v, int depth)
{
    int deepest = depth;

    if (v->kind == NODE_LIST || v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n; i++) {
            int d = depth_of(v->items[i], depth + 1);
            deepest = d > deepest ? d : deepest;
        }
    return deepest;
}

/* Inside a condition a map is an operator; two side by side would be taken as a literal. */
static const struct node *
find_not_single(const struct node *v)
{
    const struct node *found = NULL;

    if (v->kind == NODE_MAP && v->n != 1)
        return v;
    if (v->kind == NODE_LIST || v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n && !found; i++)
            found = find_not_single(v->items[i]);
    return found;
}

/* The map whose only key is the operator that does not exist. */
static const struct node *
find_operator(const struct node *v, const char *op)
{
    const struct node *found = NULL;

    if (v->kind == NODE_MAP && v->n == 1 && strcmp(v->keys[0]->text, op) == 0)
        return v->keys[0];
    if (v->kind == NODE_LIST || v->kind == NODE_MAP)
        for (size_t i = 0; i < v->n && !found; i++)
            found = find_operator(v->items[i], op);
    return found;
}

static void
check_logic(struct report *r, const struct node *v, const struct schema_rule *k)
{
    const struct node *many;
    json_t *rule;
    const char *bad;

    if (v->kind != NODE_MAP && v->kind != NODE_BOOL) {
        report_at(r, v, "`%s` must be a condition in JSONLogic, not %s", k->key, node_kind_name(v));
        return;
    }
    if (depth_of(v, 0) > 64) {
        report_at(r, v, "the condition is more than 32 operators deep");
        return;
    }
    if ((many = find_not_single(v)))
        report_at(r, many, "in a condition a map has one key, its operator; this one has %zu",
                  many->n);
    rule = node_json(v);
    bad = logic_check(rule, NULL, NULL);
    if (bad) {
        const struct node *at = find_operator(v, bad);
        report_at(r, at ? at : v, "JSONLogic has no operator `%s`", bad);
    }
    json_decref(rule);
}

static void
check_any(struct report *r, const struct node *v, const struct schema_rule *k)
{
    (void)r, (void)v, (void)k;
}

static check_fn *const CHECK[] = {
    [S_TEXT] = check_text,   [S_LINES] = check_lines,   [S_ID] = check_id,
    [S_CODE] = check_code,   [S_WORD] = check_word,     [S_WORDS] = check_words,
    [S_INT] = check_int,     [S_BOOL] = check_bool,     [S_DATE] = check_date,
    [S_LIMIT] = check_limit, [S_PERIOD] = check_period, [S_URL] = check_url,
    [S_IDS] = check_ids,     [S_TEXTS] = check_texts,   [S_MAP] = check_map,
    [S_LIST] = check_list,   [S_LOGIC] = check_logic,   [S_ANY] = check_any,
};

void
schema_check_value(struct report *r, const struct node *v, const struct schema_rule *rule)
{
    if (v->kind == NODE_NULL && rule->kind != S_ANY)
        report_at(r, v, "`%s` has no value; leave the key out or give one", rule->key);
    else
        CHECK[rule->kind](r, v, rule);
}

static const struct schema_rule *
rule_of(const struct schema *s, const char *key)
{
    for (const struct schema_rule *k = s->rules; k->key; k++)
        if (strcmp(k->key, key) == 0)
            return k;
    return NULL;
}

static void
report_unknown(struct report *r, const struct node *key, const struct schema *s)
{
    struct buf known;

    buf_init(&known, r->a, 500);
    for (const struct schema_rule *k = s->rules; k->key; k++)
        buf_fmt(&known, "%s%s", k == s->rules ? "" : ", ", k->key);
    report_at(r, key, "`%s` is no key of %s; it may have %s", key->text, s->what, known.p);
}

bool
schema_check(struct report *r, const struct node *map, const struct schema *s)
{
    if (!map || map->kind != NODE_MAP) {
        report_at(r, map, "%s must be a map of keys and values, not %s", s->what,
                  node_kind_name(map));
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        const struct schema_rule *k = rule_of(s, map->keys[i]->text);

        if (k)
            schema_check_value(r, map->items[i], k);
        else
            report_unknown(r, map->keys[i], s);
    }
    for (const struct schema_rule *k = s->rules; k->key; k++)
        if (k->required && !node_get(map, k->key))
            report_at(r, map, "%s has no `%s`", s->what, k->key);
    return true;
}
