"""English plurals as they stand in names of tables and columns."""

from __future__ import annotations

_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "geese": "goose", "indices": "index", "vertices": "vertex", "matrices": "matrix",
    "appendices": "appendix", "criteria": "criterion", "phenomena": "phenomenon", "axes": "axis",
    "analyses": "analysis", "diagnoses": "diagnosis", "hypotheses": "hypothesis", "theses": "thesis",
    "crises": "crisis", "synopses": "synopsis", "parentheses": "parenthesis", "prognoses": "prognosis",
    "shelves": "shelf", "halves": "half", "wolves": "wolf", "knives": "knife", "wives": "wife", "lives": "life",
    "thieves": "thief", "selves": "self", "calves": "calf", "loaves": "loaf", "quizzes": "quiz",
    "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "echoes": "echo", "vetoes": "veto",
    "embargoes": "embargo", "cargoes": "cargo", "volcanoes": "volcano", "tornadoes": "tornado",
    "mosquitoes": "mosquito", "lenses": "lens", "aliases": "alias", "biases": "bias", "canvases": "canvas",
    "atlases": "atlas", "gases": "gas", "addenda": "addendum", "curricula": "curriculum", "alumni": "alumnus",
    "fungi": "fungus", "syllabi": "syllabus", "radii": "radius",
}  # fmt: skip


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENDS_IN_US = _listed(
    """abacus apparatus bonus bus cactus campus census chorus circus citrus consensus corpus fetus focus genius
    hiatus lotus minus nexus octopus opus plus prospectus radius status surplus syllabus thesaurus tonus virus
    walrus"""
)

_SINGULAR_WITH_S = _listed(
    """access alms always analytics aws besides biometrics caries chaos charles christmas cors corps cos cosmos css
    customs ddos demographics diabetes dns economics ecs eks electronics ethics forensics genetics genomics goods
    gprs gps gymnastics headquarters herpes hermes hls hris https iaas ims iops ios jeans kansas kms kubernetes
    lens linguistics lms logistics macos mars mathematics measles means mercedes mumps nas news nfs overseas paas
    perhaps physics pms politics pos postgres pyjamas qms rabies rds robotics rss saas scabies series sis sms sns
    sometimes sos species sqs sys thanks tls tps vegas vps wales whereas whereabouts wms yes alias atlas bias canvas
    gas texas asbestos james jones"""
)

_PLURAL_IN_IS = _listed("apis clis dois emojis guis kpis pois skis taxis uis upis wikis")
_PLURAL_IN_US = _listed("cpus emus gpus gurus haikus menus mtus npus psus skus vcpus")
_PLURAL_OF_THREE = _listed("ads cds dbs ids ips pcs prs tvs vms")
_ENDS_IN_IE = _listed(
    """birdie brownie calorie collie cookie die eerie genie hoodie lie movie pie prairie rookie selfie sortie tie
    zombie"""
)
_ENDS_IN_CHE = _listed("ache avalanche cache creche headache moustache niche psyche quiche toothache")
_SHORTEST_PLURAL = 3


def singular(word: str) -> str:
    """Return the singular of a lower-case word; a word that is no plural comes back as it is.

    Where a form could be two words (`leaves`, `bases`) the more usual one in schemas is returned.
    """
    if word in _IRREGULAR or not word.endswith("s"):
        return _IRREGULAR.get(word, word)
    if not _is_plural(word):
        return word
    stem = word[:-2] if word.endswith("es") and _takes_es(word) else word[:-1]
    if word.endswith("ies") and stem not in _ENDS_IN_IE:
        stem = stem[:-2] + "y"
    return _IRREGULAR.get(stem, stem)


def _is_plural(word: str) -> bool:
    if len(word) <= _SHORTEST_PLURAL:
        return word in _PLURAL_OF_THREE
    if word.endswith("us"):
        return word in _PLURAL_IN_US
    if word.endswith("is"):
        return word in _PLURAL_IN_IS
    return not word.endswith("ss") and word not in _SINGULAR_WITH_S


def _takes_es(word: str) -> bool:
    """Whether the plural was made with es, so that both letters go."""
    if word.endswith("ches"):
        return word[:-1] not in _ENDS_IN_CHE
    if word.endswith("uses"):
        return word[:-2] in _ENDS_IN_US
    return word.endswith(("sses", "xes", "shes", "zzes", "tzes"))
