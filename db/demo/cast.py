"""The made-up companies and people of the demo, as tables.

All domains end in ``.example``, which no mail ever reaches (RFC 2606).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Country:
    """Where companies and people of the demo come from.

    ``first`` and ``last`` are names, each with its Latin spelling after a slash where the address
    is not made from the name itself.
    """

    name: str
    language: str
    time_zone: str
    addresses: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the demo; ``campaigns`` are the keys of those that write to its people."""

    name: str
    domain: str
    country: str
    industry: str
    employees: int | None
    people: int
    campaigns: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace("_", " ").split("|")) if "|" in text else tuple(text.split())


def _country(
    name: str, language: str, zone: str, addresses: str, first: str, last: str
) -> tuple[str, Country]:
    made = Country(name, language, zone, _words(addresses), _words(first), _words(last))
    return made.name, made


COUNTRIES: Final = dict(
    (
        _country(
            "Germany",
            "de",
            "Europe/Berlin",
            "Industriestraße 14, 70565 Stuttgart|Hafenweg 3, 48155 Münster|Am Kanal 21, 90443 Nürnberg",
            "Anja Jürgen Katrin Thomas Björn Sabine Lukas Petra Mehmet Heike",
            "Müller Schäfer Weiß Köhler Brandt Lindemann Yılmaz Großmann Vogt Hoffmann",
        ),
        _country(
            "Austria",
            "de",
            "Europe/Vienna",
            "Linzer Straße 88, 4050 Traun|Grazbachgasse 5, 8010 Graz",
            "Elisabeth Florian Johanna Matthias Verena Stefan",
            "Gruber Steiner Moser Höller Pichler Leitner",
        ),
        _country(
            "Switzerland",
            "de",
            "Europe/Zurich",
            "Bahnhofstrasse 40, 8001 Zürich|Rue du Rhône 12, 1204 Genève",
            "Reto Céline Urs Chiara Beat Noémie",
            "Ammann Zürcher Favre Bernasconi Keller Rüegg",
        ),
        _country(
            "Sweden",
            "sv",
            "Europe/Stockholm",
            "Götgatan 22, 118 46 Stockholm|Lilla Torg 1, 211 34 Malmö",
            "Åsa Erik Linnéa Oskar Märta Viktor",
            "Lindqvist Åkesson Bergström Sjöberg Nyström Öberg",
        ),
        _country(
            "Norway",
            "nb",
            "Europe/Oslo",
            "Storgata 9, 0155 Oslo|Bryggen 7, 5003 Bergen",
            "Ingrid Håkon Solveig Øyvind Sunniva",
            "Bjørnstad Hansen Aasen Sørlie Nygård",
        ),
        _country(
            "Denmark",
            "da",
            "Europe/Copenhagen",
            "Nørrebrogade 52, 2200 København|Havnegade 4, 8000 Aarhus",
            "Søren Freja Mikkel Astrid Jørgen",
            "Kjærgaard Møller Østergaard Lund Skov",
        ),
        _country(
            "Finland",
            "fi",
            "Europe/Helsinki",
            "Mannerheimintie 10, 00100 Helsinki|Hämeenkatu 18, 33200 Tampere",
            "Aino Väinö Päivi Juhani Eeva",
            "Mäkinen Hämäläinen Virtanen Lehtonen Saarinen",
        ),
        _country(
            "Spain",
            "es",
            "Europe/Madrid",
            "Calle de Alcalá 112, 28009 Madrid|Avinguda Diagonal 301, 08013 Barcelona",
            "María_José|Íñigo|Begoña|Álvaro|Núria|Joaquín",
            "García_Ibáñez|Muñoz|Echeverría|Peña|Ferrer|Castaño",
        ),
        _country(
            "Portugal",
            "pt",
            "Europe/Lisbon",
            "Rua Augusta 75, 1100-048 Lisboa|Rua das Flores 8, 4050-262 Porto",
            "João Inês Gonçalo Conceição Tomás",
            "Conceição Magalhães Araújo Simões Brandão",
        ),
        _country(
            "Japan",
            "ja",
            "Asia/Tokyo",
            "東京都千代田区丸の内2-4-1|大阪府大阪市北区梅田3-1-3",
            "健太/kenta 美咲/misaki 翔/sho 由美子/yumiko 直樹/naoki 葵/aoi",
            "佐藤/sato 鈴木/suzuki 渡辺/watanabe 小林/kobayashi 中村/nakamura 山口/yamaguchi",
        ),
        _country(
            "South Korea",
            "ko",
            "Asia/Seoul",
            "서울특별시 강남구 테헤란로 152|대전광역시 유성구 대학로 99",
            "민준/minjun 서연/seoyeon 지훈/jihun 하은/haeun",
            "김/kim 이/lee 박/park 최/choi",
        ),
        _country(
            "Taiwan",
            "zh-TW",
            "Asia/Taipei",
            "新竹市東區光復路二段101號|臺北市大安區羅斯福路四段1號",
            "雅婷/yating 志明/zhiming 怡君/yijun 俊傑/junjie",
            "陳/chen 林/lin 黃/huang 張/chang",
        ),
        _country(
            "India",
            "en",
            "Asia/Kolkata",
            "14 Residency Road, Bengaluru 560025|Powai, Mumbai 400076",
            "Ananya Rohan Priya Vikram Meera",
            "Iyer Deshpande Banerjee Krishnamurthy Patel",
        ),
        _country(
            "Australia",
            "en",
            "Australia/Melbourne",
            "Level 6, 222 Exhibition St, Melbourne VIC 3000|31 Wharf St, Brisbane QLD 4000",
            "Olivia Liam Aroha Callum",
            "O'Connor Nguyen Whitfield Tūhoe",
        ),
        _country(
            "United Arab Emirates",
            "ar",
            "Asia/Dubai",
            "شارع الشيخ زايد، دبي|شارع الكورنيش، أبوظبي",
            "فاطمة/fatima محمد/mohammed مريم/maryam خالد/khalid",
            "الهاشمي/alhashimi المنصوري/almansoori النعيمي/alnuaimi الكعبي/alkaabi",
        ),
        _country(
            "Lebanon",
            "ar",
            "Asia/Beirut",
            "شارع الحمرا، بيروت|جونيه، جبل لبنان",
            "ليلى/layla كريم/karim رنا/rana",
            "حدّاد/haddad خوري/khoury شمعون/chamoun",
        ),
    )
)

