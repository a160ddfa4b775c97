/* Lists that forms refer to by name, so that no package repeats them. */
#ifndef MOD_EFORMS_LISTS_H
#define MOD_EFORMS_LISTS_H

#include "mod/eforms/eforms.h"

struct eform_choices
eforms_list(const char *name); /* "ethnicities" "nationalities" "provinces"; else n 0 */

#endif
