/* For tests only: a copy of the faultless catalogue of tests/catalogue-faults, to be spoilt. */
#ifndef MOD_CATALOGUE_TESTING_H
#define MOD_CATALOGUE_TESTING_H

#include "base/test.h"

#include "base/file.h"
#include "db/testdb.h"
#include "mod/catalogue/catalogue_package.h"

#define FAULTLESS "tests/catalogue-faults"
#define Y "procedures/9.000001/procedure.yaml"
#define F "procedures/9.000001/form.json"
#define FIELDS "fields.yaml"
#define R "results/giay_thu.yaml"
#define TYPES "paper-types.yaml"
#define KEEP "retention.yaml"

extern struct arena *a;         /* of the test program */

/* cmocka's, of a group: the copy is made and removed. */
int faultless_open(void **state);
int faultless_close(void **state);
const char *place(const char *name);                    /* of a file of the copy */
void put(const char *name, const char *text, size_t n);
struct bytes good(const char *name);                    /* as it is shipped */

#endif
