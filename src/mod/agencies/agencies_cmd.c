/* motcua agencies import, user add, user link, user verify. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/second.h"
#include "base/vi.h"
#include "mod/agencies/agencies_cmd.h"
#include "mod/agencies/agencies_manage.h"
#include "site/command.h"
#include "site/site.h"

enum { ROLES_MAX = 20, LINE_MAX_BYTES = 600 };

bool
agencies_help(int argc, char **argv, const char *manual)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            fputs(manual, stdout);
            return true;
        }
    return false;
}

/* The word of the sub-command, e.g. import; false when it is another one. */
bool
agencies_verb(int *argc, char **argv, const char *want)
{
    if (*argc < 2 || strcmp(argv[1], want) != 0)
        return false;
    memmove(&argv[1], &argv[2], (size_t)(*argc - 1) * sizeof *argv);
    --*argc;
    return true;
}

/* --- agencies import -------------------------------------------------------------------------- */

static const char AGENCIES_MANUAL[] =
    "Usage: motcua agencies import FILE|DIR [--db URL]\n"
    "\n"
    "Reads the tree of agencies from FILE, or from agencies.yaml in DIR.  Every fault is printed\n"
    "as path:line:column: sentence; a faulty file changes nothing.  A row is known by its code\n"
    "and first day; what the file leaves out stays as people set it, so it may be run again.\n";

static void
print_fault(void *to, const char *path, int line, int column, const char *sentence)
{
    (void)to;
    printf("%s:%d:%d: %s\n", path, line, column, sentence);
}

static const char *
file_of(struct ctx *c, const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? arena_fmt(c->a, "%s/agencies.yaml", path)
                                                       : path;
}

static int
import(struct ctx *c, const char *path)
{
    int64_t before = agencies_generation(c);
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK)
        rc = agencies_file_import(c, file_of(c, path), print_fault, NULL);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    else
        printf("agencies %s\n", agencies_generation(c) == before ? "unchanged" : "imported");
    return rc;
}

int
agencies_cmd(int argc, char **argv)
{
    struct command_site s;
    int status;

    if (agencies_help(argc, argv, AGENCIES_MANUAL))
        return 0;
    if (!agencies_verb(&argc, argv, "import"))
        return command_say(2, "agencies: say import FILE; see motcua agencies --help");
    if ((status = command_open(&s, &argc, argv, NULL, DB_READ_WRITE)) != 0)
        return status;
    if (argc != 2) {
        command_end(&s, OK);
        return command_say(2, "agencies import: FILE %s",
                           argc < 2 ? "is missing" : "is given twice");
    }
    return command_end(&s, import(&s.c, argv[1]));
}

/* --- user add ------------------------------------------------------------------------------- */

static const char USER_MANUAL[] =
    "Usage: motcua user add --login LOGIN --name NAME [--role ROLE@AGENCY[:FIELDS]]...\n"
    "                       [--citizen] [--phone P] [--email E] [--password-stdin | --link]\n"
    "                       [--db URL]\n"
    "       motcua user link --login LOGIN [--db URL]\n"
    "       motcua user verify --login NUMBER [--db URL]\n"
    "       motcua user sign-out (--login LOGIN [--citizen] | --all) [--db URL]\n"
    "\n"
    "Makes the account of an officer, or of a citizen (LOGIN is then the personal number).\n"
    "ROLE is intake, specialist, leader, archivist, reporter, auditor, administrator or community\n"
    "(a member of a community digital team, who helps people at home), AGENCY a code of today\n"
    "such as H26.X.00070.  FIELDS are ids of the catalogue's fields with commas between, as in\n"
    "leader@H26.X.00070:G15-TP07,G13-TN02: the role is then for procedures of these alone.\n"
    "The password is the first line of standard input, or one is made and\n"
    "printed, which an officer changes at the first sign-in.  With --link no password is made:\n"
    "the printed link, good for one use and link_hours, lets the officer set one.\n"
    "\n"
    "link: the same for an officer who has an account; the old password and all sessions end.\n"
    "verify: somebody has seen the card of the citizen who signs in with NUMBER; from then on\n"
    "dossiers handed in at a counter under that number are in the citizen's own list.\n"
    "sign-out: ends every session of the account, or of everybody; prints how many.\n";

