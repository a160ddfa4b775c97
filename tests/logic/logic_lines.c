/* A line [rule, data] of standard input becomes a line with the answer, for logic.test.mjs. */
#include <stdio.h>
#include <stdlib.h>

#include "base/logic.h"

int
main(void)
{
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        json_t *pair = json_loads(line, 0, NULL), *answer;
        bool over;
        char *text;

        if (!pair)
            return 1;
        answer = logic_apply(json_array_get(pair, 0), json_array_get(pair, 1), &over);
        text = json_dumps(answer, JSON_ENCODE_ANY | JSON_COMPACT);
        puts(over ? "\"over\"" : text);
        free(text);
        json_decref(answer);
        json_decref(pair);
    }
    free(line);
    return 0;
}
