/* procedure.yaml as tables; docs/catalogue-package.md in the order of its text. */
#include "mod/catalogue/catalogue_package.h"

#include <stddef.h>

typedef const char *const words[];

static words STATES = {"draft", "published", NULL};
static words LEVELS = {"commune", "city", NULL};
static words SUBJECTS = {"citizen", "organisation", "business", "household_business", "foreigner",
                         "overseas_vietnamese", NULL};
static words SCOPES = {"none", "partial", "full", NULL};
static words ROUTES = {"city", "ministry", NULL};
static words TAGS = {"DA06_25", "QD422_28", "QD206_23", NULL};
static words MODES = {"end-of-day", "hour-exact", NULL};
static words SUPPLEMENTS = {"", "pause", "restart", NULL};
static words FEE_KINDS = {"fee", "charge", NULL};
static words COMPETENTS = {"receiving", "address", "fixed", NULL};
/* The index of a role is its number in auth/perm.h. */
static words ROLES = {"", "intake", "specialist", "leader", "archivist", NULL};
/* The index of an action is its number in mod/workflow; the bits are 1 << ACT_... */
static words ACTIONS = {"", "forward", "return", "supplement", "fiscal", "consult", "refuse",
                        "approve", "stop", "extend", "hand_over", NULL};
static words GUARDS = {"papers_checked", "fees_paid", "opinions_answered", "other_officer",
                       "result_attached", NULL};

words CATALOGUE_PAYERS = {"citizen", "organisation", "business", "household_business", "foreigner",
                          "overseas_vietnamese", "poor", "disabled", "veteran", "child", "elderly",
                          NULL};
words CATALOGUE_PAYERS_VI = {
    N_("Công dân Việt Nam"), N_("Cơ quan, tổ chức"), N_("Doanh nghiệp"), N_("Hộ kinh doanh"),
    N_("Người nước ngoài"), N_("Người Việt Nam định cư ở nước ngoài"),
    N_("Người thuộc hộ nghèo, cận nghèo"), N_("Người khuyết tật"),
    N_("Người có công với cách mạng"),
    N_("Trẻ em"), N_("Người cao tuổi"), NULL};
/* The index of a channel is its number in mod/deadlines. */
words CATALOGUE_CHANNELS = {"", "direct", "online", "postal", NULL};
words CATALOGUE_CHANNELS_VI = {"", N_("Trực tiếp"), N_("Trực tuyến"), N_("Qua bưu chính"), NULL};
words CATALOGUE_DUE = {"intake", "before_result", "on_result", NULL};
words CATALOGUE_DUE_VI = {N_("khi nộp hồ sơ"), N_("trước khi có kết quả"), N_("khi nhận kết quả"),
                          NULL};
words CATALOGUE_PER = {"dossier", "copy", "page", "person", "plot", NULL};
words CATALOGUE_PER_VI = {N_("hồ sơ"), N_("bản"), N_("trang"), N_("người"), N_("thửa đất"), NULL};
words CATALOGUE_RESULTS = {"certificate", "extract", "copy", "licence", "decision", "confirmation",
                           "record", NULL};
words CATALOGUE_RESULTS_VI = {N_("Giấy chứng nhận"), N_("Trích lục"), N_("Bản sao"),
                              N_("Giấy phép"), N_("Quyết định"), N_("Giấy xác nhận"),
                              N_("Ghi nhận trong cơ sở dữ liệu"), NULL};

#define REQ true
#define OPT false
#define AT(member) .at = offsetof(struct T, member)
#define SIZE sizeof(struct T)

#define T proc_basis
static const struct schema_rule BASIS_RULES[] = {
    {"number", S_TEXT, REQ, 1, 60, AT(number)},
    {"title", S_TEXT, REQ, 5, 300, AT(title)},
    {"issuer", S_TEXT, REQ, 2, 120, AT(issuer)},
    {"date", S_DATE, REQ, AT(date)},
    {0},
};
static const struct schema BASIS = {"a legal basis", SIZE, BASIS_RULES};
#undef T

#define T proc_case
static const struct schema_rule CASE_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 2, 200, AT(name)},
    {"when", S_LOGIC, OPT, AT(when)},
    {0},
};
static const struct schema CASE = {"a case", SIZE, CASE_RULES};
#undef T

#define T proc_limit
static const struct schema_rule LIMIT_RULES[] = {
    {"cases", S_IDS, OPT, 1, 32, AT(cases)},
    {"limit", S_LIMIT, REQ, AT(limit)},
    {0},
};
static const struct schema LIMIT = {"a limit", SIZE, LIMIT_RULES};
#undef T

