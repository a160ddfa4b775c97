/*
 * Who hands in and what is declared, on one page: the counter's intake and the correction of a
 * receipt use the same fields.  Fields are named as their faults are: "applicant.name".
 */
#ifndef MOD_DOSSIERS_DESK_ENTRY_H
#define MOD_DOSSIERS_DESK_ENTRY_H

#include "http/params.h"
#include "mod/dossiers/dossiers_desk_dossier.h"

extern const char *const ENTRY_WHOM[];      /* "self", "person", "organisation" */
extern const char *const ENTRY_WAYS[];      /* "desk", "post", "online": enum delivery - 1 */
enum entry_whom { FOR_SELF, FOR_PERSON, FOR_ORGANISATION };

/* The inputs of the people; a route's list names them before its e-form. */
#define ENTRY_TEXT(name, chars, what) {name, K_TEXT, .max = chars, .label = what}
#define ENTRY_PEOPLE                                                                              \
    {"whom", K_ENUM, .words = ENTRY_WHOM, .label = N_("Nộp cho ai")},                             \
    ENTRY_TEXT("applicant.name", 200, N_("Họ và tên người nộp")),                                 \
    ENTRY_TEXT("applicant.personal_number", 20, N_("Số định danh của người nộp")),                \
    ENTRY_TEXT("applicant.phone", 20, N_("Điện thoại của người nộp")),                            \
    ENTRY_TEXT("applicant.email", 254, N_("Thư điện tử của người nộp")),                          \
    ENTRY_TEXT("applicant.address", 300, N_("Địa chỉ của người nộp")),                            \
    ENTRY_TEXT("owner.name", 200, N_("Tên chủ hồ sơ")),                                           \
    ENTRY_TEXT("owner.personal_number", 20, N_("Số định danh của chủ hồ sơ")),                    \
    ENTRY_TEXT("owner.tax_code", 14, N_("Mã số thuế của chủ hồ sơ")),                             \
    ENTRY_TEXT("owner.phone", 20, N_("Điện thoại của chủ hồ sơ")),                                \
    ENTRY_TEXT("owner.address", 300, N_("Địa chỉ của chủ hồ sơ")),                                \
    ENTRY_TEXT("representative.basis", 300, N_("Căn cứ nộp thay")),                               \
    ENTRY_TEXT("representative.basis_number", 200, N_("Số, ngày của giấy tờ đó")),                \
    {"delivery", K_ENUM, .words = ENTRY_WAYS, .label = N_("Cách nhận kết quả")},                  \
    {"delivery_address", K_TEXT, .max = 500, .label = N_("Địa chỉ nhận kết quả")}

/* What the fields show when nothing was typed yet. */
struct entry_view {
    const struct procedure *p;
    struct party applicant, owner, representative;
    enum entry_whom whom;
    int delivery;
    const char *delivery_address;
    struct eform_lists lists;
    const json_t *answers;
    const char *add;                        /* group that gets one more row */
};
void entry_view_parties(struct entry_view *v, const struct party *p, size_t n);
/* The parties as typed; at most 3. */
struct party *entry_parties(struct ctx *c, size_t *n);
/* Raw answers as typed over `before`; what the applicant has said already is filled in. */
json_t *entry_answers(struct ctx *c, const struct procedure *p, const json_t *before);
int entry_delivery(struct ctx *c);          /* enum delivery; 0: not chosen */

/* The declared input of this name, whatever the route's order; "" when absent. */
const char *desk_in(struct ctx *c, const char *name);
int desk_in_index(const struct ctx *c, const char *name);       /* -1: not declared */

void frag_entry_people(struct buf *b, struct ctx *c, const struct entry_view *v);
void frag_entry_delivery(struct buf *b, struct ctx *c, const struct entry_view *v);
void frag_entry_form(struct buf *b, struct ctx *c, const struct entry_view *v);

#endif
