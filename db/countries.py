"""Countries by their codes (ISO 3166-1) and by the names that sources of leads give them."""

from __future__ import annotations

from typing import Final

_COUNTRIES: Final = """
    AD Andorra; AE United Arab Emirates|UAE; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla;
    AL Albania; AM Armenia; AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria;
    AU Australia; AW Aruba; AX Åland Islands|Aland Islands; AZ Azerbaijan;
    BA Bosnia and Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso;
    BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy|Saint Barthelemy;
    BM Bermuda; BN Brunei Darussalam|Brunei; BO Bolivia|Bolivia, Plurinational State of;
    BQ Bonaire, Sint Eustatius and Saba; BR Brazil; BS Bahamas|The Bahamas; BT Bhutan;
    BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA Canada; CC Cocos (Keeling) Islands;
    CD Congo, The Democratic Republic of the|DR Congo|Democratic Republic of the Congo;
    CF Central African Republic; CG Congo|Republic of the Congo; CH Switzerland;
    CI Côte d'Ivoire|Ivory Coast; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia;
    CR Costa Rica; CU Cuba; CV Cabo Verde|Cape Verde; CW Curaçao|Curacao; CX Christmas Island;
    CY Cyprus; CZ Czechia|Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica;
    DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara;
    ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji;
    FK Falkland Islands (Malvinas)|Falkland Islands;
    FM Micronesia, Federated States of|Micronesia; FO Faroe Islands; FR France; GA Gabon;
    GB United Kingdom|UK|Great Britain; GD Grenada; GE Georgia; GF French Guiana; GG Guernsey;
    GH Ghana; GI Gibraltar; GL Greenland; GM Gambia|The Gambia; GN Guinea; GP Guadeloupe;
    GQ Equatorial Guinea; GR Greece; GS South Georgia and the South Sandwich Islands;
    GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong|Hong Kong SAR;
    HM Heard Island and McDonald Islands; HN Honduras; HR Croatia; HT Haiti; HU Hungary;
    ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India;
    IO British Indian Ocean Territory; IQ Iraq; IR Iran|Iran, Islamic Republic of; IS Iceland;
    IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia;
    KI Kiribati; KM Comoros; KN Saint Kitts and Nevis;
    KP North Korea|Korea, Democratic People's Republic of;
    KR South Korea|Korea, Republic of|Republic of Korea; KW Kuwait; KY Cayman Islands;
    KZ Kazakhstan; LA Laos|Lao People's Democratic Republic; LB Lebanon; LC Saint Lucia;
    LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania; LU Luxembourg;
    LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova|Moldova, Republic of; ME Montenegro;
    MF Saint Martin (French part)|Saint Martin; MG Madagascar; MH Marshall Islands;
    MK North Macedonia|Macedonia; ML Mali; MM Myanmar|Burma; MN Mongolia; MO Macao|Macau;
    MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS Montserrat; MT Malta;
    MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia;
    NC New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua;
    NL Netherlands|The Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand;
    OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines;
    PK Pakistan; PL Poland; PM Saint Pierre and Miquelon; PN Pitcairn; PR Puerto Rico;
    PS Palestine, State of|Palestine|Palestinian Territory; PT Portugal; PW Palau; PY Paraguay;
    QA Qatar; RE Réunion|Reunion; RO Romania; RS Serbia; RU Russian Federation|Russia; RW Rwanda;
    SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden; SG Singapore;
    SH Saint Helena, Ascension and Tristan da Cunha; SI Slovenia; SJ Svalbard and Jan Mayen;
    SK Slovakia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname;
    SS South Sudan; ST Sao Tome and Principe; SV El Salvador;
    SX Sint Maarten (Dutch part)|Sint Maarten; SY Syria|Syrian Arab Republic;
    SZ Eswatini|Swaziland; TC Turks and Caicos Islands; TD Chad; TF French Southern Territories;
    TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste|East Timor; TM Turkmenistan;
    TN Tunisia; TO Tonga; TR Türkiye|Turkey|Turkiye; TT Trinidad and Tobago; TV Tuvalu;
    TW Taiwan|Taiwan, Province of China; TZ Tanzania|Tanzania, United Republic of; UA Ukraine;
    UG Uganda; UM United States Minor Outlying Islands;
    US United States|USA|United States of America; UY Uruguay; UZ Uzbekistan;
    VA Holy See (Vatican City State)|Vatican City; VC Saint Vincent and the Grenadines;
    VE Venezuela|Venezuela, Bolivarian Republic of;
    VG Virgin Islands, British|British Virgin Islands;
    VI Virgin Islands, U.S.|U.S. Virgin Islands; VN Vietnam|Viet Nam; VU Vanuatu;
    WF Wallis and Futuna; WS Samoa; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""


def _read() -> dict[str, tuple[str, ...]]:
    """For each code and name, in lower case, all that stands for the same country."""
    same: dict[str, tuple[str, ...]] = {}
    for country in " ".join(_COUNTRIES.split()).split("; "):
        code, _, names = country.partition(" ")
        all_of_it = (code, *names.split("|"))
        same |= dict.fromkeys((each.lower() for each in all_of_it), all_of_it)
    return same


_SAME: Final = _read()
NAMES: Final = tuple(sorted({names[1] for names in _SAME.values()}))


def same_country(text: str) -> tuple[str, ...]:
    """Return the code and all names of the country that a text names, the text where it is none."""
    return _SAME.get(text.lower(), (text,))
