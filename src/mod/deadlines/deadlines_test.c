/* The rules of the legal clock: one row, one sentence of the regulation; then its properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "mod/deadlines/deadlines.h"

#undef fail                 /* base/err.h's; cmocka has one of its own */
#include <cmocka.h>

#define ROWS(t) (sizeof(t) / sizeof *(t))

static struct arena *a;
static const struct calendar *cal;

static int64_t
moment(const char *s)
{
    int64_t utc;

    if (!date_parse_moment(s, &utc))
        fail_msg("the row's moment \"%s\" is none", s);
    return utc;
}

/* "s 2026-03-11T09:00/2026-03-13T10:00; f ...": supplement, fiscal, other. */
static size_t
read_stops(const char *s, struct stop *out)
{
    size_t n = 0;

    for (; *s; s += strcspn(s, "sfo")) {
        char from[17] = "", to[17] = "";

        memcpy(from, s + 2, 16);
        memcpy(to, s + 19, 16);
        out[n++] = (struct stop){*s == 's' ? STOP_SUPPLEMENT : *s == 'f' ? STOP_FISCAL : STOP_OTHER,
                                 moment(from), moment(to), "Điều 8 NĐ 61/2018"};
        s += 35;
    }
    return n;
}

/* How: o online, p postal (else direct); x hour-exact; r restart. */
static struct clock
read_clock(const char *received, const char *limit, const char *how, const char *stops,
           struct stop *room)
{
    struct clock k = {.channel = CHANNEL_DIRECT, .received = moment(received), .stops = room};

    if (!limit_parse(limit, &k.limit))
        fail_msg("the row's limit \"%s\" is none", limit);
    if (strchr(how, 'o'))
        k.channel = CHANNEL_ONLINE;
    if (strchr(how, 'p'))
        k.channel = CHANNEL_POSTAL;
    k.mode = strchr(how, 'x') ? MODE_HOUR_EXACT : MODE_END_OF_DAY;
    k.supplement = strchr(how, 'r') ? SUPPLEMENT_RESTART : SUPPLEMENT_PAUSE;
    k.nstops = read_stops(stops, room);
    return k;
}