struct user_add {
    const char *login, *name, *phone, *email;
    bool citizen, password_stdin, link;
    const char *roles[ROLES_MAX];
    size_t roles_n;
};

/* Takes every --role VALUE out of argv: unlike other flags it may come several times. */
static int
take_roles(struct user_add *u, int *argc, char **argv)
{
    int left = 1;

    for (int i = 1; i < *argc; i++) {
        bool glued = strncmp(argv[i], "--role=", 7) == 0;

        if (!glued && strcmp(argv[i], "--role") != 0) {
            argv[left++] = argv[i];
            continue;
        }
        if (u->roles_n == ROLES_MAX || (!glued && i + 1 >= *argc))
            return command_say(2, "user add: --role needs ROLE@AGENCY, at most %d times",
                               ROLES_MAX);
        u->roles[u->roles_n++] = glued ? argv[i] + 7 : argv[++i];
    }
    *argc = left;
    return 0;
}

/* As a role keeps them: commas become spaces. */
static const char *
fields_of(struct ctx *c, const char *text)
{
    char *s = arena_str(c->a, text);

    for (char *p = s; *p; p++)
        if (*p == ',')
            *p = ' ';
    return s;
}

static bool
fields_fit(struct ctx *c, const struct role_row *r)
{
    struct ctx aside = *c;

    return *r->fields && agencies_fields_check(&aside, r) == OK;
}

static int
parse_role(struct ctx *c, const struct agencies_snapshot *s, const char *text, struct role_row *out)
{
    const char *at = strchr(text, '@');
    const char *word = at ? arena_strn(c->a, text, (size_t)(at - text)) : text;
    const char *colon = at ? strchr(at, ':') : NULL;
    const char *code =
        at ? agency_code_parse(c->a, arena_strn(c->a, at + 1, colon ? (size_t)(colon - at - 1)
                                                                    : strlen(at + 1)))
           : NULL;
    const struct agency *g = code ? agencies_by_code(s, code, vn_day(c->now)) : NULL;

    *out = (struct role_row){.role = role_parse(word), .valid_from = vn_day(c->now),
                             .valid_to = AGENCY_OPEN,
                             .fields = colon ? fields_of(c, colon + 1) : ""};
    if (!at || out->role == ROLE_NONE)
        return command_say(2, "user add: --role %s: ROLE@AGENCY with a known role is expected",
                           text);
    if (!g)
        return command_say(2, "user add: --role %s: there is no such agency today", text);
    if (colon && !fields_fit(c, out))
        return command_say(2, "user add: --role %s: FIELDS are of intake, specialist, leader or"
                           " archivist, and each has a procedure in the catalogue", text);
    out->agency = g->id;
    return 0;
}

static int
check_user(struct user_add *u, char phone[12])
{
    if (!u->login || !u->name || !*u->name)
        return command_say(2, "user add: --%s is missing", u->login ? "name" : "login");
    if (u->citizen ? !vi_personal_number(u->login) : !auth_login_good(u->login))
        return command_say(2, "user add: --login %s: %s is expected", u->login,
                           u->citizen ? "a personal number of 12 digits"
                                      : "2 to 40 of a-z 0-9 . _ -, one a letter");
    if (u->link && (u->citizen || u->password_stdin))
        return command_say(2, "user add: --link: not with --citizen or --password-stdin");
    if (u->citizen && u->roles_n)
        return command_say(2, "user add: --role: a citizen has no role");
    if (u->phone && !vi_phone(u->phone, phone))
        return command_say(2, "user add: --phone %s: not a telephone number", u->phone);
    if (u->email && !vi_email(u->email))
        return command_say(2, "user add: --email %s: not an e-mail address", u->email);
    return 0;
}

