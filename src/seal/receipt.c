/* A file of proofs, as a person carries it away: does it hold? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "mod/audit/seal.h"
#include "mod/workflow/workflow.h"
#include "seal/seal.h"

enum { EVENTS_MAX = 10000 };

/* What the text of a leaf says; it was signed, so nothing but its own form is read. */
struct told {
    const char *kind, *subject;
    int64_t event, at, action, status;
};

static bool
line_number(char **at, const char *name, int64_t *out)
{
    size_t n = strlen(name);
    char *end;

    if (strncmp(*at, name, n) != 0 || (*at)[n] != ' ')
        return false;
    *out = strtoll(*at + n + 1, &end, 10);
    if (end == *at + n + 1 || *end != '\n')
        return false;
    *at = end + 1;
    return true;
}

static bool
read_leaf(struct arena *a, const char *text, struct told *out)
{
    static const char FIRST[] = "motcua-leaf/1\n";
    char *at = arena_str(a, text), *blank, *end;

    if (strncmp(at, FIRST, sizeof FIRST - 1) != 0)
        return false;
    at += sizeof FIRST - 1;
    blank = strchr(at, ' ');
    end = strchr(at, '\n');
    if (!blank || !end || blank > end)
        return false;
    *blank = *end = '\0';
    *out = (struct told){.kind = at, .subject = blank + 1};
    at = end + 1;
    if (!line_number(&at, "event", &out->event) || !line_number(&at, "at", &out->at))
        return false;
    if (strcmp(out->kind, "dossier") == 0 &&
        (!line_number(&at, "action", &out->action) || !line_number(&at, "status", &out->status)))
        return false;
    return strncmp(at, "sum ", 4) == 0 && strlen(at) == 4 + 2 * MERKLE_SIZE + 1;
}

/* --- one proof ----------------------------------------------------------------------------- */

struct judged {
    struct ctx *c;
    const json_t *keys;
    const struct note *head;            /* that somebody kept; NULL none */
    const char *dossier;                /* that the file is of; NULL: a single proof */
    size_t proved, bad;
};

static void
say_told(struct ctx *c, const struct told *t)
{
    printf("event %s %lld at %s", t->subject, (long long)t->event, moment_rfc3339(c->a, t->at));
    if (t->action > 0 && t->action < ACT__COUNT)
        printf(" action %s status %lld", workflow_action((enum action)t->action)->word,
               (long long)t->status);
    putchar('\n');
}

/* NULL, or why it does not hold. */
static const char *
judge(struct judged *v, const struct seal_proof *p, const struct told *t)
{
    merkle_hash leaf = merkle_leaf(p->leaf, strlen(p->leaf));
    enum note_state s;
    struct note n;
    const char *why = note_read(v->c->a, p->note, strlen(p->note), &n), *kid;

    if (why)
        return arena_fmt(v->c->a, "its head %s", why);
    if (v->dossier && (strcmp(t->kind, "dossier") != 0 || strcmp(t->subject, v->dossier) != 0))
        return "it is of another dossier";
    if (n.size != p->size || !merkle_included(&leaf, p->position, p->size, p->path, p->n, &n.root))
        return "it is not under its head";
    if (v->head && v->head->size == n.size && !merkle_equal(&v->head->root, &n.root))
        return "the head that was kept has another root";
    s = note_verify(v->c->a, v->keys, &n, &kid);
    printf("head %lld %s %s%s%s\n", (long long)n.size, moment_rfc3339(v->c->a, n.at), note_word(s),
           kid ? " key " : "", kid ? kid : "");
    return s == NOTE_GENUINE ? NULL
                             : arena_fmt(v->c->a, "the signature of its head is %s", note_word(s));
}

static void
judge_proof(struct judged *v, const json_t *proof, const json_t *event)
{
    const char *at = json_string_value(json_object_get(event, "at")), *why;
    const char *action = json_string_value(json_object_get(event, "action"));
    struct seal_proof p;
    struct told t;

    why = seal_proof_read(v->c->a, proof, &p);
    if (!why && !read_leaf(v->c->a, p.leaf, &t))
        why = "leaf: no leaf of the log";
    if (!why) {
        say_told(v->c, &t);
        why = judge(v, &p, &t);
    }
    if (!why && event && (json_integer_value(json_object_get(event, "event")) != t.event || !at ||
                          strcmp(at, moment_rfc3339(v->c->a, t.at)) != 0 || !action ||
                          t.action < 1 || t.action >= ACT__COUNT ||
                          strcmp(action, workflow_action((enum action)t.action)->word) != 0))
        why = "what stands beside the proof is not what was sealed";
    printf(why ? "sealed no: %s\n" : "sealed yes\n", why);
    *(why ? &v->bad : &v->proved) += 1;
}

static void
judge_event(struct judged *v, const json_t *event)
{
    const json_t *proof = json_object_get(event, "proof");

    if (json_is_null(proof))
        printf("event %s %lld\nsealed not-yet\n", v->dossier,
               (long long)json_integer_value(json_object_get(event, "event")));
    else
        judge_proof(v, proof, event);
}

bool
receipt_holds(struct ctx *c, const json_t *receipt, const json_t *keys, const struct note *head)
{
    const char *format = json_string_value(json_object_get(receipt, "format"));
    const json_t *events = json_object_get(receipt, "events"), *one;
    struct judged v = {.c = c, .keys = keys, .head = head};
    size_t i;

    if (format && strcmp(format, "motcua-receipt/1") == 0) {
        v.dossier = json_string_value(json_object_get(receipt, "dossier"));
        if (!v.dossier || !json_is_array(events) || json_array_size(events) > EVENTS_MAX) {
            printf("sealed no: no list of events of a dossier\n");
            return false;
        }
        json_array_foreach(events, i, one)
            judge_event(&v, one);
    } else {
        judge_proof(&v, receipt, NULL);
    }
    printf("proved %zu\nwrong %zu\n", v.proved, v.bad);
    return v.proved > 0 && v.bad == 0;
}

int
verify_receipt(struct command_site *s, const struct audit_flags *f)
{
    struct note head;
    json_t *keys, *receipt;
    int status = 2;

    if (!f->key)
        return command_say(2, "audit verify: --receipt needs --key, the public keys of the log");
    if (f->head && !kept_note(&s->c, "--head", f->head, &head))
        return 2;
    keys = kept_json(&s->c, "--key", f->key);
    receipt = keys ? kept_receipt(&s->c, "--receipt", f->receipt) : NULL;
    if (receipt)
        status = receipt_holds(&s->c, receipt, keys, f->head ? &head : NULL) ? 0 : 1;
    json_decref(receipt);
    json_decref(keys);
    return status;
}