/* March 2026: the 1st is a Sunday, the 9th a Monday, no holidays. */
static const struct { const char *rule, *received, *limit, *how, *stops, *due; } T[] = {
    /* 3.2.1 the moment from which it counts */
    {"given at night, it counts from then", "2026-03-06T20:00", "1wd", "", "", "2026-03-09"},
    {"given on a Saturday, that is the day of reception", "2026-03-07T09:00", "1wd", "", "",
     "2026-03-09"},
    {"by post, the same", "2026-03-07T09:00", "1wd", "p", "", "2026-03-09"},
    {"online at night: from the next opening, Monday", "2026-03-06T20:00", "1wd", "o", "",
     "2026-03-10"},
    {"online on a Sunday", "2026-03-08T10:00", "1wd", "o", "", "2026-03-10"},
    {"online before the doors open", "2026-03-09T07:59", "1wd", "o", "", "2026-03-10"},
    {"online at 08:00: open", "2026-03-09T08:00", "1wd", "o", "", "2026-03-10"},
    {"online at lunch: from 13:00", "2026-03-09T12:30", "2wh", "o", "", "2026-03-09T15:00"},
    {"online at 12:00: lunch has begun", "2026-03-09T12:00", "2h", "o", "", "2026-03-09T15:00"},
    {"online at 11:59: open", "2026-03-09T11:59", "2h", "o", "", "2026-03-09T13:59"},
    {"online at 16:59: open", "2026-03-09T16:59", "1wd", "o", "", "2026-03-10"},
    {"online at 17:00: closed, from tomorrow", "2026-03-09T17:00", "1wd", "o", "", "2026-03-11"},
    {"online at Tết: from the first working day", "2026-02-17T10:00", "1wd", "o", "", "2026-02-24"},
    {"online, hours by the clock from the opening", "2026-03-07T10:00", "2h", "o", "",
     "2026-03-09T10:00"},
    {"online on a make-up Saturday: open", "2026-08-22T09:00", "1wd", "o", "", "2026-08-24"},
    {"online on Sunday, months from Monday", "2026-02-01T09:00", "1m", "o", "", "2026-03-02"},
    {"direct on Sunday, months from then", "2026-02-01T09:00", "1m", "", "", "2026-03-02"},
    /* 3.2.2 working days */
    {"the day of reception is not counted", "2026-03-09T08:00", "1wd", "", "", "2026-03-10"},
    {"five working days over a weekend", "2026-03-09T10:00", "5wd", "", "", "2026-03-16"},
    {"Tết is not counted", "2026-02-12T09:00", "3wd", "", "", "2026-02-24"},
    {"24 November is a holiday from 2026", "2026-11-23T10:00", "1wd", "", "", "2026-11-25"},
    {"a make-up Saturday counts", "2026-08-21T10:00", "1wd", "", "", "2026-08-22"},
    {"the day taken off for it does not, nor 1 and 2 September", "2026-08-28T10:00", "1wd", "", "",
     "2026-09-03"},
    {"27 April makes up for Giỗ Tổ on a Sunday", "2026-04-24T10:00", "1wd", "", "", "2026-04-28"},
    {"2 January 2026 off, 10 January worked", "2025-12-31T10:00", "7wd", "", "", "2026-01-12"},
    {"ten days over 27, 30 April and 1 May", "2026-04-20T10:00", "10wd", "", "", "2026-05-07"},
    /* 3.2.3 calendar days */
    {"days: the last one is worked", "2026-03-09T10:00", "4d", "", "", "2026-03-13"},
    {"days: a last Saturday rolls to Monday", "2026-03-09T10:00", "5d", "", "", "2026-03-16"},
    {"days: a last day at Tết rolls behind it", "2026-02-05T10:00", "11d", "", "", "2026-02-23"},
    {"days: a last make-up Saturday stays", "2026-08-13T10:00", "9d", "", "", "2026-08-22"},
    {"days: one from Friday is Saturday, so Monday", "2026-03-06T10:00", "1d", "", "",
     "2026-03-09"},
    /* 3.2.4 the same day with a cut-off */
    {"before 15:00: the same day", "2026-03-09T14:59", "same-day:15:00", "", "", "2026-03-09"},
    {"from 15:00: the next working day", "2026-03-09T15:00", "same-day:15:00", "", "",
     "2026-03-10"},
    {"Friday from 15:00: Monday", "2026-03-06T15:00", "same-day:15:00", "", "", "2026-03-09"},
    {"on a Saturday: the next working day", "2026-03-07T10:00", "same-day:15:00", "", "",
     "2026-03-09"},
    {"on a Saturday after 15:00: no later than that", "2026-03-07T16:00", "same-day:15:00", "", "",
     "2026-03-09"},
    {"online in the evening: tomorrow is the same day", "2026-03-05T19:00", "same-day:15:00", "o",
     "", "2026-03-06"},
    {"online at lunch: today", "2026-03-09T12:30", "same-day:15:00", "o", "", "2026-03-09"},
    {"before a holiday from 15:00", "2026-11-23T15:00", "same-day:15:00", "", "", "2026-11-25"},
    {"on a make-up Saturday: that day", "2026-08-22T10:00", "same-day:15:00", "", "", "2026-08-22"},
    {"another cut-off", "2026-03-09T16:00", "same-day:16:30", "", "", "2026-03-09"},
    /* 3.2.5 hours, working hours, months */
    {"hours run day and night", "2026-03-06T16:00", "24h", "", "", "2026-03-07T16:00"},
    {"hours to midnight", "2026-03-06T16:00", "8h", "", "", "2026-03-07T00:00"},
    {"working hours may end at 12:00", "2026-03-09T10:00", "2wh", "", "", "2026-03-09T12:00"},
    {"working hours may end at 17:00", "2026-03-09T10:00", "6wh", "", "", "2026-03-09T17:00"},
    {"working hours skip lunch", "2026-03-09T11:00", "2wh", "", "", "2026-03-09T14:00"},
    {"a working day's hours", "2026-03-09T08:00", "8wh", "", "", "2026-03-09T17:00"},
    {"given at lunch, they begin at 13:00", "2026-03-09T12:15", "1wh", "", "", "2026-03-09T14:00"},
    {"given at 17:00 on Friday, they begin on Monday", "2026-03-06T17:00", "1wh", "", "",
     "2026-03-09T09:00"},
    {"over 24 November", "2026-11-23T13:00", "8wh", "", "", "2026-11-25T12:00"},
    {"a make-up Saturday has office hours", "2026-08-21T16:00", "8wh", "", "", "2026-08-22T16:00"},
    {"months: the same day number", "2026-03-09T10:00", "3m", "", "", "2026-06-09"},
    {"months: else the last day, here a Saturday", "2026-01-31T10:00", "1m", "", "", "2026-03-02"},
    {"months: 29 February", "2024-01-31T10:00", "1m", "", "", "2024-02-29"},
    {"months: on a holiday, the next working day", "2026-03-02T10:00", "6m", "", "", "2026-09-03"},
    {"months: into Tết", "2026-01-15T10:00", "1m", "", "", "2026-02-23"},
    {"months: over the year's end", "2025-11-30T10:00", "3m", "", "", "2026-03-02"},
    /* 3.2.6 hour-exact: N times 8 working hours */
    {"exact: received 10:00, due 10:00", "2026-03-09T10:00", "1wd", "x", "", "2026-03-10T10:00"},
    {"exact: three days over Tết", "2026-02-12T09:00", "3wd", "x", "", "2026-02-24T09:00"},
    {"exact: from 08:00 the eight hours end at 17:00", "2026-03-09T08:00", "1wd", "x", "",
     "2026-03-09T17:00"},
    {"exact: from 13:00 they end at 12:00", "2026-03-09T13:00", "1wd", "x", "", "2026-03-10T12:00"},
    {"exact: given on a Saturday", "2026-03-07T09:00", "1wd", "x", "", "2026-03-09T17:00"},
    {"exact: online in the evening", "2026-03-09T18:00", "2wd", "xo", "", "2026-03-11T17:00"},
    /* 3.3 stops: days */
    {"the day a stop begins is used, those to its end are not", "2026-03-09T10:00", "5wd", "",
     "s 2026-03-11T09:00/2026-03-13T10:00", "2026-03-18"},
    {"a stop within one day takes no day", "2026-03-09T10:00", "5wd", "",
     "s 2026-03-11T09:00/2026-03-11T11:00", "2026-03-16"},
    {"a stop from the day of reception", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-09T11:00/2026-03-11T08:00", "2026-03-13"},
    {"a stop from a Saturday", "2026-03-09T10:00", "5wd", "", "s 2026-03-14T09:00/2026-03-17T09:00",
     "2026-03-18"},
    {"a stop to a Sunday", "2026-03-09T10:00", "5wd", "", "s 2026-03-12T09:00/2026-03-15T09:00",
     "2026-03-17"},
    {"no day left: the first working day after the stop", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-11T14:00/2026-03-13T09:00", "2026-03-16"},
    {"no day left, though it ends on the due day", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-11T09:00/2026-03-11T10:00", "2026-03-12"},
    {"no day left twice", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-11T09:00/2026-03-12T10:00; f 2026-03-13T09:00/2026-03-16T10:00", "2026-03-17"},
    {"a stop after the due date changes nothing", "2026-02-12T09:00", "3wd", "",
     "s 2026-03-05T16:00/2026-03-17T09:00", "2026-02-24"},
    {"stops of all kinds are merged", "2026-03-09T10:00", "5wd", "",
     "s 2026-03-11T09:00/2026-03-13T10:00; f 2026-03-12T09:00/2026-03-16T10:00", "2026-03-19"},
    {"the order they are given in does not matter", "2026-03-09T10:00", "5wd", "",
     "f 2026-03-12T09:00/2026-03-16T10:00; s 2026-03-11T09:00/2026-03-13T10:00", "2026-03-19"},
    {"one stop ends and another begins on a day: it is not used", "2026-03-09T10:00", "5wd", "",
     "s 2026-03-10T09:00/2026-03-11T10:00; f 2026-03-11T14:00/2026-03-12T09:00", "2026-03-18"},
    {"a stop before reception counts from reception", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-05T09:00/2026-03-10T10:00", "2026-03-12"},
    {"a stop that ended before it changes nothing", "2026-03-09T10:00", "2wd", "",
     "s 2026-03-05T09:00/2026-03-06T10:00", "2026-03-11"},
    {"a stop over a holiday", "2026-11-20T10:00", "3wd", "", "o 2026-11-23T09:00/2026-11-25T10:00",
     "2026-11-27"},
    {"days shift by the stopped calendar days", "2026-03-09T10:00", "10d", "",
     "s 2026-03-11T09:00/2026-03-13T10:00", "2026-03-23"},
    {"months too", "2026-03-09T10:00", "1m", "", "f 2026-03-20T09:00/2026-03-30T10:00",
     "2026-04-20"},
    {"a stop within the rolled days leaves no day", "2026-03-09T10:00", "5d", "",
     "s 2026-03-15T09:00/2026-03-18T10:00", "2026-03-19"},
    {"days, none left", "2026-03-09T10:00", "4d", "", "s 2026-03-13T09:00/2026-03-17T10:00",
     "2026-03-18"},
    {"the same day, none left", "2026-03-09T09:00", "same-day:15:00", "",
     "s 2026-03-09T10:00/2026-03-11T11:00", "2026-03-12"},
    {"the next day, left after the stop", "2026-03-09T16:00", "same-day:15:00", "",
     "s 2026-03-09T16:30/2026-03-11T11:00", "2026-03-12"},
    /* 3.3 stops: to the minute */
    {"stopped slots are taken out", "2026-03-09T08:00", "8wh", "",
     "s 2026-03-09T10:00/2026-03-09T15:00", "2026-03-10T12:00"},
    {"a stop at lunch takes nothing", "2026-03-09T08:00", "8wh", "",
     "s 2026-03-09T12:00/2026-03-09T13:00", "2026-03-09T17:00"},
    {"it was due before the stop began", "2026-03-09T08:00", "2wh", "",
     "s 2026-03-09T10:00/2026-03-09T11:00", "2026-03-09T10:00"},
    {"stops that overlap are taken out once", "2026-03-09T08:00", "8wh", "",
     "s 2026-03-09T10:00/2026-03-09T14:00; f 2026-03-09T11:00/2026-03-09T15:00",
     "2026-03-10T12:00"},
    {"hours by the clock stand still as well", "2026-03-09T08:00", "24h", "",
     "s 2026-03-09T10:00/2026-03-09T16:00", "2026-03-10T14:00"},
    {"exact, to the minute", "2026-03-09T10:00", "1wd", "x", "s 2026-03-09T16:00/2026-03-10T09:00",
     "2026-03-10T12:00"},
    /* 3.3 restart */
    {"the full limit again from the last supplement", "2026-03-05T10:00", "3wd", "r",
     "s 2026-03-06T16:00/2026-03-17T09:00", "2026-03-20"},
    {"the last of two supplements", "2026-03-05T10:00", "3wd", "r",
     "s 2026-03-06T16:00/2026-03-09T09:00; s 2026-03-10T16:00/2026-03-12T09:00", "2026-03-17"},
    {"the cut-off holds for the new reception", "2026-03-09T09:00", "same-day:15:00", "r",
     "s 2026-03-09T10:00/2026-03-11T15:00", "2026-03-12"},
    {"completed before the cut-off: the same day", "2026-03-09T09:00", "same-day:15:00", "r",
     "s 2026-03-09T10:00/2026-03-11T14:59", "2026-03-11"},
    {"completed online at night: from the next opening", "2026-03-05T09:00", "1wd", "ro",
     "s 2026-03-05T10:00/2026-03-06T20:00", "2026-03-10"},
    {"completed directly at night: from then", "2026-03-05T09:00", "1wd", "r",
     "s 2026-03-05T10:00/2026-03-06T20:00", "2026-03-09"},
    {"a fiscal obligation only pauses", "2026-03-09T10:00", "2wd", "r",
     "f 2026-03-10T09:00/2026-03-12T10:00", "2026-03-13"},
    {"a fiscal obligation that goes on pauses the new run", "2026-03-09T09:00", "2wd", "r",
     "s 2026-03-09T10:00/2026-03-11T09:00; f 2026-03-10T09:00/2026-03-12T10:00", "2026-03-16"},
    {"stops before the new reception are past", "2026-03-09T09:00", "2wd", "r",
     "f 2026-03-09T10:00/2026-03-10T09:00; s 2026-03-10T10:00/2026-03-11T09:00", "2026-03-13"},
    {"calendar days run again in full", "2026-03-05T10:00", "10d", "r",
     "s 2026-03-06T16:00/2026-03-17T09:00", "2026-03-27"},
    {"working hours run again in full", "2026-03-09T08:00", "4wh", "r",
     "s 2026-03-09T10:00/2026-03-09T15:00", "2026-03-10T10:00"},
    {"a supplement after the due date is a new reception too", "2026-02-12T09:00", "3wd", "r",
     "s 2026-03-05T16:00/2026-03-17T09:00", "2026-03-20"},
};

static void
test_rules(void **state)
{
    struct stop room[STOPS_MAX];
    struct due d;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct clock k = read_clock(T[i].received, T[i].limit, T[i].how, T[i].stops, room);

        assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
        if (strcmp(due_iso(a, &d), T[i].due) != 0)
            fail_msg("%s: want %s, got %s", T[i].rule, T[i].due, due_iso(a, &d));
    }
}

/* Thirty cases worked by hand; the days in brackets are those counted. */
static const struct { const char *work, *received, *limit, *how, *stops, *due; } WORKED[] = {
    {"Thu 12/2: 13(1) | Tết 14-22 | 23(2) 24(3) 25(4) 26(5)", "2026-02-12T16:59", "5wd", "", "",
     "2026-02-26"},
    {"Fri 13/2: Tết | 23(1)", "2026-02-13T09:00", "1wd", "", "", "2026-02-23"},
    {"Fri 13/2 14:00 to 17:00 is 3 h, Mon 23: 5 h more, 08-12 and 13-14", "2026-02-13T14:00", "8wh",
     "", "", "2026-02-23T14:00"},
    {"Fri 13/2 18:00 online: from Mon 23, 24(1)", "2026-02-13T18:00", "1wd", "o", "", "2026-02-24"},
    {"Fri 13/2 15:00: next working day Mon 23", "2026-02-13T15:00", "same-day:15:00", "", "",
     "2026-02-23"},
    {"Fri 6/2 + 10 = Mon 16/2, holiday, to Mon 23", "2026-02-06T09:00", "10d", "", "",
     "2026-02-23"},
    {"Fri 13/2, stop Fri 13 to Tue 24: none used before; 25(1) 26(2)", "2026-02-13T09:00", "2wd",
     "", "s 2026-02-13T10:00/2026-02-24T09:00", "2026-02-26"},
    {"Thu 12/2: 13(1) used; stop 13 to Wed 18 is over Tết; 23(2)", "2026-02-12T09:00", "2wd", "",
     "s 2026-02-13T10:00/2026-02-18T09:00", "2026-02-23"},
    {"exact 2wd = 16 h: Thu 12/2 13:00 4, Fri 8, Mon 23 08-12 4", "2026-02-12T13:00", "2wd", "x",
     "", "2026-02-23T12:00"},
    {"48 h through Tết", "2026-02-15T09:30", "48h", "", "", "2026-02-17T09:30"},
    {"Fri 20/11: 23(1) | 24 holiday | 25(2) 26(3)", "2026-11-20T09:00", "3wd", "", "",
     "2026-11-26"},
    {"Tue 24/11 direct on the holiday: 25(1)", "2026-11-24T09:00", "1wd", "", "", "2026-11-25"},
    {"Tue 24/11 online: from Wed 25, 26(1)", "2026-11-24T09:00", "1wd", "o", "", "2026-11-26"},
    {"Tue 10/11 + 14 = Tue 24, holiday, to Wed 25", "2026-11-10T09:00", "14d", "", "",
     "2026-11-25"},
    {"24/10 + 1 month = 24/11, holiday, to Wed 25", "2026-10-24T09:00", "1m", "", "", "2026-11-25"},
    {"24/11/2025 was no holiday: Fri 21, Mon 24(1)", "2025-11-21T09:00", "1wd", "", "",
     "2025-11-24"},
    {"Thu 20/8: 21(1) Sat 22(2) Mon 24(3)", "2026-08-20T09:00", "3wd", "", "", "2026-08-24"},
    {"Fri 21/8 15:30: next working day is Sat 22", "2026-08-21T15:30", "same-day:15:00", "", "",
     "2026-08-22"},
    {"Sat 22/8: the day of reception; 24(1) ... 28(5) | 31, 1, 2 off | 3/9(6)", "2026-08-22T09:00",
     "6wd", "", "", "2026-09-03"},
    {"Fri 21/8 17:30 online: from Sat 22 08:00; 4 h to 12:00", "2026-08-21T17:30", "4wh", "o", "",
     "2026-08-22T12:00"},
    {"stop Fri 21 to Sat 22: 22 not used; 24(1)", "2026-08-20T09:00", "2wd", "",
     "f 2026-08-21T09:00/2026-08-22T09:00", "2026-08-24"},
    {"31/7 + 1 month = 31/8, taken off, to Thu 3/9", "2026-07-31T09:00", "1m", "", "",
     "2026-09-03"},
    {"31/3 + 1 month = 30/4, holiday; 1/5, weekend; Mon 4/5", "2026-03-31T09:00", "1m", "", "",
     "2026-05-04"},
    {"30/12/2025 + 2 months = 28/2, Saturday, to 2/3", "2025-12-30T09:00", "2m", "", "",
     "2026-03-02"},
    {"29/2/2024 + 12 months = 28/2/2025, Friday", "2024-02-29T09:00", "12m", "", "", "2025-02-28"},
    {"31/5/2025 + 1 month = 30/6/2025, Monday", "2025-05-31T09:00", "1m", "", "", "2025-06-30"},
    {"Fri 25/4/2025: Sat 26 worked(1) 28(2) 29(3) | 30, 1, 2 off | 5/5(4)", "2025-04-25T09:00",
     "4wd", "", "", "2025-05-05"},
    {"Wed 31/12/2025: 1, 2/1 off | 5(1) .. 9(5) Sat 10 worked(6)", "2025-12-31T09:00", "6wd", "",
     "", "2026-01-10"},
    {"land: 20d from 1/6 = 21/6; stop 5 to 15/6 is 10 days: 1/7", "2026-06-01T09:00", "20d", "",
     "f 2026-06-05T15:00/2026-06-15T09:00", "2026-07-01"},
    {"restart at Fri 13/2 15:30, exact 1wd: 1.5 h, Mon 23 6.5 h to 15:30", "2026-02-09T09:00",
     "1wd", "xr", "s 2026-02-10T09:00/2026-02-13T15:30", "2026-02-23T15:30"},
    {"summer 2021 is before the calendar: weekends only, Fri 4/6: 7(1)", "2021-06-04T09:00", "1wd",
     "", "", "2021-06-07"},
};

static void
test_worked(void **state)
{
    struct stop room[STOPS_MAX];
    struct due d;

    (void)state;
    assert_true(ROWS(WORKED) >= 30);
    for (size_t i = 0; i < ROWS(WORKED); i++) {
        struct clock k = read_clock(WORKED[i].received, WORKED[i].limit, WORKED[i].how,
                                    WORKED[i].stops, room);

        assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
        if (strcmp(due_iso(a, &d), WORKED[i].due) != 0)
            fail_msg("%s: want %s, got %s", WORKED[i].work, WORKED[i].due, due_iso(a, &d));
    }
}

static void
test_provisional(void **state)
{
    static const struct { const char *rule, *received, *limit; bool want; } P[] = {
        {"within the known days", "2027-12-30T09:00", "1wd", false},
        {"beyond them", "2027-12-31T09:00", "1wd", true},
        {"in the gap", "2022-03-30T09:00", "3wd", true},
        {"over the gap", "2022-03-30T09:00", "25m", true},
        {"before the first known day", "2021-08-31T09:00", "1wd", true},
        {"hours as well", "2027-12-31T20:00", "5h", true},
    };
    struct stop room[STOPS_MAX];
    struct due d;

    (void)state;
    for (size_t i = 0; i < ROWS(P); i++) {
        struct clock k = read_clock(P[i].received, P[i].limit, "", "", room);

        assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
        if (d.provisional != P[i].want)
            fail_msg("%s: provisional %d", P[i].rule, d.provisional);
    }
}

static void
test_faults(void **state)
{
    static const struct { const char *rule, *limit, *how; bool fault; } F[] = {
        {"hour-exact for working days", "3wd", "x", false},
        {"not for days", "3d", "x", true},
        {"not for hours", "3h", "x", true},
        {"not for working hours", "3wh", "x", true},
        {"not for months", "3m", "x", true},
        {"not for the same day", "same-day:15:00", "x", true},
    };
    static const char *const BAD[] = {
        "", "3", "wd", "0wd", "-1wd", "3WD", "3 wd", "3wd ", "3.5d", "same-day", "same-day:",
        "100000h", "same-day:24:00", "same-day:9:00", "same-day:15:60", "10000wd", "601m", "3w",
        "3wdx", "+3d"};
    static const char *const GOOD[] = {"1h", "99999wh", "3d", "9999wd", "600m", "same-day:00:00"};
    struct stop room[STOPS_MAX];
    struct limit l;
    struct due d;

    (void)state;
    for (size_t i = 0; i < ROWS(F); i++) {
        struct clock k = read_clock("2026-03-09T09:00", F[i].limit, F[i].how, "", room);

        if (F[i].fault != !!deadlines_fault(&k) ||
            F[i].fault != (deadlines_due(a, cal, &k, &d) != OK))
            fail_msg("%s", F[i].rule);
    }
    for (size_t i = 0; i < ROWS(BAD); i++)
        if (limit_parse(BAD[i], &l))
            fail_msg("\"%s\" was taken for a limit", BAD[i]);
    for (size_t i = 0; i < ROWS(GOOD); i++) {
        assert_true(limit_parse(GOOD[i], &l) && limit_valid(l));
        assert_string_equal(limit_text(a, l), GOOD[i]);
    }
}

static void
test_stop_faults(void **state)
{
    struct stop s = {STOP_SUPPLEMENT, 100, 50, ""};
    struct clock k = {.limit = {LIMIT_WORKING_DAYS, 3}, .channel = CHANNEL_DIRECT, .stops = &s,
                      .nstops = 1};

    (void)state;
    assert_non_null(deadlines_fault(&k));               /* ends before it begins */
    s = (struct stop){STOP_OTHER, 50, 100, ""};
    assert_non_null(deadlines_fault(&k));               /* without a legal basis */
    s.basis = "Điều 8";
    assert_null(deadlines_fault(&k));
}

/* 3.5, and what a band or a page needs. */
static void
test_classes(void **state)
{
    static const struct {
        const char *rule, *at, *end;
        bool minute;
        enum due_class done, now;
    } C[] = {
        {"a day earlier", "2026-03-10T23:59", "2026-03-09T23:59", false, CLASS_EARLY,
         CLASS_IN_TIME},
        {"the same day", "2026-03-10T23:59", "2026-03-10T18:30", false, CLASS_ON_TIME,
         CLASS_IN_TIME},
        {"a day later", "2026-03-10T23:59", "2026-03-11T00:00", false, CLASS_LATE, CLASS_OVERDUE},
        {"any time earlier", "2026-03-10T10:00", "2026-03-10T09:59", true, CLASS_EARLY,
         CLASS_IN_TIME},
        {"to the minute", "2026-03-10T10:00", "2026-03-10T10:00", true, CLASS_ON_TIME,
         CLASS_IN_TIME},
        {"a minute later", "2026-03-10T10:00", "2026-03-10T10:01", true, CLASS_LATE, CLASS_OVERDUE},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(C); i++) {
        int64_t at = moment(C[i].at), end = moment(C[i].end);

        if (deadlines_class(at, C[i].minute, end) != C[i].done ||
            deadlines_running(at, C[i].minute, end) != C[i].now)
            fail_msg("%s", C[i].rule);
    }
    assert_int_equal(
        deadlines_after(cal, (struct limit){LIMIT_WORKING_HOURS, 8}, moment("2026-03-09T10:00")),
        moment("2026-03-10T10:00"));
    assert_int_equal(
        deadlines_after(cal, (struct limit){LIMIT_WORKING_DAYS, 3}, moment("2026-03-09T10:00")),
        moment("2026-03-12T23:59") + 59);
}

static void
test_left(void **state)
{
    struct stop room[STOPS_MAX];
    struct clock k = read_clock("2026-03-09T08:00", "8wh", "", "", room);
    struct due d;

    (void)state;
    assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
    assert_int_equal((int)(deadlines_left(cal, &d, moment("2026-03-09T08:00")) * 100), 100);
    assert_int_equal((int)(deadlines_left(cal, &d, moment("2026-03-09T12:30")) * 100), 50);
    assert_int_equal((int)(deadlines_left(cal, &d, moment("2026-03-09T17:00")) * 100), 0);
    assert_int_equal((int)(deadlines_left(cal, &d, moment("2026-03-11T17:00")) * 100), 0);
    k = read_clock("2026-03-09T17:00", "4wd", "", "s 2026-03-10T17:00/2026-03-11T17:00", room);
    assert_int_equal(deadlines_due(a, cal, &k, &d), OK); /* 10(1), 11 stopped, 12(2) 13(3) 16(4) */
    assert_int_equal((int)(deadlines_left(cal, &d, moment("2026-03-12T17:00")) * 100), 50);
}

static void
test_explanation(void **state)
{
    static const char *const LINES[] = {
        "2026-11-20 - waiting 0/2 | thứ Sáu: Tiếp nhận ngoài giờ làm việc, tính từ giờ mở cửa tiếp "
        "theo",
        "2026-11-21 - waiting 0/2 | thứ Bảy: Tiếp nhận ngoài giờ làm việc, tính từ giờ mở cửa tiếp "
        "theo",
        "2026-11-22 - waiting 0/2 | Chủ nhật: Tiếp nhận ngoài giờ làm việc, tính từ giờ mở cửa "
        "tiếp theo",
        "2026-11-23 - received 0/2 | thứ Hai: Ngày tiếp nhận hồ sơ, không tính vào thời hạn",
        "2026-11-24 - holiday 0/2 | thứ Ba: Ngày nghỉ lễ, không tính (Ngày Văn hóa Việt Nam "
        "(Nghị quyết 28/2026/QH16, hiệu lực 01/7/2026))",
        "2026-11-25 + working_day 1/2 | thứ Tư: Ngày làm việc, được tính",
        "2026-11-26 - stopped 1/2 | thứ Năm: Tạm dừng tính thời hạn",
        "2026-11-27 + working_day 2/2 | thứ Sáu: Ngày làm việc, được tính | Hạn trả kết quả",
    };
    struct stop room[STOPS_MAX];
    struct clock k =
        read_clock("2026-11-20T17:30", "2wd", "o", "f 2026-11-25T09:00/2026-11-26T09:00", room);
    struct due d;

    (void)state;
    assert_int_equal(deadlines_due(a, cal, &k, &d), OK);
    assert_int_equal(d.ndays, ROWS(LINES));
    for (size_t i = 0; i < ROWS(LINES); i++)
        assert_string_equal(note_line(a, &d, &d.days[i]), LINES[i]);
    for (int w = 0; w < WHY__COUNT; w++)
        assert_true(why_vi((enum why)w) && why_code((enum why)w));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),       cmocka_unit_test(test_worked),
        cmocka_unit_test(test_provisional), cmocka_unit_test(test_faults),
        cmocka_unit_test(test_stop_faults), cmocka_unit_test(test_classes),
        cmocka_unit_test(test_left),        cmocka_unit_test(test_explanation),
    };
    int rc;

    a = arena_open(64 << 20);
    cal = calendar_shipped(a);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(a);
    return rc;
}