#define T proc_stop
static const struct schema_rule STOP_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 2, 200, AT(name)},
    {"basis", S_TEXT, REQ, 5, 300, AT(basis)},
    {0},
};
static const struct schema STOP = {"a stop", SIZE, STOP_RULES};
#undef T

#define T fee_step
static const struct schema_rule FEE_STEP_RULES[] = {
    {"from", S_INT, REQ, 2, 100000, AT(from)},
    {"amount", S_INT, REQ, 0, 1000000000, AT(amount)},
    {0},
};
static const struct schema FEE_STEP = {"a step of a fee", SIZE, FEE_STEP_RULES};
#undef T

#define T proc_fee
static const struct schema_rule FEE_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 2, 200, AT(name)},
    {"kind", S_WORD, REQ, .words = FEE_KINDS, AT(kind)},
    {"amount", S_INT, REQ, 0, 1000000000, AT(amount)},
    {"cases", S_IDS, OPT, 1, 32, AT(cases)},
    {"channels", S_WORDS, OPT, 1, 3, .words = CATALOGUE_CHANNELS, AT(channels)},
    {"payers", S_WORDS, OPT, 1, 11, .words = CATALOGUE_PAYERS, AT(payers)},
    {"per", S_WORD, REQ, .words = CATALOGUE_PER, AT(per)},
    {"quantity", S_ID, OPT, AT(quantity)},
    {"rows", S_ID, OPT, AT(rows)},
    {"times", S_ID, OPT, AT(times)},
    {"steps", S_LIST, OPT, 1, 10, .of = &FEE_STEP, AT(steps)},
    {"cap", S_INT, OPT, 1, 1000000000, AT(cap)},
    {"from", S_DATE, OPT, AT(from)},
    {"to", S_DATE, OPT, AT(to)},
    {"due", S_WORD, REQ, .words = CATALOGUE_DUE, AT(due)},
    {"basis", S_TEXT, REQ, 5, 300, AT(basis)},
    {0},
};
static const struct schema FEE = {"a fee", SIZE, FEE_RULES};
#undef T

#define T proc_paper
static const struct schema_rule PAPER_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 2, 500, AT(name)},
    {"originals", S_INT, REQ, 0, 20, AT(originals)},
    {"copies", S_INT, REQ, 0, 20, AT(copies)},
    {"required", S_BOOL, REQ, AT(required)},
    {"cases", S_IDS, OPT, 1, 32, AT(cases)},
    {"when", S_LOGIC, OPT, AT(when)},
    {"eform", S_BOOL, OPT, AT(eform)},
    {"note", S_TEXT, OPT, 2, 1000, AT(note)},
    {0},
};
static const struct schema PAPER = {"a paper", SIZE, PAPER_RULES};
#undef T

#define T proc_step
static const struct schema_rule STEP_RULES[] = {
    {"id", S_ID, REQ, AT(id)},
    {"name", S_TEXT, REQ, 2, 200, AT(name)},
    {"role", S_WORD, REQ, .words = ROLES, AT(role)},
    {"agency", S_CODE, REQ, AT(agency)},
    {"budget", S_PERIOD, REQ, AT(budget)},
    {"actions", S_WORDS, REQ, 1, 10, .words = ACTIONS, AT(actions)},
    {"next", S_IDS, OPT, 1, 10, AT(next)},
    {"guards", S_WORDS, OPT, 1, 5, .words = GUARDS, AT(guards)},
    {0},
};
static const struct schema STEP = {"a step", SIZE, STEP_RULES};
#undef T

/* Maps inside the procedure: offsets from their own start. */
#define IN(map, member) \
    .at = offsetof(struct procedure, map.member) - offsetof(struct procedure, map)

static const struct schema_rule ONLINE_RULES[] = {
    {"level", S_INT, REQ, 2, 4, IN(online, level)},
    {"scope", S_WORD, REQ, .words = SCOPES, IN(online, scope)},
    {0},
};
static const struct schema ONLINE = {"`online`", 0, ONLINE_RULES};

static const struct schema_rule PUBLICATION_RULES[] = {
    {"number", S_TEXT, REQ, 1, 60, IN(publication, number)},
    {"date", S_DATE, REQ, IN(publication, date)},
    {"agency", S_TEXT, REQ, 2, 120, IN(publication, agency)},
    {"verified", S_BOOL, REQ, IN(publication, verified)},
    {0},
};
static const struct schema PUBLICATION = {"`publication`", 0, PUBLICATION_RULES};