/* The first line of standard input; 2 when it is not fit for a password. */
static int
read_password(struct ctx *c, const struct user_add *u, const char **out)
{
    char line[LINE_MAX_BYTES];
    const char *why;

    if (!fgets(line, sizeof line, stdin))
        return command_say(2, "user add: --password-stdin: standard input is empty");
    line[strcspn(line, "\r\n")] = '\0';
    *out = arena_str(c->a, line);
    if ((why = auth_password_fault(*out, u->login)) != NULL)
        return command_say(2, "user add: --password-stdin: %s", why);
    return 0;
}

static int
make_link(struct ctx *c, int64_t account, const char **out)
{
    char *token;
    int rc = auth_link_make(c, account, &token);

    *out = rc == OK ? arena_fmt(c->a, "%s/can-bo/dat-mat-khau/%s", c->site->config.base_url, token)
                    : NULL;
    return rc;
}

static int
add_user(struct ctx *c, const struct agencies_snapshot *s, const struct user_add *u,
         const char *phone, struct role_row *roles, const char *hash, const char **link)
{
    struct account a = {.kind = u->citizen ? ACCOUNT_CITIZEN : ACCOUNT_OFFICER, .login = u->login,
                        .name = vi_tidy(c->a, u->name), .phone = u->phone ? phone : NULL,
                        .email = u->email, .active = true,
                        .personal_number = u->citizen ? u->login : NULL};
    int64_t id;
    int rc = auth_account_add(c, &a, hash, &id);

    for (size_t i = 0; rc == OK && i < u->roles_n; i++) {
        roles[i].account = id;
        if ((rc = agencies_role_give(c, s, &roles[i])) == OK)
            rc = command_note(c, u->login, "role", u->roles[i]);
    }
    if (rc == OK && u->link)
        return make_link(c, id, link);
    if (rc == OK && !u->citizen && !u->password_stdin)
        rc = auth_password_set(c, id, hash, true);
    return rc;
}

static void
print_user(const struct user_add *u, const char *password, const char *link)
{
    printf("login %s\n", u->login);
    if (link)
        printf("link %s\n", link);
    else if (!u->password_stdin)
        printf("password %s\n", password);
}

static int
user_with(struct ctx *c, struct user_add *u)
{
    struct agencies_snapshot *s = agencies_snapshot_load(c);
    struct role_row roles[ROLES_MAX];
    const char *password = NULL, *hash, *link = NULL;
    char phone[12] = "";
    int status = check_user(u, phone), rc;

    for (size_t i = 0; status == 0 && s && i < u->roles_n; i++)
        status = parse_role(c, s, u->roles[i], &roles[i]);
    if (status == 0 && u->password_stdin)
        status = read_password(c, u, &password);
    if (status || !s) {
        agencies_snapshot_free(s);
        return status ? status : c->err.rc;
    }
    if (!password && !u->link)
        password = auth_password_make(c);
    hash = password ? auth_password_hash(c, password) : NULL;
    rc = hash || u->link ? db_begin(c, DB_READ_WRITE) : c->err.rc;
    if (rc == OK && (rc = add_user(c, s, u, phone, roles, hash, &link)) == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    else
        print_user(u, password, link);
    agencies_snapshot_free(s);
    return rc;
}

static int
user_verify(int argc, char **argv)
{
    const char *login = NULL;
    const struct flag flags[] = {{"login", &login, NULL}, {0}};
    struct command_site s;
    int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE), rc;

    if (status)
        return status;
    if (argc > 1 || !login) {
        command_end(&s, OK);
        return argc > 1 ? command_say(2, "user verify: %s is not an argument", argv[1])
                        : command_say(2, "user verify: --login NUMBER is missing");
    }
    if ((rc = auth_number_verify(&s.c, login)) == OK)
        printf("verified %s\n", login);
    return command_end(&s, rc);
}

