/*
 * Civil dates and Vietnam's clock (UTC+7, no daylight saving).  Pure.
 *
 * A `day` is the number of days since 1970-01-01 in the Gregorian calendar; a minute of the day
 * is 0..1439.  Moments are UTC seconds.  Years 1800..2200 are accepted, others are refused.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef int32_t day;

enum { VN_OFFSET = 7 * 3600, DAY_SECONDS = 86400 };
enum weekday { MON, TUE, WED, THU, FRI, SAT, SUN };

struct ymd { int y, m, d; };

bool date_valid(struct ymd v);
day date_day(struct ymd v);                 /* v must be valid */
struct ymd date_ymd(day n);
enum weekday date_weekday(day n);
int date_month_days(int y, int m);
day date_add_months(day n, int months);     /* same day number, else the month's last day */

bool date_parse(const char *s, day *out);               /* exactly YYYY-MM-DD */
bool date_parse_vi(const char *s, day *out);            /* D/M/YYYY or DD/MM/YYYY */
bool date_parse_moment(const char *s, int64_t *utc);    /* YYYY-MM-DDTHH:MM, Vietnam's clock */
bool date_parse_minute(const char *s, int *minute);     /* HH:MM, 00:00..24:00 */

day vn_day(int64_t utc);                    /* the Vietnamese date of a moment */
int vn_minute(int64_t utc);                 /* minute of that day */
int64_t vn_utc(day n, int minute);          /* back */

/* Text in the arena. */
char *date_iso(struct arena *a, day n);             /* 2026-11-22 */
char *date_vi(struct arena *a, day n);              /* 22/11/2026 */
char *moment_iso(struct arena *a, int64_t utc);     /* 2026-11-22T14:05, Vietnam's clock */
char *moment_rfc3339(struct arena *a, int64_t utc); /* 2026-11-22T14:05:00+07:00: for the API */
char *moment_vi(struct arena *a, int64_t utc);      /* 14:05 22/11/2026 */
const char *weekday_vi(enum weekday w);             /* N_("thứ Hai") ... N_("Chủ nhật") */

#endif
