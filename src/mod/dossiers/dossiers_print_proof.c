/* The receipt's proof: what the sealed log has of the dossier, as a file inside the PDF that
 * `motcua audit verify --receipt` reads. */
#include <string.h>

#include "base/json.h"
#include "base/money.h"
#include "mod/dossiers/dossiers_print.h"
#include "mod/dossiers/dossiers_seal.h"
#include "sign/attach.h"
#include "sign/note.h"

/* How many events are proved, and the head above the last of them. */
static size_t
proved(struct ctx *c, const json_t *receipt, struct note *head)
{
    const json_t *one;
    size_t n = 0, i;

    json_array_foreach(json_object_get(receipt, "events"), i, one) {
        const json_t *proof = json_object_get(one, "proof");
        const char *note = json_string_value(json_object_get(proof, "head"));

        n += note && !note_read(c->a, note, strlen(note), head);
    }
    return n;
}

int
print_proof(struct ctx *c, struct print *x, struct bytes *proof)
{
    json_t *receipt = NULL;
    struct note head;
    size_t n;
    int rc;

    *proof = (struct bytes){0};
    if (x->s.form != FORM_RECEIPT || (rc = dossiers_receipt(c, x->d, FOR_APPLICANT, &receipt)) < 0)
        return x->s.form != FORM_RECEIPT ? OK : rc;
    if ((n = proved(c, receipt, &head)) > 0) {
        char *text = json_text(c->a, receipt);

        *proof = (struct bytes){(const uint8_t *)text, strlen(text)};
        x->s.sealed = arena_fmt(
            c->a,
            "Niêm phong: %zu việc của hồ sơ nằm dưới đầu nhật ký có %s lá, ký lúc %s, mã băm %s. "
            "Bằng chứng kèm trong tệp PDF này; ai cũng kiểm tra được mà không cần tin máy chủ.",
            n, number_vi(c->a, head.size), moment_vi(c->a, head.at),
            seal_hash_text(c->a, &head.root));
    }
    json_decref(receipt);
    return OK;
}

int
print_attach(struct ctx *c, const struct print *x, struct bytes proof, struct bytes *pdf)
{
    const struct pdf_attachment f = {.name = SEAL_RECEIPT_FILE, .mime = "application/json",
                                     .about = "Bằng chứng trong nhật ký niêm phong",
                                     .content = proof};
    const char *why = proof.n && proof.n <= PDF_ATTACHED_MAX ? pdf_attach(c->a, *pdf, &f, pdf)
                                                             : NULL;

    return why ? fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "receipt of %s: %s", x->d->code, why) : OK;
}
