/*
 * No query walks a table that grows with the city, and no page sorts what an index could give in
 * order: the engine under test explains every query of the program.  What may, and why, is in MAY.
 */
#include "base/test.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "db/testdb.h"

extern const struct query __start_queries[], __stop_queries[];

enum { SQL_MAX = 16 << 10, PARAMS = 64 };

static const struct { const char *query, *why; } MAY[] = {
    {"schema_applied", "a row a migration"},
    {"site_alive", "a row a migration"},
    {"seats_all", "a row a server that ever was"},
    {"looks_of_day", "the dossiers of one account and day, found by its index"},
    {"lease_let_go", "a row a kind of work, a dozen"},
    {"session_sweep", "sessions that live, some times a day"},
    {"session_trim", "sessions of one account, a hundred at most"},
    {"code_sweep", "codes of the last minutes, some times a day"},
    {"failure_sweep", "failures of the last hour, some times a day"},
    {"export_next", "the copies that wait, a handful"},
    {"export_names", "a row a copy of the last days, once a night"},
    {"correct_names", "a row a correction ever asked for, once a night"},
    {"correct_waiting", "what waits at the agencies of one officer"},
    {"self_administrators", "officers, once a day: motcua audit self"},
    {"self_without_second", "the same"},
    {"self_tokens", "tokens, the same"},
    {"self_sessions", "sessions that live, the same"},
    {"self_refused", "what waits to be sealed, the same"},
    {"self_waiting", "the same"},
    {"self_servers", "a row a server that ever was, the same"},
    {"acts_count", "motcua audit verify"},
    {"acts_find_object", "acts done to one thing, of four forms of its name, sorted"},
    {"act_chains", "a row a write lane; motcua audit verify"},
    {"mandates_acted", "one person's, of two indexes, sorted"},
    {"mandates_acting", "one person's, of four texts of one number, sorted"},
    {"mandates_houses", "the same"},
    {"mandates_claims", "the same"},
    {"agency_fields", "a row a procedure, on the page that gives a role"},
    {"open_work_fields", "its own part: the open work of who is limited to fields, up to a bound"},
    {"open_by_field", "its own part: the open work of one unit, up to a bound"},
    {"due_by_field", "the rows of its own part"},
    {"agencies", "the whole tree, into a snapshot"},
    {"agency_leaders", "the whole tree, into a snapshot"},
    {"agency_links", "the whole tree, into a snapshot"},
    {"agency_delegations", "some dozens"},
    {"agency_roles", "the officers, into a snapshot"},
    {"agency_roles_at", "those of one agency"},
    {"agency_stand_ins", "some dozens"},
    {"agency_stand_ins_of", "those of one officer"},
    {"find_names", "the next names of each unit, found by its index"},
    {"agency_stand_ins_at", "those for the officers of one agency"},
    {"agency_changed", "one row"},
    {"agency_refreshed", "one row"},
    {"catalogue_each", "the packages, into a snapshot"},
    {"document_generation", "some rows"},
    {"alarms", "open alarms of the reached units, narrow rows of an index"},
    {"units_at_work", "a row a unit and officer"},
    {"running_of", "open work, when an agency ends"},
    {"open_by", "officers of one unit"},
    {"finished_by", "officers of one unit"},
    {"part_find", "generate: one dossier, in a database that holds no other"},
    {"due_count", "the rows of its own part"},
    {"due_by", "the rows of its own part"},
    {"alarms_count", "the rows of its own part"},
    {"alarms_count_leader", "the rows of its own part"},
    {"outbox_count", "those that wait, up to a bound"},
    {"outbox_oldest", "the first of those that wait"},
    {"content_names_pdf", "every content, once a check"},
    {"content_names_picture", "every content, once a check"},
    {"content_names_document", "every document, once a check"},
    {"content_names_vault", "every held paper, once a check"},
    {"content_names_file", "every file, once a day"},
    {"result_names", "every result, once a check"},
    {"scan_names_file", "every scanned file, once a check"},
    {"scan_names_document", "every scanned document, once a check"},
    {"scan_names_picture", "every scanned page, once a check"},
    {"content_waiting", "those that are due, up to a bound"},
    {"content_shares", "those that are due, up to a bound"},
    {"content_troubles_count", "narrow rows of an index, up to a bound"},
    {"paper_document_retry", "those that were given up, when an administrator asks"},
    {"paper_document_waiting", "those that are due, up to a bound"},
    {"paper_document_failed", "those that were given up, up to a bound"},
    {"deep_given", "a row an agency and day, once a check"},
    {"vault_held", "the held papers of one person"},
    {"vault_own", "the held papers of one person"},
    {"number_keys", "a row a key of numbers"},
    {"number_walk_again", "a row a sealed column"},
    {"number_walks", "a row a sealed column"},
    {"server_pulse_newest", "a row a server"},
    {"born", "a row a migration"},
    {"result_book_counts", "a row an agency, book and year, once a check"},
    {"form_number_gaps", "every number of a form, once a check"},
    {"result_odd", "every result, once a check"},
    {"stats_by_unit", "the agencies"},
    {"days_by_unit", "the agencies"},
    {"vault_rate_units", "a row an agency, month and lane"},
    {"vault_recount", "once a check: the held papers of each dossier"},
    {"token_all", "every token, once a command"},
    {"scan_pages", "the pages of one batch, at most 600"},
    {"paper_digital", "of one dossier, or of a page of them in a check: its own sub-query"},
    {"digital_sums", "a row an agency, year and lane"},
    {"digitise_counts", "a row an agency, year and lane"},
    {"retention_names", "every package, once a check"},
    {"retention_sums", "a row an agency, year and lane, of the reached units"},
    {"destroy_list_due", "those that are due"},
    {"vault_counted", "once a check: a row an agency, month and lane"},
    {"vault_uses_lost", "once a check: the held papers of each dossier"},
    {"seen_waiting", "open questions of the reached units"},
    {"look_alarms", "alarms are few, whatever the thresholds: the newest hundred"},
    {"vault_reports_open", "open reports of the reached units, rows of a partial index"},
};

