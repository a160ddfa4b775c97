/* motcua token create, list, revoke. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "base/date.h"
#include "db/db.h"
#include "mod/agencies/agencies.h"
#include "mod/agencies/agencies_cmd.h"
#include "site/command.h"

enum { DAYS_MAX = 3650, TOKENS_MAX = 10000 };

/* --- token create --- */

static const char TOKEN_MANUAL[] =
    "Usage: motcua token create --login LOGIN --label TEXT [--write] [--days N] [--db URL]\n"
    "       motcua token list [--login LOGIN] [--db URL]\n"
    "       motcua token revoke --login LOGIN --ref REF [--db URL]\n"
    "\n"
    "Makes a token of the API that acts as the officer LOGIN and prints it once.  It reads; with\n"
    "--write it creates and acts as well.  It ends after N days (1 to 3650; 365 when not said).\n"
    "\n"
    "list: REF, login, read or write, first and last day, label; tab separated, a token a line.\n"
    "revoke: the token REF of LOGIN opens nothing from now on.\n";

static int
parse_days(const char *text, int64_t *out)
{
    *out = 365;
    if (!text)
        return 0;
    if (sscanf(text, "%4" SCNd64, out) != 1 || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 4 || *out < 1 || *out > DAYS_MAX)
        return command_say(2, "token create: --days %s: 1 to %d is expected", text, DAYS_MAX);
    return 0;
}

static int
create_token(struct ctx *c, const char *login, const char *label, bool write, int64_t days)
{
    struct account a;
    char *token;
    int rc = auth_account_by_login(c, ACCOUNT_OFFICER, login, &a);

    if (rc == E_NOTFOUND)
        return command_say(1, "token create: --login %s: there is no such officer", login);
    if (rc == OK && !a.active)
        rc = fail(c, E_DENIED, N_("Tài khoản này đã ngừng hoạt động"), "account is not active");
    if (rc == OK)
        rc = auth_token_create(c, a.id, label, write, c->now + days * DAY_SECONDS, &token);
    if (rc == OK)
        printf("token %s\n", token);
    return rc;
}

static int
token_create(int argc, char **argv)
{
    const char *login = NULL, *label = NULL, *days_text = NULL;
    bool write = false;
    const struct flag flags[] = {{"login", &login, NULL}, {"label", &label, NULL},
                                 {"days", &days_text, NULL}, {"write", NULL, &write}, {0}};
    struct command_site s;
    int64_t days;
    int status;

    if ((status = command_open(&s, &argc, argv, flags, DB_READ_WRITE)) != 0)
        return status;
    if (argc > 1)
        status = command_say(2, "token create: %s is not an argument", argv[1]);
    else if (!login || !label || !*label)
        status = command_say(2, "token create: --%s is missing", login ? "label" : "login");
    else
        status = parse_days(days_text, &days);
    if (status) {
        command_end(&s, OK);
        return status;
    }
    status = create_token(&s.c, login, label, write, days);
    command_end(&s, status < 0 ? status : OK);
    return status ? 1 : 0;
}

/* --- token list, token revoke --- */

static int
find_login(struct ctx *c, const char *login, int64_t *id)
{
    struct account a = {0};
    int rc = login ? auth_account_by_login(c, ACCOUNT_OFFICER, login, &a) : OK;

    *id = a.id;
    return rc;
}

static void
print_token(struct ctx *c, const struct token_row *t)
{
    printf("%s\t%s\t%s\t%s\t%s\t%s\n", t->ref, t->login, t->write ? "write" : "read",
           date_iso(c->a, vn_day(t->created_at)),
           t->expires_at ? date_iso(c->a, vn_day(t->expires_at)) : "never", t->label);
}

static int
list_tokens(struct ctx *c, const char *login)
{
    struct token_row *v = arena_get(c->a, TOKENS_MAX * sizeof *v);
    int64_t account;
    size_t n = 0;
    int rc = find_login(c, login, &account);

    if (rc < 0 || (rc = auth_token_list(c, account, TOKENS_MAX, v, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        print_token(c, &v[i]);
    return OK;
}

static int
revoke_token(struct ctx *c, const char *login, const char *ref)
{
    int64_t account;
    int rc = find_login(c, login, &account);

    if (rc < 0 || (rc = auth_token_end(c, account, ref)) < 0)
        return rc;
    printf("revoked %s\n", ref);
    return OK;
}

static int
token_list(int argc, char **argv)
{
    const char *login = NULL;
    const struct flag flags[] = {{"login", &login, NULL}, {0}};
    struct command_site s;
    int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE);

    if (status)
        return status;
    if (argc > 1) {
        command_end(&s, OK);
        return command_say(2, "token list: %s is not an argument", argv[1]);
    }
    return command_end(&s, list_tokens(&s.c, login));
}

static int
token_revoke(int argc, char **argv)
{
    const char *login = NULL, *ref = NULL;
    const struct flag flags[] = {{"login", &login, NULL}, {"ref", &ref, NULL}, {0}};
    struct command_site s;
    int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE);

    if (status)
        return status;
    if (argc > 1 || !login || !ref) {
        command_end(&s, OK);
        return argc > 1 ? command_say(2, "token revoke: %s is not an argument", argv[1])
                        : command_say(2, "token revoke: --%s is missing", login ? "ref" : "login");
    }
    return command_end(&s, revoke_token(&s.c, login, ref));
}

int
agencies_cmd_token(int argc, char **argv)
{
    static const struct { const char *word; int (*run)(int argc, char **argv); } VERBS[] = {
        {"create", token_create}, {"list", token_list}, {"revoke", token_revoke}};

    if (agencies_help(argc, argv, TOKEN_MANUAL))
        return 0;
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (agencies_verb(&argc, argv, VERBS[i].word))
            return VERBS[i].run(argc, argv);
    return command_say(2, "token: say create, list or revoke; see motcua token --help");
}
