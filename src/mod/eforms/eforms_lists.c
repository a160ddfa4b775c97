/*
 * Provinces: the 34 of Resolution 202/2025/QH15 with the statistics office's codes.  Ethnicities:
 * the 54 of Decision 121-TCTK/PPCĐ (1979).  Nationalities: ISO 3166-1 alpha-2
 * (XX stateless, ZZ another), named as Vietnamese papers do.
 */
#include "mod/eforms/eforms_lists.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct eform_choice PROVINCES[] = {
    {"01", N_("Thành phố Hà Nội")},
    {"04", N_("Cao Bằng")},
    {"08", N_("Tuyên Quang")},
    {"11", N_("Điện Biên")},
    {"12", N_("Lai Châu")},
    {"14", N_("Sơn La")},
    {"15", N_("Lào Cai")},
    {"19", N_("Thái Nguyên")},
    {"20", N_("Lạng Sơn")},
    {"22", N_("Quảng Ninh")},
    {"24", N_("Bắc Ninh")},
    {"25", N_("Phú Thọ")},
    {"31", N_("Thành phố Hải Phòng")},
    {"33", N_("Hưng Yên")},
    {"37", N_("Ninh Bình")},
    {"38", N_("Thanh Hóa")},
    {"40", N_("Nghệ An")},
    {"42", N_("Hà Tĩnh")},
    {"44", N_("Quảng Trị")},
    {"46", N_("Thành phố Huế")},
    {"48", N_("Thành phố Đà Nẵng")},
    {"51", N_("Quảng Ngãi")},
    {"52", N_("Gia Lai")},
    {"56", N_("Khánh Hòa")},
    {"66", N_("Đắk Lắk")},
    {"68", N_("Lâm Đồng")},
    {"75", N_("Thành phố Đồng Nai")},
    {"79", N_("Thành phố Hồ Chí Minh")},
    {"80", N_("Tây Ninh")},
    {"82", N_("Đồng Tháp")},
    {"86", N_("Vĩnh Long")},
    {"91", N_("An Giang")},
    {"92", N_("Thành phố Cần Thơ")},
    {"96", N_("Cà Mau")},
};

static const struct eform_choice ETHNICITIES[] = {
    {"kinh", "Kinh"},
    {"tay", "Tày"},
    {"thai", "Thái"},
    {"hoa", "Hoa"},
    {"khmer", "Khmer"},
    {"muong", "Mường"},
    {"nung", "Nùng"},
    {"mong", "Mông"},
    {"dao", "Dao"},
    {"gia_rai", "Gia Rai"},
    {"ngai", "Ngái"},
    {"e_de", "Ê Đê"},
    {"ba_na", "Ba Na"},
    {"xo_dang", "Xơ Đăng"},
    {"san_chay", "Sán Chay"},
    {"co_ho", "Cơ Ho"},
    {"cham", "Chăm"},
    {"san_diu", "Sán Dìu"},
    {"hre", "Hrê"},
    {"mnong", "Mnông"},
    {"ra_glai", "Ra Glai"},
    {"xtieng", "Xtiêng"},
    {"bru_van_kieu", "Bru - Vân Kiều"},
    {"tho", "Thổ"},
    {"giay", "Giáy"},
    {"co_tu", "Cơ Tu"},
    {"gie_trieng", "Gié Triêng"},
    {"ma", "Mạ"},
    {"kho_mu", "Khơ Mú"},
    {"co", "Co"},
    {"ta_oi", "Tà Ôi"},
    {"cho_ro", "Chơ Ro"},
    {"khang", "Kháng"},
    {"xinh_mun", "Xinh Mun"},
    {"ha_nhi", "Hà Nhì"},
    {"chu_ru", "Chu Ru"},
    {"lao", "Lào"},
    {"la_chi", "La Chí"},
    {"la_ha", "La Ha"},
    {"phu_la", "Phù Lá"},
    {"la_hu", "La Hủ"},
    {"lu", "Lự"},
    {"lo_lo", "Lô Lô"},
    {"chut", "Chứt"},
    {"mang", "Mảng"},
    {"pa_then", "Pà Thẻn"},
    {"co_lao", "Cơ Lao"},
    {"cong", "Cống"},
    {"bo_y", "Bố Y"},
    {"si_la", "Si La"},
    {"pu_peo", "Pu Péo"},
    {"brau", "Brâu"},
    {"o_du", "Ơ Đu"},
    {"ro_mam", "Rơ Măm"},
    {"nuoc_ngoai", N_("Người nước ngoài")},
    {"khac", N_("Khác hoặc chưa xác định")},
};

