/* Walks the catalogue, its procedures/ folder or one package; no file below is left unread. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/po.h"
#include "base/utf8.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_template.h"
#include "mod/deadlines/rules.h"

enum { ENTRIES_MAX = 2000, PO_BYTES = 4 * 1024 * 1024 };

typedef VEC(const char *) name_list;

struct walk {
    struct report *r;
    VEC(struct package) packages;
    VEC(struct template_file) templates;
    struct surroundings s;
    struct bytes fields_text, po_text, types_text, keep_text;
    const struct node *keep;            /* of retention.yaml */
    const char *types_path, *keep_path;
    size_t files;
};

static const struct schema NAMED = {"a field", 0, (const struct schema_rule[]){
    {"id", S_CODE, true}, {"name", S_TEXT, true, 2, 120}, {0}}};
static const struct schema EVENT = {"a life event", 0, (const struct schema_rule[]){
    {"id", S_ID, true}, {"name", S_TEXT, true, 2, 120}, {"summary", S_TEXT, true, 10, 300}, {0}}};
static const struct schema FIELDS = {"fields.yaml", 0, (const struct schema_rule[]){
    {"fields", S_LIST, true, 1, 100, .of = &NAMED},
    {"life_events", S_LIST, true, 1, 40, .of = &EVENT}, {0}}};

