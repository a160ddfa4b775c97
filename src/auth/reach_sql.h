/*
 * How a query takes the rights of a role (ADR 0041, 0051): `r` is v_reach, joined by account and
 * unit.  A right holds for every procedure (r.perms), or in some fields only (r.partly): then
 * v_reach_field says for which procedures.  What shows or changes a dossier says IN_FIELD(), which
 * queries_test looks for; a query that asks r.perms alone shows a limited officer nothing.
 */
#ifndef AUTH_REACH_SQL_H
#define AUTH_REACH_SQL_H

/* The unit is reached with one of these bits, for some procedure at least. */
#define REACH_HAS(perms) "((r.perms | r.partly) & " perms ") <> 0"

/* ... and for this one, a column or a parameter.  The view is asked of limited officers alone. */
#define IN_FIELD(perms, procedure)                                                                 \
    "((r.perms & " perms ") <> 0 OR ((r.partly & " perms ") <> 0 AND EXISTS"                       \
    " (SELECT 1 FROM v_reach_field f WHERE f.account = r.account AND f.unit = r.unit"              \
    " AND f.procedure = " procedure " AND (f.perms & " perms ") <> 0)))"

#endif
