"""English names of languages, for messages: a table, as langcodes takes 0.8 s and 290 MB for them. Pure."""

_TABLE = """
aa=Afar; ab=Abkhazian; ae=Avestan; af=Afrikaans; ak=Akan; am=Amharic; an=Aragonese; ar=Arabic;
as=Assamese; ast=Asturian; av=Avaric; ay=Aymara; az=Azerbaijani; ba=Bashkir; be=Belarusian;
bg=Bulgarian; bh=Bihari languages; bho=Bhojpuri; bi=Bislama; bm=Bambara; bn=Bangla; bo=Tibetan;
br=Breton; bs=Bosnian; ca=Catalan; ce=Chechen; ceb=Cebuano; ch=Chamorro; ckb=Central Kurdish;
cnr=Montenegrin; co=Corsican; cr=Cree; cs=Czech; cu=Church Slavic; cv=Chuvash; cy=Welsh;
da=Danish; de=German; dv=Divehi; dz=Dzongkha; ee=Ewe; el=Greek; en=English; eo=Esperanto; es=Spanish;
et=Estonian; eu=Basque; fa=Persian; ff=Fula; fi=Finnish; fil=Filipino; fj=Fijian; fo=Faroese; fr=French;
fy=Western Frisian; ga=Irish; gd=Scottish Gaelic; gl=Galician; gn=Guarani; gsw=Swiss German;
gu=Gujarati; gv=Manx; ha=Hausa; haw=Hawaiian; he=Hebrew; hi=Hindi; hmn=Hmong; ho=Hiri Motu; hr=Croatian;
ht=Haitian Creole; hu=Hungarian; hy=Armenian; hz=Herero; ia=Interlingua; id=Indonesian; ie=Interlingue;
ig=Igbo; ii=Sichuan Yi; ik=Inupiaq; in=Indonesian; io=Ido; is=Icelandic; it=Italian; iu=Inuktitut;
iw=Hebrew; ja=Japanese; ji=Yiddish; jv=Javanese; jw=Javanese; ka=Georgian; kab=Kabyle; kg=Kongo;
ki=Kikuyu; kj=Kuanyama; kk=Kazakh; kl=Kalaallisut; km=Khmer; kn=Kannada; ko=Korean; kr=Kanuri;
ks=Kashmiri; ku=Kurdish; kv=Komi; kw=Cornish; ky=Kyrgyz; la=Latin; lb=Luxembourgish; lg=Ganda;
li=Limburgish; lmo=Lombard; ln=Lingala; lo=Lao; lt=Lithuanian; lu=Luba-Katanga; lv=Latvian;
mai=Maithili; mg=Malagasy; mh=Marshallese; mi=Māori; mk=Macedonian; ml=Malayalam; mn=Mongolian;
mo=Romanian; mr=Marathi; ms=Malay; mt=Maltese; my=Burmese; na=Nauru; nb=Norwegian Bokmål; nd=North
Ndebele; nds=Low German; ne=Nepali; ng=Ndonga; nl=Dutch; nn=Norwegian Nynorsk; no=Norwegian; nr=South
Ndebele; nv=Navajo; ny=Nyanja; oc=Occitan; oj=Ojibwa; om=Oromo; or=Odia; os=Ossetic; pa=Punjabi;
pi=Pali; pl=Polish; prs=Dari; ps=Pashto; pt=Portuguese; qu=Quechua; quc=K'iche';
rm=Romansh; rn=Rundi; ro=Romanian; ru=Russian; rw=Kinyarwanda; sa=Sanskrit; sc=Sardinian; scn=Sicilian;
sco=Scots; sd=Sindhi; se=Northern Sami; sg=Sango; si=Sinhala; sk=Slovak; sl=Slovenian; sm=Samoan;
sn=Shona; so=Somali; sq=Albanian; sr=Serbian; ss=Swati; st=Southern Sotho; su=Sundanese; sv=Swedish;
sw=Swahili; szl=Silesian; ta=Tamil; te=Telugu; tg=Tajik; th=Thai; ti=Tigrinya; tk=Turkmen; tl=Filipino;
tlh=Klingon; tn=Tswana; to=Tongan; tr=Turkish; ts=Tsonga; tt=Tatar; tw=Twi; ty=Tahitian; ug=Uyghur;
uk=Ukrainian; ur=Urdu; uz=Uzbek; ve=Venda; vec=Venetian; vi=Vietnamese; vo=Volapük; wa=Walloon;
wo=Wolof; xh=Xhosa; yi=Yiddish; yo=Yoruba; yua=Yucateco; yue=Cantonese; za=Zhuang; zgh=Standard Moroccan
Tamazight; zh=Chinese; zu=Zulu
"""

NAMES: dict[str, str] = {
    code: name
    for code, _, name in (pair.strip().partition("=") for pair in _TABLE.replace("\n", " ").split(";"))
}
"""BCP 47 language subtag → English name: all of ISO 639-1 and a few more."""


def name_of(tag: str) -> str:
    """English name of a tag's language, `Chinese` for `zh-Hant`; the tag itself where it is not known."""
    return NAMES.get(tag.replace("_", "-").split("-", maxsplit=1)[0].casefold(), tag)


_VARIANTS = {
    "hans": "Simplified",
    "hant": "Traditional",
    "cyrl": "Cyrillic",
    "latn": "Latin",
    "arab": "Arabic",
    "br": "Brazil",
    "pt": "Portugal",
    "us": "United States",
    "gb": "United Kingdom",
    "mx": "Mexico",
    "es": "Spain",
    "ca": "Canada",
    "fr": "France",
    "cn": "China",
    "tw": "Taiwan",
    "hk": "Hong Kong",
}


def described(tag: str) -> str:
    """The name with script and region, for prompts: `Portuguese (Brazil)` for `pt-BR`."""
    _, *parts = tag.replace("_", "-").split("-")
    said = ", ".join(_VARIANTS.get(part.casefold(), part) for part in parts)
    return f"{name_of(tag)} ({said})" if said else name_of(tag)