static const char *
may(const struct query *q)
{
    for (size_t i = 0; i < ROWS(MAY); i++)
        if (strcmp(MAY[i].query, q->name) == 0)
            return MAY[i].why;
    return NULL;
}

static bool
explained(const struct query *q)
{
    return q->name && (strncmp(q->sql, "SELECT", 6) == 0 || strncmp(q->sql, "UPDATE", 6) == 0 ||
                       strncmp(q->sql, "DELETE", 6) == 0 || strncmp(q->sql, "INSERT", 6) == 0 ||
                       strncmp(q->sql, "WITH", 4) == 0);
}

static int
fault(const struct query *q, const char *line)
{
    if (may(q))
        return 0;
    print_error("%s: %s (it needs an index, or its reason in MAY)\n", q->name, line);
    return 1;
}

/* --- SQLite ---------------------------------------------------------------------------------- */

static bool
bad_on_sqlite(const char *line)
{
    if (strstr(line, "CONSTANT ROW"))
        return false;
    return strncmp(line, "SCAN", 4) == 0 || strstr(line, "TEMP B-TREE FOR ORDER BY");
}

static int
plan_on_sqlite(sqlite3 *db, const struct query *q)
{
    char sql[SQL_MAX];
    sqlite3_stmt *st;
    int faults = 0;

    snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", q->sql);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(st, 3);

        if (bad_on_sqlite(line))
            faults += fault(q, line);
    }
    sqlite3_finalize(st);
    return faults;
}

/* --- PostgreSQL: walks are forbidden where an index can do, or it would walk empty tables --- */

static int
params(const char *sql)
{
    int n = 0;

    for (const char *p = sql; (p = strchr(p, '$')) != NULL; p++) {
        int i = (int)strtol(p + 1, NULL, 10);

        n = i > n ? i : n;
    }
    assert_in_range(n, 0, PARAMS);
    return n;
}

static int
plan_on_pg(PGconn *pg, const struct query *q)
{
    char sql[SQL_MAX], nulls[PARAMS * 5 + 3] = "";
    int n = params(q->sql), faults = 0;
    PGresult *r;

    PQclear(PQprepare(pg, "plan", q->sql, 0, NULL));
    for (int i = 0; i < n; i++)
        snprintf(nulls + strlen(nulls), sizeof nulls - strlen(nulls), "%sNULL", i ? "," : "(");
    snprintf(sql, sizeof sql, "EXPLAIN (COSTS OFF) EXECUTE plan%s%s", nulls, n ? ")" : "");
    r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", q->name, PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(r); i++)
        if (strstr(PQgetvalue(r, i, 0), "Seq Scan on"))
            faults += fault(q, PQgetvalue(r, i, 0));
    PQclear(r);
    PQclear(PQexec(pg, "DEALLOCATE plan"));
    return faults;
}

/* --- all of them ------------------------------------------------------------------------------ */

static int
all_on_sqlite(const char *path)
{
    sqlite3 *db;
    int faults = 0;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (const struct query *q = __start_queries; q < __stop_queries; q++)
        if (explained(q))
            faults += plan_on_sqlite(db, q);
    sqlite3_close(db);
    return faults;
}

static int
all_on_pg(const char *url)
{
    PGconn *pg = PQconnectdb(url);
    int faults = 0;

    assert_int_equal(PQstatus(pg), CONNECTION_OK);
    PQclear(PQexec(pg, "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan"));
    for (const struct query *q = __start_queries; q < __stop_queries; q++)
        if (explained(q))
            faults += plan_on_pg(pg, q);
    PQfinish(pg);
    return faults;
}

static struct ctx c;

static void
test_nothing_walks(void **state)
{
    const char *url = testdb_url();

    (void)state;
    assert_int_equal(db_inline(url) ? all_on_sqlite(strchr(url, ':') + 1) : all_on_pg(url), 0);
}

static void
test_no_leave_without_need(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(MAY); i++) {
        bool known = false;

        for (const struct query *q = __start_queries; q < __stop_queries; q++)
            known = known || (q->name && strcmp(q->name, MAY[i].query) == 0);
        if (!known)
            fail_msg("%s: no such query", MAY[i].query);
    }
}

static int
set_up(void **state)
{
    (void)state;
    testdb_open(&c);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    testdb_close(&c);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_walks),
        cmocka_unit_test(test_no_leave_without_need),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
