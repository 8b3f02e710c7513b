"""The words that exports use for things every survey has."""

NO_ANSWER = {
    "weet niet": "dont_know",
    "weet ik niet": "dont_know",
    "n.v.t.": "dont_know",
    "nvt": "dont_know",
    "n.v.t": "dont_know",
    "niet van toepassing": "dont_know",
    "weet niet/n.v.t.": "dont_know",
    "weet niet / n.v.t.": "dont_know",
    "weet niet/niet van toepassing": "dont_know",
    "weet niet / niet van toepassing": "dont_know",
    "geen mening": "dont_know",
    "geen idee": "dont_know",
    "n/a": "dont_know",
    "na": "dont_know",
    "don't know": "dont_know",
    "dont know": "dont_know",
    "do not know": "dont_know",
    "not applicable": "dont_know",
    "no opinion": "dont_know",
    "missing": "missing",
    "skipped": "missing",
    "refused": "missing",
    "no answer": "missing",
    "geen antwoord": "missing",
    "niet ingevuld": "missing",
    "niet beantwoord": "missing",
    "wil niet zeggen": "missing",
    "weigert": "missing",
    "ontbrekend": "missing",
    "system missing": "missing",
    "undetermined": "missing",
}
YES_NO = {
    **dict.fromkeys(("yes", "ja", "1", "true", "y", "j", "waar", "x"), True),
    **dict.fromkeys(("no", "nee", "0", "false", "n", "onwaar", ""), False),
}
LABELS = {
    "helemaal mee eens", "helemaal eens", "mee eens", "eens", "neutraal", "niet eens, niet oneens",
    "noch eens noch oneens", "mee oneens", "oneens", "helemaal oneens", "helemaal mee oneens",
    "zeer eens", "zeer oneens", "nooit", "zelden", "soms", "vaak", "altijd", "ja", "nee",
    "strongly agree", "agree", "neutral", "neither agree nor disagree", "disagree",
    "strongly disagree", "never", "rarely", "sometimes", "often", "always", "yes", "no",
}  # fmt: skip
OFTEN, FEW = 3, 15
PERSONAL = {
    "ipaddress", "ip", "ipaddr", "ipadres", "ipadresse", "recipientemail", "recipientfirstname",
    "recipientlastname", "email", "emailadres", "emailaddress", "mail", "emailadresse", "token",
    "toegangscode", "locationlatitude", "locationlongitude", "locationaccuracy", "latitude",
    "longitude", "breedtegraad", "lengtegraad", "name", "naam", "fullname", "volledigenaam",
    "firstname", "lastname", "voornaam", "achternaam", "surname", "familienaam", "phone",
    "telefoon", "telefoonnummer", "phonenumber", "mobiel", "bsn", "geboortedatum", "dateofbirth",
    "adres", "address", "postcode", "refurl", "externalreference", "externaldatareference",
    "respondentname", "usernaam", "username", "gebruikersnaam", "useragent",
}  # fmt: skip

FILLERS = {
    "wat", "is", "zijn", "uw", "je", "jouw", "mijn", "de", "het", "van", "deelnemer", "ouder",
    "respondent", "vul", "hier", "in", "volledige", "what", "your", "my", "the", "of",
    "participant", "parent", "enter", "please", "full", "a.u.b.", "aub", "svp",
}  # fmt: skip


def kind_of_label(label: str) -> str | None:
    """Say what a label such as "weet niet" stands for: `dont_know`, `missing`, or nothing."""
    return NO_ANSWER.get(plain(label))


def plain(text: str) -> str:
    """Return a text without differences of case and space."""
    return " ".join(text.casefold().split())


def is_personal(*names: str) -> bool:
    """Tell whether a column of this name, or with this question, holds what identifies a person."""
    return any(
        "".join(sign for sign in text if sign.isalnum()) in PERSONAL
        for name in names
        for text in (name.casefold(), " ".join(_without_fillers(name)))
    )


def _without_fillers(question: str) -> list[str]:
    """Return what is left of a question such as "Wat is uw naam?"."""
    words = plain(question).strip(" ?:.*").split()
    return [word for word in words if word not in FILLERS]


def may_be_shown(text: str, times: int, different: int) -> bool:
    """Tell whether a text in a column may stand in a letter: never a name, address or open answer.

    A label is short, several people chose it, and its column holds few different ones.
    """
    if plain(text) in NO_ANSWER or plain(text) in LABELS:
        return True
    words = text.split()
    is_name = sum(word[:1].isupper() for word in words) > 1 or "@" in text or "." in text
    has_number = sum(sign.isdigit() for sign in text) > 3
    is_closed = times >= OFTEN and different <= FEW
    return is_closed and len(text) <= 40 and not is_name and not has_number