static bool
is_folder(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static char *
join(struct walk *w, const char *dir, const char *name)
{
    return arena_fmt(w->r->a, "%s/%s", dir, name);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static name_list
names_in(struct walk *w, const char *dir)
{
    name_list names = {0};
    DIR *d = opendir(dir);
    struct dirent *e;

    w->r->path = dir;
    if (!d)
        report_line(w->r, 1, 1, "the folder cannot be read: %s", strerror(errno));
    while (d && (e = readdir(d)) && names.n < ENTRIES_MAX)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            *vec_push(w->r->a, &names) = arena_str(w->r->a, e->d_name);
    if (d)
        closedir(d);
    if (names.n)
        qsort(names.p, names.n, sizeof *names.p, by_name);
    return names;
}

static bool
load(struct walk *w, const char *path, size_t max, struct bytes *out)
{
    int rc = file_read(w->r->a, path, max, out);

    w->r->path = path;
    w->files++;
    if (rc == -EFBIG)
        report_line(w->r, 1, 1, "the file is longer than %zu KiB", max / 1024);
    else if (rc < 0)
        report_line(w->r, 1, 1, "the file cannot be read: %s", strerror(-rc));
    return rc == 0;
}

static const struct node *
load_yaml(struct walk *w, const char *path, struct bytes *b)
{
    return load(w, path, TREE_BYTES, b) ? tree_yaml(w->r, (const char *)b->p, b->n) : NULL;
}

static const struct node *
load_json(struct walk *w, const char *path, struct bytes *b)
{
    return load(w, path, TREE_BYTES, b) ? tree_json(w->r, (const char *)b->p, b->n) : NULL;
}

static void
unexpected(struct walk *w, const char *dir, const char *name, const char *expected)
{
    w->r->path = join(w, dir, name);
    if (!utf8_clean(name, strlen(name)))
        w->r->path = dir;
    report_line(w->r, 1, 1, "nothing of this name is expected here; only %s", expected);
}

/* --- one package -------------------------------------------------------------------------- */

static const char *
last_part(struct walk *w, const char *dir)
{
    const char *slash = strrchr(dir, '/');

    if (strcmp(slash ? slash + 1 : dir, ".") == 0) {        /* `catalogue check .` */
        char full[4096];

        if (realpath(dir, full) && (slash = strrchr(full, '/')))
            return arena_str(w->r->a, slash + 1);
    }
    return slash ? slash + 1 : dir;
}

static void
walk_package(struct walk *w, const char *dir)
{
    struct package p = {.path = join(w, dir, "procedure.yaml"),
                        .form_path = join(w, dir, "form.json"), .folder = last_part(w, dir)};
    name_list names = names_in(w, dir);
    bool yaml = false, form = false;

    for (size_t i = 0; i < names.n; i++) {
        if (strcmp(names.p[i], "procedure.yaml") == 0)
            yaml = true, p.yaml = load_yaml(w, p.path, &p.yaml_text);
        else if (strcmp(names.p[i], "form.json") == 0)
            form = true, p.form = load_json(w, p.form_path, &p.form_text);
        else
            unexpected(w, dir, names.p[i], "procedure.yaml and form.json");
    }
    w->r->path = dir;
    if (!yaml)
        report_line(w->r, 1, 1, "the package has no procedure.yaml");
    if (!form)
        report_line(w->r, 1, 1, "the package has no form.json");
    *vec_push(w->r->a, &w->packages) = p;
}

static void
walk_procedures(struct walk *w, const char *dir)
{
    name_list names = names_in(w, dir);

    for (size_t i = 0; i < names.n; i++) {
        const char *path = join(w, dir, names.p[i]);

        if (is_folder(path))
            walk_package(w, path);
        else
            unexpected(w, dir, names.p[i], "folders of procedures");
    }
    w->r->path = dir;
    if (names.n == 0)
        report_line(w->r, 1, 1, "there is no package here");
}

/* --- files beside the packages ------------------------------------------------------------ */

static void
check_ids_once(struct report *r, const struct node *list)
{
    for (size_t i = 0; i < node_count(list); i++)
        for (size_t j = 0; j < i; j++) {
            const char *x = node_str(list->items[i], "id"), *y = node_str(list->items[j], "id");

            if (x && y && strcmp(x, y) == 0)
                report_at(r, node_get(list->items[i], "id"), "`%s` is there already, in line %d", x,
                          list->items[j]->line);
        }
}

static void
walk_fields(struct walk *w, const char *path)
{
    const struct node *fields = load_yaml(w, path, &w->fields_text);

    if (!fields || !schema_check(w->r, fields, &FIELDS))
        return;
    check_ids_once(w->r, node_get(fields, "fields"));
    check_ids_once(w->r, node_get(fields, "life_events"));
    w->s.fields = fields;
}

static void
report_agency(void *to, const char *path, int line, int column, const char *sentence)
{
    struct walk *w = to;

    w->r->path = path;
    report_line(w->r, line, column, "%s", sentence);
}

/* Its own slice says what is wrong with it; here it is read for the codes that steps name. */
static void
walk_agencies(struct walk *w, const char *path)
{
    struct bytes b;

    if (agencies_file_check(w->r->a, path, report_agency, w) == 0)
        w->s.agencies = load_yaml(w, path, &b);
    else
        w->files++;
}

static void
report_data(struct walk *w, const struct data_faults *faults)
{
    for (size_t i = 0; i < faults->v.n; i++)
        report_line(w->r, faults->v.p[i].line, faults->v.p[i].column, "%s",
                    faults->v.p[i].sentence);
}

static void
walk_calendar(struct walk *w, const char *path)
{
    struct data_faults faults = {.a = w->r->a};
    struct calendar calendar;
    struct bytes b;

    if (!load(w, path, TREE_BYTES, &b))
        return;
    if (!calendar_load(w->r->a, (const char *)b.p, b.n, &calendar, &faults))
        report_data(w, &faults);
    else
        w->s.calendar = tree_yaml(w->r, (const char *)b.p, b.n);
}

static void
walk_rules(struct walk *w, const char *path)
{
    struct data_faults faults = {.a = w->r->a};
    struct rules rules;
    struct bytes b;

    if (!load(w, path, TREE_BYTES, &b))
        return;
    if (!rules_load(w->r->a, (const char *)b.p, b.n, &rules, &faults))
        report_data(w, &faults);
    else
        w->s.rules = tree_yaml(w->r, (const char *)b.p, b.n);
}

static void
walk_types(struct walk *w, const char *path)
{
    const struct node *types = load_yaml(w, path, &w->types_text);

    if (types && check_paper_types_shape(w->r, types)) {
        w->s.types = types;
        w->types_path = path;
    }
}

static void
walk_retention(struct walk *w, const char *path)
{
    const struct node *keep = load_yaml(w, path, &w->keep_text);

    if (keep && check_retention_shape(w->r, keep)) {
        w->keep = keep;
        w->keep_path = path;
    }
}

static void
walk_po(struct walk *w, const char *path)
{
    struct bytes b;

    const char *say = NULL;
    int line = 1;

    if (!load(w, path, PO_BYTES, &b))
        return;
    if (!utf8_clean((const char *)b.p, b.n))
        report_line(w->r, 1, 1, "not UTF-8, or a control or direction character");
    else if (!po_load(w->r->a, (const char *)b.p, &line, &say))
        report_line(w->r, line, 1, "%s", say);
    w->po_text = b;
}

/* --- results/: templates of what is issued ------------------------------------------------ */

static void
walk_results(struct walk *w, const char *dir)
{
    name_list names = names_in(w, dir);

    for (size_t i = 0; i < names.n; i++) {
        size_t n = strlen(names.p[i]);
        struct template_file t = {.path = join(w, dir, names.p[i])};

        if (n < 6 || strcmp(names.p[i] + n - 5, ".yaml") != 0 || is_folder(t.path)) {
            unexpected(w, dir, names.p[i], "templates of results, ID.yaml");
            continue;
        }
        t.id = arena_strn(w->r->a, names.p[i], n - 5);
        t.yaml = load_yaml(w, t.path, &t.text);
        *vec_push(w->r->a, &w->templates) = t;
    }
}

static bool
has_procedure(const struct walk *w, const char *code)
{
    for (size_t i = 0; i < w->packages.n; i++)
        if (strcmp(w->packages.p[i].folder, code) == 0)
            return true;
    return false;
}

/* Without paper-types.yaml there are no kinds at all. */
static void
check_template_type(const struct walk *w, const struct node *yaml)
{
    const struct node *type = node_get(yaml, "type"), *types = node_get(w->s.types, "types");
    const char *want = node_text(type);

    for (size_t i = 0; want && i < node_count(types); i++) {
        const char *id = node_str(types->items[i], "id");

        if (id && strcmp(id, want) == 0)
            return;
    }
    if (want)
        report_at(w->r, type, "paper-types.yaml has no kind `%s`", want);
}

static void
check_templates(struct walk *w)
{
    for (size_t i = 0; i < w->templates.n; i++) {
        const struct template_file *t = &w->templates.p[i];
        const struct node *codes = node_get(t->yaml, "procedures");

        w->r->path = t->path;
        if (t->yaml)
            check_template(w->r, t->yaml, t->id);
        check_template_type(w, t->yaml);
        for (size_t k = 0; k < node_count(codes); k++)
            if (node_text(codes->items[k]) && !has_procedure(w, node_text(codes->items[k])))
                report_at(w->r, codes->items[k], "there is no procedure `%s`",
                          node_text(codes->items[k]));
    }
}

static const struct {
    const char *name;
    void (*read)(struct walk *w, const char *path);
    bool needed;
} ROOT[] = {
    {"agencies.yaml", walk_agencies, false}, {"calendar.yaml", walk_calendar, false},
    {"en.po", walk_po, false},               {"fields.yaml", walk_fields, true},
    {"paper-types.yaml", walk_types, false}, {"procedures", walk_procedures, true},
    {"results", walk_results, false},       {"retention.yaml", walk_retention, false},
    {"rules.yaml", walk_rules, false},
};
enum { ROOT_N = sizeof ROOT / sizeof *ROOT };

static void
walk_root(struct walk *w, const char *dir)
{
    name_list names = names_in(w, dir);
    bool seen[ROOT_N] = {false};

    for (size_t i = 0; i < names.n; i++) {
        size_t k = 0;

        while (k < ROOT_N && strcmp(ROOT[k].name, names.p[i]) != 0)
            k++;
        if (k == ROOT_N) {
            unexpected(w, dir, names.p[i], "agencies.yaml, calendar.yaml, en.po, fields.yaml, "
                                           "paper-types.yaml, retention.yaml, rules.yaml, "
                                           "procedures and results");
            continue;
        }
        seen[k] = true;
        ROOT[k].read(w, join(w, dir, names.p[i]));
    }
    w->r->path = dir;
    for (size_t k = 0; k < ROOT_N; k++)
        if (ROOT[k].needed && !seen[k])
            report_line(w->r, 1, 1, "the catalogue has no %s", ROOT[k].name);
}

/* fields.yaml and agencies.yaml above a folder that is checked alone, when they are there. */
static void
look_around(struct walk *w, const char *root)
{
    size_t found = w->r->found.n, files = w->files;
    char *fields = join(w, root, "fields.yaml"), *agencies = join(w, root, "agencies.yaml");

    if (exists(fields))
        walk_fields(w, fields);
    if (exists(agencies))
        walk_agencies(w, agencies);
    w->fields_text = (struct bytes){0};
    w->r->found.n = found;                  /* they are not below DIR: their faults are not asked */
    w->files = files;
}

static void
check_all(struct walk *w)
{
    for (size_t i = 0; i < w->packages.n; i++) {
        const struct package *p = &w->packages.p[i];

        w->r->path = p->path;
        if (p->yaml)
            check_procedure(w->r, p, &w->s);
        w->r->path = p->form_path;
        if (p->form)
            check_form(w->r, p->form, p->yaml);
    }
    check_packages(w->r, w->packages.p, w->packages.n);
    check_templates(w);
    if (w->s.types) {
        w->r->path = w->types_path;
        check_paper_types(w->r, w->s.types, w->packages.p, w->packages.n);
    }
}

int
check_folder(struct report *r, const char *dir, struct catalogue_files *out)
{
    struct walk w = {.r = r};
    size_t n = strlen(dir);
    char *d;

    while (n > 1 && dir[n - 1] == '/')
        n--;
    d = arena_strn(r->a, dir, n);
    if (!is_folder(d))
        return 2;
    if (is_folder(join(&w, d, "procedures"))) {
        walk_root(&w, d);
    } else if (exists(join(&w, d, "procedure.yaml")) || exists(join(&w, d, "form.json"))) {
        look_around(&w, join(&w, d, "../.."));
        walk_package(&w, d);
    } else {
        look_around(&w, join(&w, d, ".."));
        walk_procedures(&w, d);
    }
    check_all(&w);
    *out = (struct catalogue_files){
        .p = w.packages.p, .n = w.packages.n, .fields = w.s.fields, .fields_text = w.fields_text,
        .po_text = w.po_text, .types_text = w.types_text, .files = w.files,
        .agencies = w.s.agencies, .calendar = w.s.calendar, .rules = w.s.rules,
        .types = w.s.types, .templates = w.templates.p, .templates_n = w.templates.n,
        .keep = w.keep, .keep_text = w.keep_text};
    if (w.keep) {
        r->path = w.keep_path;
        check_retention(r, w.keep, out);
    }
    report_sort(r);
    return 0;
}
