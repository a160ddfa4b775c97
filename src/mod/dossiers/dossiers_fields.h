/*
 * Every column of a dossier's row, once: structure, SQL, folding and before/after come from here.
 * N: a number, T: a text.  FIXED ones are set by the first event and never move.
 */
#ifndef MOD_DOSSIERS_FIELDS_H
#define MOD_DOSSIERS_FIELDS_H

#define DOSSIER_FIXED(N, T)                                                                       \
    T(code) T(procedure) N(procedure_version) N(channel) N(account) N(received_unit)              \
    N(submitted_at)

#define DOSSIER_MOVING(N, T)                                                                       \
    T(case_id)                                                                                     \
    T(payer) N(intake_unit) N(competent_unit) N(received_by) T(helper) T(applicant) T(owner)       \
        N(delivery) T(delivery_address) N(status) N(before) T(step) N(unit) N(holder)              \
            N(last_officer) T(last_step) N(accepted_at) T(limit_text) N(due_at) N(first_due)       \
                N(due_exact) N(due_provisional) N(extended_to) N(supplements) N(proposal)          \
                    N(answer_due) N(paused) N(opinions_open) N(receipt) N(finished_at)             \
                        N(returned_at) N(outcome) N(timing) T(result_number) T(result_signer)      \
                            N(result_date) T(ground) N(confidential)

#endif
