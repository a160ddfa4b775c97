#include "http/class.h"

#include "http/route.h"

static enum route_class
of_post(const struct route *row)
{
    if (row->body == BODY_UPLOAD || row->body == BODY_PART || row->body == BODY_LOOK ||
        row->where == RUN_ASIDE)
        return CLASS_UPLOAD;
    return row->perm == PERM_PUBLIC && row->line ? CLASS_SIGN_IN : CLASS_WRITE;
}

static enum route_class
of_get(const struct route *row)
{
    if (row->outward)
        return CLASS_SIGN_IN;
    if (row->where == RUN_READ_LANE)
        return row->face == FACE_FILE ? CLASS_REPORT : CLASS_SEARCH;
    return row->face == FACE_FILE ? CLASS_DOWNLOAD : CLASS_PAGE;
}

enum route_class
class_of(const struct route *row)
{
    if (row->limit)
        return row->limit;
    if (row->face == FACE_API)
        return CLASS_API;
    return row->method == POST ? of_post(row) : of_get(row);
}

const char *
class_word(enum route_class k)
{
    static const char *const WORDS[CLASS__COUNT] = {
        [CLASS_PAGE] = "page",         [CLASS_SEARCH] = "search", [CLASS_WRITE] = "write",
        [CLASS_UPLOAD] = "upload",     [CLASS_DOWNLOAD] = "download",
        [CLASS_REPORT] = "report",     [CLASS_SIGN_IN] = "sign_in", [CLASS_API] = "api",
    };

    return k < CLASS__COUNT && WORDS[k] ? WORDS[k] : "-";
}
