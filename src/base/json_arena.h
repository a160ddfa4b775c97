/*
 * JSON in the arena of a request: jansson asks for dozens of small pieces a document and gives each
 * back by itself; here they are taken from the arena and giving back does nothing.
 *
 * Between json_arena_enter() and json_arena_leave() what jansson makes on this thread lives in the
 * arena, and no longer than it: such a document must not be kept beyond the request.  Outside, and
 * on other threads, jansson uses the heap as ever; documents of both kinds may be mixed and are
 * given back with json_decref() alike (a text of json_dumps() with mem_free()).
 */
#ifndef BASE_JSON_ARENA_H
#define BASE_JSON_ARENA_H

#include "base/arena.h"

void json_arena_enter(struct arena *a);
void json_arena_leave(void);

#endif