static const struct eform_choice NATIONALITIES[] = {
    {"VN", N_("Việt Nam")},
    {"AF", "Afghanistan"},
    {"EG", N_("Ai Cập")},
    {"IN", N_("Ấn Độ")},
    {"AO", "Angola"},
    {"GB", N_("Anh (Vương quốc Anh)")},
    {"AT", N_("Áo")},
    {"SA", N_("Ả Rập Xê Út")},
    {"AR", "Argentina"},
    {"AM", "Armenia"},
    {"AZ", "Azerbaijan"},
    {"PL", N_("Ba Lan")},
    {"BD", "Bangladesh"},
    {"BY", "Belarus"},
    {"BE", N_("Bỉ")},
    {"PT", N_("Bồ Đào Nha")},
    {"BR", "Brazil"},
    {"BN", "Brunei"},
    {"BG", "Bulgaria"},
    {"KH", N_("Campuchia")},
    {"CM", "Cameroon"},
    {"CA", "Canada"},
    {"CL", "Chile"},
    {"CO", "Colombia"},
    {"HR", "Croatia"},
    {"CU", "Cuba"},
    {"DK", N_("Đan Mạch")},
    {"TW", N_("Đài Loan (Trung Quốc)")},
    {"DE", N_("Đức")},
    {"EE", "Estonia"},
    {"ET", "Ethiopia"},
    {"GE", "Georgia"},
    {"GH", "Ghana"},
    {"NL", N_("Hà Lan")},
    {"KR", N_("Hàn Quốc")},
    {"US", N_("Hoa Kỳ")},
    {"HK", N_("Hồng Kông (Trung Quốc)")},
    {"HU", "Hungary"},
    {"GR", N_("Hy Lạp")},
    {"ID", "Indonesia"},
    {"IR", "Iran"},
    {"IQ", "Iraq"},
    {"IE", "Ireland"},
    {"IL", "Israel"},
    {"IT", N_("Italia")},
    {"JO", "Jordan"},
    {"KZ", "Kazakhstan"},
    {"KE", "Kenya"},
    {"KW", "Kuwait"},
    {"KG", "Kyrgyzstan"},
    {"LA", N_("Lào")},
    {"LV", "Latvia"},
    {"LB", "Lebanon"},
    {"LY", "Libya"},
    {"LT", N_("Litva")},
    {"LU", "Luxembourg"},
    {"MY", "Malaysia"},
    {"MA", N_("Maroc")},
    {"MX", "Mexico"},
    {"MM", "Myanmar"},
    {"MN", N_("Mông Cổ")},
    {"MZ", "Mozambique"},
    {"ZA", N_("Nam Phi")},
    {"NO", N_("Na Uy")},
    {"NP", "Nepal"},
    {"NZ", "New Zealand"},
    {"RU", N_("Nga")},
    {"JP", N_("Nhật Bản")},
    {"NG", "Nigeria"},
    {"OM", "Oman"},
    {"PK", "Pakistan"},
    {"PS", "Palestine"},
    {"PE", "Peru"},
    {"FR", N_("Pháp")},
    {"FI", N_("Phần Lan")},
    {"PH", "Philippines"},
    {"QA", "Qatar"},
    {"RO", "Romania"},
    {"CZ", N_("Séc")},
    {"RS", "Serbia"},
    {"SG", "Singapore"},
    {"SK", "Slovakia"},
    {"SI", "Slovenia"},
    {"LK", "Sri Lanka"},
    {"SY", "Syria"},
    {"TJ", "Tajikistan"},
    {"TZ", "Tanzania"},
    {"ES", N_("Tây Ban Nha")},
    {"TH", N_("Thái Lan")},
    {"TR", N_("Thổ Nhĩ Kỳ")},
    {"SE", N_("Thụy Điển")},
    {"CH", N_("Thụy Sĩ")},
    {"TL", "Timor Leste"},
    {"KP", N_("Triều Tiên")},
    {"CN", N_("Trung Quốc")},
    {"TN", "Tunisia"},
    {"TM", "Turkmenistan"},
    {"AE", N_("Các Tiểu vương quốc Ả Rập Thống nhất")},
    {"AU", N_("Úc")},
    {"UA", N_("Ukraina")},
    {"UZ", "Uzbekistan"},
    {"VE", "Venezuela"},
    {"YE", "Yemen"},
    {"DZ", N_("Algérie")},
    {"XX", N_("Không quốc tịch")},
    {"ZZ", N_("Quốc gia khác")},
};

const struct eform_choices EFORMS_PROVINCES = {PROVINCES, COUNT(PROVINCES)};
const struct eform_choices EFORMS_ETHNICITIES = {ETHNICITIES, COUNT(ETHNICITIES)};
const struct eform_choices EFORMS_NATIONALITIES = {NATIONALITIES, COUNT(NATIONALITIES)};

struct eform_choices
eforms_list(const char *name)
{
    const struct {
        const char *name;
        struct eform_choices list;
    } LISTS[] = {
        {"ethnicities", EFORMS_ETHNICITIES},
        {"nationalities", EFORMS_NATIONALITIES},
        {"provinces", EFORMS_PROVINCES},
    };

    for (size_t i = 0; i < COUNT(LISTS); i++)
        if (strcmp(LISTS[i].name, name) == 0)
            return LISTS[i].list;
    return (struct eform_choices){NULL, 0};
}

struct eform_choices
eforms_choices(const struct eform_field *f, const struct eform_lists *l)
{
    return f->communes && l ? l->communes : f->choices;
}

const char *
eforms_label(struct eform_choices list, const char *value)
{
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.p[i].value, value) == 0)
            return list.p[i].label;
    return value;
}
