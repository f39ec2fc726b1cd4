"""The words of the trial pathway of `tests.installations` in other languages."""

from __future__ import annotations

FRENCH = """\
language: fr
title: Un essai
roles: {screener: Premier contact, manager: Suivi, home: Partenaire}
data: {full_name: Nom complet, home_country: Pays d'origine, risk: Risque}
words: {low: faible, high: élevé}
consents: {referral: "Pouvons-nous parler de vous à {agency} ?"}
stages: {first: Début, second: Suite}
steps: {interview: Entretien, agree: Accord, assess: Évaluation, ask_home: Demande}
ends: {done: Terminé, stays: Reste}
consent_titles: {referral: Demande}
sides: {host: accueil, origin: origine}
role_types: {first_responder: guichet, case_manager: suivi, receiving_counterpart: partenaire}
bases: {law: loi}
"""
PORTUGUESE = """\
language: pt
title: Um ensaio
roles: {screener: Primeiro contacto, manager: Acompanhamento, home: Parceiro}
data: {full_name: Nome completo, home_country: País de origem, risk: Risco}
words: {low: baixo, high: elevado}
consents: {referral: "Podemos falar de si a {agency}?"}
stages: {first: Começo, second: Continuação}
steps: {interview: Entrevista, agree: Acordo, assess: Avaliação, ask_home: Pedido}
ends: {done: Terminado, stays: Fica}
consent_titles: {referral: Pedido}
sides: {host: acolhimento, origin: origem}
role_types: {first_responder: atendimento, case_manager: acompanhamento, receiving_counterpart: parceiro}
bases: {law: lei}
"""