_COMPANIES: Final = """
Albrecht Gusswerke GmbH|albrecht-guss|Germany|foundry|640|10|e
Albrecht Präzision GmbH|albrecht-guss|Germany|machining|180|6|e
Albrecht Gusswerke Österreich|at.albrecht-guss|Austria|foundry|95|5|e
Nordpack Verpackungen AG|nordpack|Germany|packaging|410|9|e
Weserstahl Service GmbH|weserstahl|Germany|steel processing|230|8|e
Köster & Söhne Kunststoff|koester-kunststoff|Germany|plastics|120|7|e
Brauhaus Lindenthal|lindenthal|Germany|brewing|75|6|e
Papierfabrik Hegau|hegau-papier|Germany|paper|520|9|e
Elektra Antriebstechnik|elektra-antriebe|Germany|electric drives|1340|10|e
Molkerei Sonnenalp eG|sonnenalp-milch|Germany|dairy|290|8|e
Glashütte Ilmtal|ilmtal-glas|Germany|glass|340|8|e
Textilwerk Plauen|textilwerk-plauen|Germany|textiles|88|6|e
Steyrer Maschinenbau|steyrer-maschinen|Austria|machine tools|460|8|e
Donau Chemie Service|donau-service|Austria|chemicals|210|7|e
Alpenholz Leimbinder|alpenholz|Austria|timber|130|7|e
Tirol Kristall|tirol-kristall|Austria|glass|260|7|e
Jura Mikromechanik SA|jura-mikro|Switzerland|watch parts|150|7|e
Limmat Lebensmittel AG|limmat-food|Switzerland|food|720|9|e
Rheintal Pharma Verpackung|rheintal-pharma|Switzerland|packaging|310|7|e
Säntis Kühltechnik|saentis-kuehl|Switzerland|cooling|54|6|e
Fjällräven Data AB|fjall-data|Sweden|software|140|7|n
Klarsikt Analys|klarsikt|Sweden|analytics|65|6|n
Västkust Mobility|vastkust-mobility|Sweden|mobility software|210|7|n
Tre Kronor Betal|trekronor-betal|Sweden|payments|380|8|n
Nordlys Robotics AS|nordlys-robotics|Norway|robotics|90|6|n
Havbruk Systemer|havbruk-systemer|Norway|aquaculture software|48|5|n
Fjord Identity|fjord-identity|Norway|identity|120|6|n
Øresund Cloud ApS|oresund-cloud|Denmark|hosting|75|6|n
Hygge Health Tech|hygge-health|Denmark|health software|160|6|n
Vindmølle Insight|vindmolle|Denmark|wind analytics|33|5|n
Saaristo Games Oy|saaristo|Finland|games|220|7|n
Pohjola Sensors|pohjola-sensors|Finland|sensors|58|5|n
Revontuli Software|revontuli|Finland|software|27|5|n
Suomi Routing Oy|suomi-routing|Finland|logistics software|84|4|ni
Frío Levante Logística|frio-levante|Spain|cold chain|310|8|i
Transportes Echeverría|transportes-echeverria|Spain|road freight|145|7|i
Puerto Norte Consignatarios|puerto-norte|Spain|shipping agents|60|6|i
Almacenes del Ebro|almacenes-ebro|Spain|warehousing|220|7|i
Mensajería Montjuïc|montjuic-express|Spain|parcels|430|7|i
Hortifresco Almería|hortifresco|Spain|fresh produce|190|6|i
Lusitânia Transitários|lusitania-transitarios|Portugal|freight forwarding|85|6|i
Douro Frio|douro-frio|Portugal|cold chain|110|6|i
Porto Contentores SA|porto-contentores|Portugal|container terminals|560|7|i
Atlântico Armazéns|atlantico-armazens|Portugal|warehousing|72|5|i
Kansai Photonics Institute|kansai-photonics|Japan|photonics research|480|6|a
Sakura Materials Lab 桜材料研究所|sakura-materials|Japan|materials research|150|5|a
Minato Bioimaging|minato-bio|Japan|bioimaging|64|5|a
Hangang Semiconductor Lab|hangang-semi|South Korea|semiconductors|900|5|a
Daejeon Polymer Center|daejeon-polymer|South Korea|polymers|210|4|a
Formosa Genome Center 福爾摩沙基因中心|formosa-genome|Taiwan|genomics|330|5|a
Hsinchu Optics|hsinchu-optics|Taiwan|optics|120|4|a
Deccan Crop Science|deccan-crop|India|agricultural research|270|5|a
Sahyadri Water Lab|sahyadri-water|India|water research|80|4|a
Southern Reef Observatory|southern-reef|Australia|marine research|140|4|a
Yarra Battery Lab|yarra-battery|Australia|battery research|95|4|a
عيادات الواحة|alwaha-clinics|United Arab Emirates|clinics|260|4|a
مستشفى الخليج الجديد|gulf-hospital|United Arab Emirates|hospital|1150|4|a
مختبرات الأرز|cedar-labs|Lebanon|medical laboratory|70|4|a
Levant Imaging|levant-imaging|Lebanon|radiology||3|a
"""