static int
link_for(struct ctx *c, const char *login)
{
    struct account a;
    const char *link = NULL;
    int rc = auth_account_by_login(c, ACCOUNT_OFFICER, login, &a);

    if (rc == OK && (rc = db_begin(c, DB_READ_WRITE)) == OK) {
        if ((rc = auth_password_set(c, a.id, NULL, false)) == OK &&
            (rc = auth_session_close_all(c, a.id)) == OK && (rc = make_link(c, a.id, &link)) == OK)
            rc = db_commit(c);
        if (rc < 0)
            db_rollback(c);
    }
    if (rc == OK)
        printf("login %s\nlink %s\n", login, link);
    return rc;
}

static int
sign_out(struct ctx *c, enum account_kind kind, const char *login)
{
    struct account a = {0};
    int rc = OK, n = 0;

    if (login && (rc = auth_account_by_login(c, kind, login, &a)) < 0)
        return rc;
    if ((rc = db_begin(c, DB_READ_WRITE)) < 0)
        return rc;
    n = auth_session_close_of(c, a.id);
    if ((rc = n < 0 ? n : db_commit(c)) < 0)
        db_rollback(c);
    else
        printf("sessions ended %d\n", n);
    return rc;
}

static int
user_sign_out(int argc, char **argv)
{
    const char *login = NULL;
    bool all = false, citizen = false;
    const struct flag flags[] = {{"login", &login, NULL}, {"all", NULL, &all},
                                 {"citizen", NULL, &citizen}, {0}};
    struct command_site s;
    int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE);

    if (status)
        return status;
    if (argc > 1 || all == (login != NULL)) {
        command_end(&s, OK);
        return argc > 1 ? command_say(2, "user sign-out: %s is not an argument", argv[1])
                        : command_say(2, "user sign-out: --login LOGIN or --all is expected");
    }
    return command_end(&s, sign_out(&s.c, citizen ? ACCOUNT_CITIZEN : ACCOUNT_OFFICER, login));
}

static int
user_link(int argc, char **argv)
{
    const char *login = NULL;
    const struct flag flags[] = {{"login", &login, NULL}, {0}};
    struct command_site s;
    int status = command_open(&s, &argc, argv, flags, DB_READ_WRITE);

    if (status)
        return status;
    if (argc > 1 || !login) {
        command_end(&s, OK);
        return argc > 1 ? command_say(2, "user link: %s is not an argument", argv[1])
                        : command_say(2, "user link: --login LOGIN is missing");
    }
    return command_end(&s, link_for(&s.c, login));
}

int
agencies_cmd_user(int argc, char **argv)
{
    struct user_add u = {0};
    const struct flag flags[] = {
        {"login", &u.login, NULL}, {"name", &u.name, NULL},
        {"phone", &u.phone, NULL}, {"email", &u.email, NULL},
        {"citizen", NULL, &u.citizen}, {"password-stdin", NULL, &u.password_stdin},
        {"link", NULL, &u.link}, {0}};
    struct command_site s;
    int status, rc;

    if (agencies_help(argc, argv, USER_MANUAL))
        return 0;
    if (agencies_verb(&argc, argv, "verify"))
        return user_verify(argc, argv);
    if (agencies_verb(&argc, argv, "sign-out"))
        return user_sign_out(argc, argv);
    if (agencies_verb(&argc, argv, "link"))
        return user_link(argc, argv);
    if (!agencies_verb(&argc, argv, "add"))
        return command_say(2, "user: say add, link, sign-out or verify; see motcua user --help");
    if ((status = take_roles(&u, &argc, argv)) != 0 ||
        (status = command_open(&s, &argc, argv, flags, DB_READ_WRITE)) != 0)
        return status;
    if (argc > 1) {
        command_end(&s, OK);
        return command_say(2, "user add: %s is not an argument", argv[1]);
    }
    rc = user_with(&s.c, &u);
    status = command_end(&s, rc < 0 ? rc : OK);
    return rc > 0 ? rc : status;        /* 2: said already */
}
