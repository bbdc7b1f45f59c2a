"""Self-service: who is ready for it and wants it does digitally what else takes a caseworker's time.

Who is a user, able or not, is drawn once a course (:mod:`sim.rules.self_service`): by education, barriers and
age, as the caseworker sees it, and by wanting it.  Each service stands open only where a reform opens it
(``self_service.open``); then, for users who are able,

    interview   one that falls due by law, after the first of the course, is satisfied: the next one is set
                as if it had been held, and the caseworker's ``self_service.minutes`` wait as a task
    offer       one that the law asks for is satisfied (:mod:`sim.mechanisms.programmes`)
    payment     ``self_service.payment_saved`` of the minutes that a month's payment asks of the caseworker
    guidance    ``self_service.guidance_saved`` of the guidance about rights is read before the interview,
                which is shorter by it (:mod:`sim.mechanisms.contact`)
    journal     ``self_service.journal_saved`` of the preparation of the first interview
    form        all interviews are by phone or video: they take that form's time, and lead to what it does

A user who is not able costs help (``self_service.help_minutes`` a month), and nothing is spared.  Nobody else
is touched: interviews, minutes and forms of those who are not users stay.  An interview that self-service
satisfies is none: it leads to no job, and no trust grows from it.  The house's payment minutes fall by the
share of its cases that are able users,

    payment_m = payment * (1 - payment_saved * able users with a caseworker / cases).

Evidence: 66 per cent of the unemployed were very interested in more contact by phone or video (C107); 17 to
22 per cent of adults find the digital hard (Digitaliseringsstyrelsen and KL 2021); the rest are assumptions.
Switch: ``self_service``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.contact import ContactRules, is_due, set_next
from sim.rules.self_service import ABLE, PURPOSES, UNABLE, UserRules, kind_of_user, user_rules
from sim.states import NOBODY
from sim.vocabulary import MONTHS, Service, Task
from sim.world.caseworkers import Caseworkers, open_cases
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
self_service.open:
  label: Clients who are ready may do this by self-service (1 = yes)
  label_da: Borgere, der er parate, kan klare dette ved selvbetjening (1 = ja)
  kind: assumption
  unit: 0 or 1
  index: service
  values: {2016-01-01: {interview: 0, offer: 0, payment: 0, guidance: 0, journal: 0, form: 0}}
  bounds: [0, 1]
  range: [0, 1]
  reason: 0 by definition, beyond what there is today; a reform opens a service.
  mechanism: self_service
self_service.groups:
  label: Target groups whose clients may use self-service (1 = yes)
  label_da: Målgrupper, hvis borgere kan bruge selvbetjening (1 = ja)
  kind: assumption
  unit: 0 or 1
  index: target_group
  values:
    2016-01-01: {dagpenge: 1, kontanthjaelp_job_ready: 1, kontanthjaelp_activity_ready: 1,
      uddannelseshjaelp_education_ready: 1, uddannelseshjaelp_activity_ready: 1, sygedagpenge: 1,
      jobafklaring: 1, ressourceforloeb: 1, fleksjob_visited: 1, revalidering: 1, foertidspension: 1,
      self_supporting: 1, under_18: 1}
  bounds: [0, 1]
  range: [0, 1]
  reason: >-
    Everybody; a reform that is about some groups leaves the others out. Without effect while no service
    is open.
  mechanism: self_service
self_service.ready_by_education:
  label: Share ready for self-service without barriers and under 55, by education
  label_da: Andel, der er parate til selvbetjening, uden barrierer og under 55 år, efter uddannelse
  kind: assumption
  unit: share
  index: education
  values: {2016-01-01: {basic: 0.7, vocational_secondary: 0.85, short_medium: 0.95, long: 0.98}}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.8, high: 1.02, factor: true}
  range: [0.5, 1]
  reason: >-
    17 to 22 per cent of adults find the digital hard, most of them the oldest, the unskilled, people with a
    disability and the socially vulnerable (Digitaliseringsstyrelsen and KL, 2021); by education it is a
    guess. Without effect while no service is open.
  source:
    title: Hvem oplever udfordringer ved det digitale?
    publisher: Digitaliseringsstyrelsen (on Digital inklusion i det digitaliserede samfund, with KL)
    year: '2021'
    locator: section on how many citizens meet difficulties
    url: https://digst.dk/digital-inklusion/viden-om-digital-inklusion/hvem-oplever-udfordringer-ved-det-digitale/
  mechanism: self_service
self_service.ready_by_barrier:
  label: Share of these who are ready for self-service all the same, by barriers
  label_da: Andel af disse, der alligevel er parate til selvbetjening, efter barrierer
  kind: assumption
  unit: share
  index: barrier
  values: {2016-01-01: {none: 1, some: 0.8, complex: 0.4}}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.6, high: 1, factor: true}
  range: [0.2, 1]
  reason: >-
    No figure by barrier was read; the vulnerable and the ill are named among those who find it hard.
    Without effect while no service is open.
  mechanism: self_service
self_service.ready_from_55:
  label: Share of these who are ready for self-service all the same, from the age of 55
  label_da: Andel af disse, der alligevel er parate til selvbetjening, fra 55 år
  kind: assumption
  unit: share
  values: {2016-01-01: 0.85}
  bounds: [0, 1]
  range: [0.7, 1]
  reason: >-
    Most of those exempt from digital post are older than the model's people; a guess. Without effect
    while no service is open.
  mechanism: self_service
self_service.accuracy:
  label: Chance that a caseworker sees rightly whether somebody is ready for self-service
  label_da: Sandsynlighed for, at en sagsbehandler ser rigtigt, om nogen er parat til selvbetjening
  kind: assumption
  unit: share
  values: {2016-01-01: 0.85}
  bounds: [0.5, 1]
  range: [0.7, 0.95]
  reason: >-
    Not measured; easier to see than how complex somebody's problems are (exemption.accuracy). Without
    effect while no service is open.
  mechanism: self_service
self_service.wants_share:
  label: Share of those offered self-service who want it
  label_da: Andel af dem, der tilbydes selvbetjening, som ønsker det
  kind: assumption
  unit: share
  values: {2016-01-01: 0.66}
  bounds: [0, 1]
  range: [0.4, 0.92]
  reason: >-
    Of 5,778 unemployed 66 per cent were very interested in more interviews by phone or video, 92 per cent
    interested (C107); of self-service nothing was read. Without effect while no service is open.
  source:
    title: Ledige vil beholde velfungerende telefonsamtaler
    publisher: KL Momentum
    year: '2020'
    locator: opening text of the page
    url: https://www.kl.dk/nyheder/momentum/2020/2020-13/ledige-vil-beholde-velfungerende-telefonsamtaler-med-jobcentret/
    ids: [C107]
  mechanism: self_service
self_service.minutes:
  label: Caseworker's minutes when self-service stands for an interview
  label_da: Sagsbehandlerens minutter, når selvbetjening træder i stedet for en samtale
  kind: assumption
  unit: minutes
  values: {2016-01-01: 10}
  bounds: [0, 240]
  range: [5, 20]
  reason: >-
    Not timed; what the client has written is read and answered. Without effect while no service is open.
  mechanism: self_service
self_service.help_minutes:
  label: Minutes a month of help to a user of self-service who is not able to
  label_da: Minutters hjælp om måneden til en bruger af selvbetjening, der ikke magter det
  kind: assumption
  unit: minutes a month
  values: {2016-01-01: 20}
  bounds: [0, 600]
  range: [5, 60]
  reason: Not timed; a call or two. Without effect while no service is open.
  mechanism: self_service
self_service.payment_saved:
  label: Share of a month's payment that an able user of self-service spares the caseworker
  label_da: Andel af arbejdet med en måneds udbetaling, som selvbetjening sparer sagsbehandleren for
  kind: assumption
  unit: share
  values: {2016-01-01: 0.5}
  bounds: [0, 1]
  range: [0.15, 0.7]
  reason: Not timed; one to four of six minutes. Without effect while no service is open.
  mechanism: self_service
self_service.guidance_saved:
  label: Share of the guidance about rights that an able user reads before the interview
  label_da: Andel af vejledningen om ret og pligt, som en bruger af selvbetjening læser før samtalen
  kind: assumption
  unit: share
  values: {2016-01-01: 0.7}
  bounds: [0, 1]
  range: [0.3, 0.9]
  reason: Not timed; some questions remain. Without effect while no service is open.
  mechanism: self_service
self_service.journal_saved:
  label: Share of the preparation of a first interview that the client's own journal spares
  label_da: Andel af forberedelsen til første samtale, som borgerens egen jobjournal sparer
  kind: assumption
  unit: share
  values: {2016-01-01: 0.4}
  bounds: [0, 1]
  range: [0, 0.6]
  reason: >-
    Not timed; the client's education, jobs and wishes are there to be read. Without effect while no
    service is open.
  mechanism: self_service
"""
_TASK, _INTERVIEW, _PAYMENT = int(Task.CASE_ADMINISTRATION), int(Service.INTERVIEW), int(Service.PAYMENT)
_A_WEEK = len(MONTHS) / WEEKS_A_YEAR


