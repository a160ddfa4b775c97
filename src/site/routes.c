#include "site/routes.h"

#include <stdio.h>
#include <string.h>

#include "auth/perm.h"
#include "base/err.h"
#include "http/router.h"
#include "site/matrix.h"

/* One line a table. */
#define TABLES(X) \
    X(site_routes) \
    X(site_watch_routes) \
    X(site_signing_routes) \
    X(auth_routes) \
    X(auth_oidc_routes) \
    X(auth_code_routes) \
    X(auth_key_routes) \
    X(auth_second_routes) \
    X(auth_sign_in_routes) \
    X(agencies_api_routes) \
    X(digitise_desk_routes) \
    X(digitise_sheets_routes) \
    X(digitise_progress_routes) \
    X(digitise_aims_routes) \
    X(dossiers_desk_act_routes) \
    X(dossiers_desk_intake_routes) \
    X(dossiers_desk_list_routes) \
    X(dossiers_desk_overview_routes) \
    X(dossiers_desk_show_routes) \
    X(dossiers_desk_unmask_routes) \
    X(dossiers_files_routes) \
    X(site_home_routes) \
    X(site_procedure_routes) \
    X(site_statistics_routes) \
    X(site_digital_routes) \
    X(site_agency_routes) \
    X(site_settings_routes) \
    X(site_contents_routes) \
    X(site_api_routes) \
    X(catalogue_api_routes) \
    X(catalogue_admin_routes) \
    X(dossiers_draft_routes) \
    X(dossiers_assist_routes) \
    X(dossiers_follow_routes) \
    X(dossiers_seal_routes) \
    X(site_sealing_routes) \
    X(dossiers_mandate_routes) \
    X(dossiers_vault_routes) \
    X(mandates_routes) \
    X(mandates_new_routes) \
    X(dossiers_vault_desk_routes) \
    X(dossiers_api_routes) \
    X(agencies_routes) \
    X(agencies_admin_routes) \
    X(agencies_officers_routes) \
    X(site_audit_routes) \
    X(site_acts_routes) \
    X(site_seen_routes) \
    X(site_unusual_routes) \
    X(site_matrix_routes) \
    X(results_public_routes) \
    X(dossiers_result_routes) \
    X(dossiers_result_book_routes) \
    X(dossiers_result_many_routes) \
    X(dossiers_print_routes) \
    X(dossiers_register_routes) \
    X(papers_arrive_routes) \
    X(retention_routes) \
    X(retention_list_routes) \
    X(owner_routes) \
    X(owner_desk_routes)

#define X(name) extern const struct route name[];
TABLES(X)
#undef X

const struct route *const site_route_tables[] = {
#define X(name) name,
    TABLES(X)
#undef X
};
const size_t site_route_tables_n = sizeof site_route_tables / sizeof *site_route_tables;

/* --- motcua routes --- */

static const char *const METHODS[] = { [GET] = "GET", [POST] = "POST" };
static const char *const WHERES[] = {
    [RUN_HERE] = "here",
    [RUN_INLINE] = "inline",
    [RUN_READ_LANE] = "read",
    [RUN_READ_FIRST] = "read-first",
    [RUN_WRITE_LANE] = "write",
    [RUN_ASIDE] = "aside",
};
static const char *const BODIES[] = {[BODY_NONE] = "none",
                                     [BODY_FORM] = "form",
                                     [BODY_EFORM] = "eform",
                                     [BODY_JSON] = "json",
                                     [BODY_PART] = "part",
                                     [BODY_LOOK] = "look",
                                     [BODY_UPLOAD] = "upload"};
static const char *const SEES[] = { [SEES_NOBODY] = "nobody", [SEES_PERSON] = "person" };
static const char *const FACES[] = {[FACE_PORTAL] = "portal",
                                    [FACE_DESK] = "desk",
                                    [FACE_ADMIN] = "admin",
                                    [FACE_API] = "api",
                                    [FACE_FILE] = "file",
                                    [FACE_SCRIPT] = "script"};