def _company(line: str) -> Company:
    name, domain, country, industry, employees, people, campaigns = line.split("|")
    size = int(employees) if employees else None
    return Company(name, f"{domain}.example", country, industry, size, int(people), campaigns)


COMPANIES: Final = tuple(_company(line) for line in _COMPANIES.strip().splitlines())

TITLES: Final = {
    "de": "Werkleitung|Leitung Instandhaltung|Energiemanagement|Geschäftsführung|Einkauf|COO",
    "sv": "CTO|Utvecklingschef|Plattformsansvarig|VD|Head of Data",
    "nb": "CTO|Utviklingssjef|Produkteier|Daglig leder|Head of Engineering",
    "da": "CTO|Udviklingschef|Produktchef|Direktør|Head of Platform",
    "fi": "CTO|Kehitysjohtaja|Tuotepäällikkö|Toimitusjohtaja|Lead Engineer",
    "es": "Dirección de Operaciones|Jefatura de Tráfico|Responsable de Almacén|Gerencia|COO",
    "pt": "Direção de Operações|Chefia de Tráfego|Responsável de Armazém|Gerência|COO",
    "ja": "研究室長|主任研究員|調達担当|教授|Lab Manager",
    "ko": "연구소장|책임연구원|구매 담당|교수|Lab Manager",
    "zh-TW": "研究所所長|資深研究員|採購專員|教授|Lab Manager",
    "en": "Principal Scientist|Director of Research|Procurement Lead|Professor|Lab Manager",
    "ar": "الإدارة الطبية|إدارة العمليات|المشتريات|Chief Medical Officer|Clinic Manager",
}

# What an attacker would put into a profile: markup, escape sequences, the clipboard, overrides.
HOSTILE_COMPANY: Final = Company(
    "Rheinwerk [bold red]Filter[/] \x1b[31mGmbH\x1b[0m\x07", "rheinwerk.example", "Germany", "filters",
    140, 0, "e",
)  # fmt: skip
HOSTILE_FIRST: Final = "[@click=app.quit]Robin[/]"
HOSTILE_LAST: Final = "Szab\u00f3\x1b]52;c;cm0gLXJmIH4=\x07\u202e\u009b2J"
