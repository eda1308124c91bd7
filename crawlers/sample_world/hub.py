"""Accounts and repositories of the model hub.

What people and organisations release, and the noise around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from crawlers.sample_world import text
from crawlers.sample_world.model import HubAccount, HubRepo, Organisation, Person, Work
from crawlers.sample_world.phrases import BANKS
from crawlers.sample_world.rng import chance, hex_id, slug, stream, weighted

SENTINEL = "2022-03-02T23:29:04.000Z"  # what the hub prints for everything older than its own records
_LICENCES = ("apache-2.0", "mit", "cc-by-nc-4.0", "llama3.1", "openrail")
_SIZES = ("1b", "3b", "7b", "small", "base", "large", "v2", "mini")
_QUANTISED = ("GGUF", "AWQ", "GPTQ-Int4", "ONNX", "OpenVINO-int8", "FP8", "TensorRT-LLM")


def _stamp(r: Random, day: date) -> str:
    return f"{day.isoformat()}T{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}.000Z"


def _days(r: Random, today: date, back: int) -> tuple[str, str]:
    """Creation and last change, both before `today`."""
    age = r.randint(3, back)
    created = today - timedelta(days=age)
    changed = today - timedelta(days=r.randint(1, age))
    if chance(r, 0.5):
        changed = created
    first = SENTINEL if created < date(2022, 3, 2) else _stamp(r, created)
    if created == changed:
        return first, first if first != SENTINEL else _stamp(r, date(2022, 3, 2) + timedelta(days=2))
    return first, max(_stamp(r, changed), first)


def user_account(r: Random, person: Person, today: date) -> HubAccount:
    """The hub account of a person who has one."""
    user, identifier = person.accounts.hub_user, person.accounts.hub_id
    assert user is not None
    assert identifier is not None
    fullname = weighted(r, [(form, 6.0 if i == 0 else 1.0) for i, form in enumerate(person.name.variants())])
    if chance(r, 0.12):
        fullname = r.choice((person.name.given or user, user, fullname[:1], f"{fullname} 🤗"))
    details = text.interests(r, person.specialty)
    if person.no_recruiters:
        details = (details + " No recruiters, please.").strip()
    born = today - timedelta(days=r.randint(60, 2200))
    return HubAccount(
        id=identifier,
        name=user,
        kind="user",
        fullname=fullname,
        details=details,
        is_pro=chance(r, 0.1),
        created_at=_stamp(r, born),
        followers=int(r.random() ** 6 * 3000),
        person=person.id,
        state="deleted" if chance(r, 0.012) else "active",
        former_names=(f"{user}-old",) if chance(r, 0.02) else (),
    )


def org_account(r: Random, organisation: Organisation, members: tuple[str, ...], today: date) -> HubAccount:
    """The hub account of an organisation, with its listed members."""
    return HubAccount(
        id=hex_id(r),
        name=slug(organisation.name),
        kind="org",
        fullname=organisation.name,
        details=f"{organisation.name}, an invented organisation.",
        is_pro=False,
        created_at=_stamp(r, today - timedelta(days=r.randint(400, 2200))),
        followers=int(r.random() ** 4 * 5000),
        organisation=organisation.id,
        members=members,
    )


def _tags(
    r: Random, person: Person, library: str | None, pipeline: str | None, works: list[Work]
) -> tuple[str, ...]:
    bank = BANKS[person.specialty]
    tags = [library] if library else []
    tags += r.sample(bank.tags, min(len(bank.tags), r.randint(1, 4)))
    if pipeline:
        tags.append(pipeline)
    papers = [w for w in works if w.arxiv_id]
    if papers and chance(r, 0.55):
        tags.append(f"arxiv:{r.choice(papers).arxiv_id}")
    tags.append(f"license:{r.choice(_LICENCES)}")
    tags += [t for t in ("autotrain_compatible", "endpoints_compatible", "deploy:azure") if chance(r, 0.4)]
    return tuple(dict.fromkeys([*tags, "region:us"]))


def _model(
    r: Random, person: Person, owner: HubAccount, works: list[Work], bases: list[str], today: date
) -> HubRepo:
    bank = BANKS[person.specialty]
    pipeline = r.choice(bank.pipelines) if chance(r, 0.88) else None
    library = r.choice(bank.libraries) if chance(r, 0.85) else None
    tags = _tags(r, person, library, pipeline, works)
    name = f"{text.coin(r, person.specialty)}-{r.choice(_SIZES)}"
    if bases and chance(r, 0.35):
        base = r.choice(bases)
        quantised = person.specialty == "mlops_platform" and chance(r, 0.6)
        relation = "quantized" if quantised else "finetune"
        tags = (*tags[:-1], f"base_model:{base}", f"base_model:{relation}:{base}", tags[-1])
        if quantised:
            name = f"{base.split('/')[1]}-{r.choice(_QUANTISED)}-{r.randint(1, 99)}"
    created, changed = _days(r, today, 1900)
    return HubRepo(
        id=hex_id(r),
        kind="model",
        owner=owner.id,
        name=name,
        pipeline_tag=pipeline,
        library=library,
        tags=tags,
        downloads=int(r.random() ** 7 * 90000),
        likes=int(r.random() ** 6 * 600),
        trending=int(r.random() ** 12 * 40),
        created_at=created,
        last_modified=changed,
        gated=weighted(r, [(None, 95), ("auto", 3), ("manual", 2)]),
        empty_card=chance(r, 0.1),
        author=person.id,
    )


def _other(
    r: Random, kind: str, person: Person, owner: HubAccount, works: list[Work], today: date
) -> HubRepo:
    created, changed = _days(r, today, 1400)
    sdk = r.choice(("gradio", "streamlit", "docker", "static")) if kind == "space" else None
    pipeline = r.choice(BANKS[person.specialty].pipelines)
    tags: tuple[str, ...] = (f"task_categories:{pipeline}" if kind == "dataset" else str(sdk), "region:us")
    papers = [w for w in works if w.arxiv_id]
    if kind == "dataset" and papers and chance(r, 0.5):
        tags = (tags[0], f"arxiv:{r.choice(papers).arxiv_id}", tags[1])
    return HubRepo(
        id=hex_id(r),
        kind=kind,
        owner=owner.id,
        name=f"{text.coin(r, person.specialty)}-{'demo' if kind == 'space' else 'corpus'}",
        pipeline_tag=None,
        library=None,
        tags=tags,
        downloads=int(r.random() ** 6 * 20000) if kind == "dataset" else 0,
        likes=int(r.random() ** 6 * 300),
        trending=0,
        created_at=created,
        last_modified=changed,
        sdk=sdk,
        author=person.id,
    )


def _account(r: Random, name: str, fullname: str, details: str, noise: str, today: date) -> HubAccount:
    born = _stamp(r, today - timedelta(days=r.randint(200, 1500)))
    return HubAccount(hex_id(r), name, "user", fullname, details, False, born, r.randrange(200), noise=noise)


def _noise_repo(r: Random, owner: HubAccount, name: str, today: date, *, tags: tuple[str, ...],
                base: HubRepo | None, pipeline: str | None) -> HubRepo:  # fmt: skip
    created, changed = _days(r, today, 700)
    return HubRepo(
        hex_id(r), "model", owner.id, name, pipeline, base.library if base else None, tags,
        r.randrange(400), r.randrange(4),
        0, created, changed, empty_card=chance(r, 0.6), noise=owner.noise,
    )  # fmt: skip


def _noise(
    r: Random, models: list[tuple[str, HubRepo]], scale: float, today: date
) -> Iterator[HubAccount | HubRepo]:
    """A quantisation mill, bots, course exercises, re-uploads: much activity, no evidence of skill."""
    mill = _account(r, "gguf-mill-smpl", "gguf mill", "quantising everything", "mill", today)
    yield mill
    for n in range(int(330 * scale)):
        path, base = models[n % len(models)]
        tags = (
            "gguf",
            f"base_model:{path}",
            f"base_model:quantized:{path}",
            "endpoints_compatible",
            "region:us",
        )
        level = ("Q4_K_M", "Q8_0", "IQ2")[n % 3]
        yield _noise_repo(
            r, mill, f"{base.name}-{level}-GGUF", today, tags=tags, base=base, pipeline=base.pipeline_tag
        )
    for n in range(3):
        bot = _account(r, f"auto-bot-{n}-smpl", f"Shelf Bot {n} (Bot)", "I am a bot.", "bot", today)
        yield bot
        for k in range(15):
            yield _noise_repo(r, bot, f"autotrain-{k:05d}", today, tags=("autotrain", "region:us"), base=None,
                              pipeline="text-classification")  # fmt: skip
    for n in range(int(40 * scale)):
        student = _account(r, f"course-learner-{n:03d}-smpl", "", "", "course", today)
        yield student
        tags = (
            "stable-baselines3",
            "LunarLander-v2",
            "deep-reinforcement-learning",
            "deep-rl-course",
            "region:us",
        )
        for k in range(r.randint(1, 3)):
            yield _noise_repo(r, student, f"ppo-LunarLander-v2-{k}", today, tags=tags, base=None,
                              pipeline="reinforcement-learning")  # fmt: skip
    for n in range(6):
        copier = _account(r, f"mirror-{n}-smpl", "", "", "reupload", today)
        yield copier
        for path, base in r.sample(models, 8):
            copy = _noise_repo(
                r, copier, base.name, today, tags=base.tags, base=base, pipeline=base.pipeline_tag
            )
            yield replace(copy, name=f"{path.split('/')[0]}-{base.name}")


def _organisations(
    r: Random,
    organisations: tuple[Organisation, ...],
    users: dict[str, HubAccount],
    people: tuple[Person, ...],
    today: date,
) -> dict[str, HubAccount]:
    """Hub accounts of employers with at least two people on the hub, by organisation id."""
    staff: dict[str, list[str]] = {}
    for person in people:
        if person.id in users:
            staff.setdefault(person.places[-1].organisation, []).append(users[person.id].id)
    made: dict[str, HubAccount] = {}
    names: set[str] = {account.name.lower() for account in users.values()}
    for organisation in organisations:
        members = staff.get(organisation.id, [])
        if len(members) < 2 or slug(organisation.name) in names:
            continue
        names.add(slug(organisation.name))
        listed = tuple(m for m in members if chance(r, 0.8))
        made[organisation.id] = org_account(r, organisation, listed, today)
    return made


def build(
    seed: int,
    people: tuple[Person, ...],
    organisations: tuple[Organisation, ...],
    works: Iterable[Work],
    today: date,
) -> tuple[list[HubAccount], list[HubRepo]]:
    """All accounts and repositories. Repository names are unique per owner and kind."""
    r = stream(seed, "hub")
    written: dict[str, list[Work]] = {}
    for work in works:
        for mention in work.authors:
            written.setdefault(mention.person, []).append(work)
    users = {p.id: user_account(r, p, today) for p in people if p.accounts.hub_user}
    orgs = _organisations(r, organisations, users, people, today)
    accounts = [*users.values(), *orgs.values()]
    repos: list[HubRepo] = []
    bases: list[str] = []
    models: list[tuple[str, HubRepo]] = []
    for person in people:
        user = users.get(person.id)
        if user is None or not person.releases:
            continue
        mine = written.get(person.id, [])
        employer = orgs.get(person.places[-1].organisation)
        for _ in range(1 + int(r.expovariate(0.45 if person.specialty == "mlops_platform" else 0.6))):
            owner = employer if employer and chance(r, 0.25) else user
            repo = _model(r, person, owner, mine, bases, today)
            repos.append(repo)
            # A base model keeps the name that its owner had when others built on it.
            path = f"{(*owner.former_names, owner.name)[0]}/{repo.name}"
            models.append((path, repo))
            if len(bases) < 60 and chance(r, 0.1):
                bases.append(path)
        repos += [_other(r, "space", person, user, mine, today) for _ in range(r.choice((0, 0, 1, 1, 2)))]
        repos += [_other(r, "dataset", person, user, mine, today) for _ in range(r.choice((0, 0, 0, 1)))]
    if models:
        for made in _noise(r, models, max(0.1, len(people) / 700), today):
            if isinstance(made, HubAccount):
                accounts.append(made)
            else:
                repos.append(made)
    return accounts, _distinct(repos)


def _distinct(repos: list[HubRepo]) -> list[HubRepo]:
    seen: set[tuple[str, str, str]] = set()
    out: list[HubRepo] = []
    for repo in repos:
        n, name = 2, repo.name
        while (repo.kind, repo.owner, name.lower()) in seen:
            name, n = f"{repo.name}-{n}", n + 1
        seen.add((repo.kind, repo.owner, name.lower()))
        out.append(repo if name == repo.name else replace(repo, name=name))
    return out