static const char *const KINDS[] = {
    [K_TEXT] = "text",
    [K_LINES] = "lines",
    [K_SECRET] = "secret",
    [K_INT] = "int",
    [K_BOOL] = "bool",
    [K_ENUM] = "enum",
    [K_ENUMS] = "enums",
    [K_DATE] = "date",
    [K_MOMENT] = "moment",
    [K_MONEY] = "money",
    [K_PERSONAL_NUMBER] = "personal-number",
    [K_PHONE] = "phone",
    [K_EMAIL] = "email",
    [K_CODE] = "code",
    [K_CODES] = "codes",
    [K_DOSSIER_CODE] = "dossier-code",
    [K_TOKEN] = "token",
    [K_FILES] = "files",
    [K_EFORM] = "eform",
    [K_JSON] = "json",
};

static void
print_line(const struct route *r)
{
    printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", METHODS[r->method], r->path, perm_word(r->perm),
           WHERES[r->where], BODIES[r->body], SEES[r->sees], FACES[r->face], r->about);
}

static json_t *
input_json(const struct param *p)
{
    json_t *one = json_pack("{s:s, s:s, s:b, s:b, s:I, s:I}", "name", p->name, "kind",
                            KINDS[p->kind], "required", p->required, "number", p->number, "min",
                            (json_int_t)p->min, "max", (json_int_t)p->max);
    json_t *words = p->words ? json_array() : NULL;

    for (size_t i = 0; words && p->words[i]; i++)
        json_array_append_new(words, json_string(p->words[i]));
    if (words)
        json_object_set_new(one, "words", words);
    return one;
}

static json_t *
inputs_json(const struct route *r)
{
    json_t *list = json_array();

    for (const struct param *p = r->in; p->kind != K_END; p++)
        json_array_append_new(list, input_json(p));
    return list;
}

static void
print_json(const struct route *const *row, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "method",
                                        METHODS[row[i]->method], "path", row[i]->path, "perm",
                                        perm_word(row[i]->perm), "where", WHERES[row[i]->where],
                                        "body", BODIES[row[i]->body], "sees", SEES[row[i]->sees],
                                        "face", FACES[row[i]->face], "limit",
                                        class_word(class_of(row[i])), "about", row[i]->about, "in",
                                        inputs_json(row[i])));
    json_dumpf(list, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(list);
}

/* METHOD PATH PERM, then a + or a - for each sort of visitor, who stand in the first line. */
static void
print_matrix(const struct route *const *row, size_t n)
{
    fputs("method\tpath\tperm", stdout);
    for (int v = 0; v < VISITOR__COUNT; v++)
        printf("\t%s", matrix_word((enum visitor)v));
    for (size_t i = 0; i < n; i++) {
        printf("\n%s\t%s\t%s", METHODS[row[i]->method], row[i]->path, perm_word(row[i]->perm));
        for (int v = 0; v < VISITOR__COUNT; v++)
            printf("\t%c", matrix_may((enum visitor)v, row[i]) ? '+' : '-');
    }
    putchar('\n');
}

static void
print_lines(const struct route *const *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print_line(row[i]);
}

static int
usage(FILE *to, int status)
{
    fputs("usage: motcua routes [--json | --matrix]\n"
          "Prints every route: METHOD PATH PERM WHERE BODY SEES FACE ABOUT, tab separated.\n"
          "--matrix: METHOD PATH PERM and, for each sort of visitor of the first line, + or -:\n"
          "who gets past the gate. Whose dossier it is, is asked by each query beside that.\n",
          to);
    return status;
}

int
site_cmd_routes(int argc, char **argv)
{
    struct arena *a = arena_open(16 << 20);
    const struct route *const *row;
    struct router *t;
    struct ctx c;
    size_t n;
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    bool matrix = argc > 1 && strcmp(argv[1], "--matrix") == 0;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return arena_close(a), usage(stdout, 0);
    if (argc > 1 + (json || matrix))
        return arena_close(a), usage(stderr, 2);
    ctx_init(&c, a);
    if (!(t = router_open(&c, site_route_tables, site_route_tables_n))) {
        fprintf(stderr, "motcua: %s\n", c.err.detail);
        return arena_close(a), 1;
    }
    n = router_rows(t, &row);
    (json ? print_json : matrix ? print_matrix : print_lines)(row, n);
    router_close(t);
    arena_close(a);
    return 0;
}