class SelfServiceRules(NamedTuple):
    """By rule row of the person (w,)."""

    users: UserRules
    minutes: NDArray[np.float64]  # of the caseworker, for an interview that it stands for
    help: NDArray[np.float64]  # minutes a week to a user who is not able
    payment: NDArray[np.float64]  # share of a month's payment that is spared


def rules(law: Law) -> SelfServiceRules:
    """Return what self-service spares and costs."""
    r = law.now
    return SelfServiceRules(
        users=user_rules(law),
        minutes=r["self_service.minutes"].copy(),
        help=r["self_service.help_minutes"] * _A_WEEK,
        payment=r["self_service.payment_saved"].copy(),
    )


@kernel
def _serve(
    now: Now, k: Clients, cw: Caseworkers, c: ContactRules, r: SelfServiceRules, spared: NDArray[np.float64]
) -> int:
    """Let users be served; add payments that are spared, in cases, to ``spared`` (m,)."""
    satisfied = 0
    for i in range(k.id.size):
        w = k.person.rule_row[i]
        if k.state[i] == NOBODY or k.contact.caseworker[i] < 0 or not r.users.open[w].any():
            continue
        kind = kind_of_user(i, now, k, r.users)
        if kind == UNABLE:
            add_task(i, _TASK, r.help[w], k, cw)
        if kind != ABLE:
            continue
        if r.users.open[w, _PAYMENT]:
            spared[k.person.municipality[i]] += r.payment[w]
        first = k.contact.held[i] == 0
        if r.users.open[w, _INTERVIEW] and c.statutory and not first and is_due(i, now, k, c):
            set_next(i, now, k, c)
            add_task(i, _TASK, r.minutes[w], k, cw)
            satisfied += 1
    return satisfied


@act(
    "self_service",
    writes=("clients.contact.next_due", "caseworkers.backlog_task", "this_week.self_served"),
    purposes=PURPOSES,
)
def serve_users(world: World, r: SelfServiceRules) -> None:
    """Self-service stands for interviews by law and for payments of those who are able; others need help."""
    served = world.this_week.self_served
    served[:] = 0.0
    if not r.users.open.any():
        return
    cw, contact = world.caseworkers, world.rules["statutory_contact"]
    _serve(world.now, world.clients.settled, cw, contact, r, served)
    served /= np.maximum(open_cases(cw), 1.0)


MECHANISMS = (
    Mechanism(
        name="self_service",
        label="Clients who are ready serve themselves digitally",
        label_da="Borgere, der er parate, betjener sig selv digitalt",
        equation="user = seen as ready and wants it; interview, offer, payment, guidance, journal or form",
        evidence="C107; assumption",
        when_off="nobody uses more self-service than today",
        rules=rules,
    ),
)
