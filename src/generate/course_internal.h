/* What playing a course (course.c) and reading it (course_read.c) share. */
#ifndef GENERATE_COURSE_INTERNAL_H
#define GENERATE_COURSE_INTERNAL_H

#include "auth/auth.h"
#include "generate/course.h"
#include "http/urlform.h"
#include "mod/dossiers/dossiers.h"

enum { APART = 600 /* seconds between the events of a template */, INPUTS_MAX = 400,
       MARKS_MAX = 200 };
enum { NOBODY_CITIZEN = 7 };            /* the account of the citizen who applies in a template */

/* A text of the template that stands for something else. */
struct mark { const char *s; size_t n; struct piece is; };

struct play {
    struct courses *w;
    struct ctx c;                       /* of the act that runs */
    struct session session;
    int place;                          /* of the officer who acts, among those of the role */
    struct course *out;
    const struct office *home;
    struct dossier d;
    int64_t answer_due, opinion_due;    /* of the running request; 0 none */
    int answer_event, opinion_event;
    struct pair in[INPUTS_MAX];
    size_t n_in;
    struct mark marks[MARKS_MAX];
    size_t n_marks;
};

/* course_marks.c: the worked answers with other people in them, and what marks whom. */
int course_inputs(struct play *p);
/* course_brief.c: takes out what the form does not demand. */
void course_brief(struct play *p);
const char *course_input(const struct play *p, const char *name);      /* "" none */
/* course_read.c: after event number n of p->out. */
int course_read(struct play *p, size_t n);
struct text course_text(struct play *p, const char *s);

#endif