static const struct schema_rule DEADLINE_RULES[] = {
    {"mode", S_WORD, REQ, .words = MODES, IN(deadline, mode)},
    {"supplement", S_WORD, OPT, .words = SUPPLEMENTS, IN(deadline, supplement)},
    {"fiscal_pauses", S_BOOL, REQ, IN(deadline, fiscal_pauses)},
    {"limits", S_LIST, REQ, 1, 32, .of = &LIMIT, IN(deadline, limits)},
    {"stops", S_LIST, OPT, 0, 20, .of = &STOP, IN(deadline, stops)},
    {0},
};
static const struct schema DEADLINE = {"`deadline`", 0, DEADLINE_RULES};

static const struct schema_rule COMPETENT_RULES[] = {
    {"rule", S_WORD, REQ, .words = COMPETENTS, IN(competent, rule)},
    {"field", S_ID, OPT, IN(competent, field)},
    {"agency", S_CODE, OPT, IN(competent, agency)},
    {0},
};
static const struct schema COMPETENT = {"`competent`", 0, COMPETENT_RULES};

static const struct schema_rule CONFIDENTIAL_RULES[] = {
    {"basis", S_TEXT, REQ, 5, 300, IN(confidential, basis)},
    {"readers", S_WORDS, REQ, 1, 4, .words = ROLES, IN(confidential, readers)},
    {"cover", S_TEXT, OPT, 3, 120, IN(confidential, cover)},
    {"from", S_DATE, REQ, IN(confidential, from)},
    {"to", S_DATE, OPT, IN(confidential, to)},
    {0},
};
static const struct schema CONFIDENTIAL = {"`confidential`", 0, CONFIDENTIAL_RULES};

static const struct schema_rule RESULT_RULES[] = {
    {"code", S_CODE, REQ, IN(result, code)},
    {"name", S_TEXT, REQ, 2, 300, IN(result, name)},
    {"kind", S_WORD, REQ, .words = CATALOGUE_RESULTS, IN(result, kind)},
    {"copies", S_INT, REQ, 0, 20, IN(result, copies)},
    {0},
};
static const struct schema RESULT = {"`result`", 0, RESULT_RULES};

#define T procedure
static const struct schema_rule RULES[] = {
    {"code", S_CODE, REQ, AT(code)},
    {"version", S_INT, REQ, 1, 999, AT(version)},
    {"state", S_WORD, REQ, .words = STATES, AT(state)},
    {"valid_from", S_DATE, REQ, AT(valid_from)},
    {"valid_to", S_DATE, OPT, AT(valid_to)},
    {"name", S_TEXT, REQ, 5, 300, AT(name)},
    {"summary", S_LINES, REQ, 40, 600, AT(summary)},
    {"field", S_CODE, REQ, AT(field)},
    {"life_events", S_IDS, OPT, 1, 10, AT(life_events)},
    {"level", S_WORD, REQ, .words = LEVELS, AT(level)},
    {"authority", S_TEXT, REQ, 2, 200, AT(authority)},
    {"subjects", S_WORDS, REQ, 1, 6, .words = SUBJECTS, AT(subjects)},
    {"channels", S_WORDS, REQ, 1, 3, .words = CATALOGUE_CHANNELS, AT(channels)},
    {"online", S_MAP, REQ, .of = &ONLINE, AT(online)},
    {"assurance", S_INT, OPT, 1, 3, AT(assurance)},
    {"confidential", S_MAP, OPT, .of = &CONFIDENTIAL, AT(confidential)},
    {"route", S_WORD, REQ, .words = ROUTES, AT(route)},
    {"route_url", S_URL, OPT, AT(route_url)},
    {"publication", S_MAP, REQ, .of = &PUBLICATION, AT(publication)},
    {"tags", S_WORDS, OPT, 1, 3, .words = TAGS, AT(tags)},
    {"citizen_steps", S_TEXTS, REQ, 1, 30, AT(citizen_steps)},
    {"conditions", S_LINES, OPT, 5, 6000, AT(conditions)},
    {"legal_basis", S_LIST, REQ, 1, 60, .of = &BASIS, AT(legal_basis)},
    {"cases", S_LIST, REQ, 1, 32, .of = &CASE, AT(cases)},
    {"deadline", S_MAP, REQ, .of = &DEADLINE, AT(deadline)},
    {"fees", S_LIST, REQ, 0, 60, .of = &FEE, AT(fees)},
    {"papers", S_LIST, REQ, 1, 60, .of = &PAPER, AT(papers)},
    {"competent", S_MAP, REQ, .of = &COMPETENT, AT(competent)},
    {"process", S_LIST, REQ, 2, 30, .of = &STEP, AT(process)},
    {"result", S_MAP, REQ, .of = &RESULT, AT(result)},
    {0},
};
const struct schema PROCEDURE_SCHEMA = {"a procedure", SIZE, RULES};
#undef T
