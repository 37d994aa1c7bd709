"""What a training run does, and the runs that were tried, shipped ones among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from .examples import Source
from .network import Beside

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run does.

    Attributes:
        name: A name for logs and results.
        sources: Which data train it.
        epochs: Passes over the data.
        batch: Sentences a step.
        encoder_rate: Peak learning rate of the encoder.
        head_rate: Peak learning rate of the heads.
        smoothing: Label smoothing.
        warmup: Share of the steps in which the rate rises.
        weight_decay: Of AdamW.
        average: Decay of the running mean of the weights (0: none); the mean is what is kept.
        offsets: Whether each source has an offset of its own.
        stance: Weight of the stance loss (0: sentiment only).
        seed: Of everything random.
        splices: Sentences of an epoch that are two joined to one, drawn anew each epoch.
        taught: Share of the loss that compares with teachers' answers instead of labels, in [0, 1] (Hinton, Vinyals and
            Dean 2015, section 2, at temperature 1).
        untaught: Sentences without labels that teachers label.
        others: Whether teachers are also asked about a name that has no label, in each sentence that is not
            of the corpus.
        relabelled: Whether the stance toward persons of NewsMTSC, and sentences of DSE, are labelled by the guidelines.
        layer_decay: Factor of the learning rate from each layer of the encoder to the one below it.
        masked: Steps of masked-word training on the same texts before any label is shown.
        parts: Number of the last file of the corpus that is used; None for all.
        since: Number of the first.
        persons: Weight of a label of NewsMTSC, where an authored one weighs 2 and one of DSE 1.
        start: Name of the run whose weights it starts from, or "weights" for an exported checkpoint (with `rank`);
            None for the encoder as it comes.
        beside: What the heads read beside the states of the actor's marks; only a network with the first state can be
            shipped.
        rank: If positive, the encoder keeps its weights and learns so many outer products a matrix beside them.
        resumes: Whether these begin as those that the start was refined with, where others begin at zero.
        teachers: Names of the runs whose answers are learned from.
        large: Whether it starts from a larger encoder than the one that is shipped, and only teaches.
        stop: Epochs after which it ends, though its rates were made for more; None for all of them.
        hints: Weight of what a teacher's heads thought before they answered (Romero et al. 2015, *FitNets*).
        consistency: Weight of the disagreement of two passes that differ in dropout (Liang et al. 2021, *R-Drop*).
        focus: Exponent that takes weight from labels which the model has right anyway (Lin et al. 2017, *Focal Loss for
            Dense Object Detection*, equation 4).
        precision: Number format of the encoder's products while it learns; bfloat16 is for processors that have matrix
            tiles for it (AMX).
        targeted: Whether the model is told whom the question is about; without, it is a baseline.
    """

    name: str
    sources: tuple[Source, ...]
    epochs: int = 4
    batch: int = 32
    encoder_rate: float = 1e-4
    head_rate: float = 5e-4
    smoothing: float = 0.05
    warmup: float = 0.06
    weight_decay: float = 0.01
    average: float = 0.0
    offsets: bool = False
    stance: float = 0.0
    seed: int = 0
    splices: int = 0
    layer_decay: float = 1.0
    taught: float = 0.0
    untaught: int = 0
    masked: int = 0
    targeted: bool = True
    parts: int | None = None
    since: int = 1
    persons: float = 1.0
    start: str | None = None
    teachers: tuple[str, ...] = ()
    large: bool = False
    stop: int | None = None
    hints: float = 0.0
    consistency: float = 0.0
    focus: float = 0.0
    precision: Precision = "float32"
    rank: int = 0
    resumes: bool = False
    others: bool = False
    relabelled: bool = False
    beside: Beside = "first"


#: The recipe that the floor of the project was measured with: one task, nothing tuned.
PROBE = Recipe("probe", ("newsmtsc", "dse"))
#: Labels alone, what the others below vary. DSE is left out: its labels tell pairs apart, not portrayals.
DEFAULT: Final = Recipe(
    "default",
    ("newsmtsc", "authored"),
    epochs=3,
    average=0.998,
    offsets=True,
    stance=0.8,
    splices=2000,
    persons=2.0,
)
#: The same with persons weighing more, and another seed; later epochs read persons worse.
PERSONS: Final = replace(DEFAULT, name="persons", persons=4.0, seed=1, stop=2)
#: The same with DSE, balanced.
DSE: Final = replace(DEFAULT, name="dse", sources=("newsmtsc", "dse", "authored"), persons=1.0)
#: The same with rates by layer, and another seed.
LAYERED: Final = replace(DEFAULT, name="layered", layer_decay=0.9, seed=1)
#: The same after masked-word training.
MASKED: Final = replace(DEFAULT, name="masked", masked=400)
#: The baseline that is not told the target.
BLIND: Final = Recipe("blind", ("newsmtsc",), epochs=3, average=0.998, targeted=False)
#: NewsMTSC and nothing else, with its derived stance.
ALONE: Final = replace(DEFAULT, name="newsmtsc", sources=("newsmtsc",), splices=0, persons=1.0)
#: The same in bfloat16, and, against that: two passes that have to agree, a loss that looks away from what is easy, and
#: less, or something else, beside the states of the marks.
QUICK: Final = replace(ALONE, name="quick", precision="bfloat16")
CONSISTENT: Final = replace(QUICK, name="consistent", consistency=1.0)
FOCUSED: Final = replace(QUICK, name="focused", focus=1.0, smoothing=0.0)
BARE: Final = replace(QUICK, name="bare", beside="nothing")
ATTENTIVE: Final = replace(QUICK, name="attentive", beside="attention")
#: What several seeds of it say together, in one model: of the same sentences, and of unlabelled ones.
SEEDS: Final = replace(QUICK, name="seeds", taught=0.7, untaught=10000)
#: A model of five times the size (all-mpnet-base-v2) that labels for the small one. What came into the corpus later
#: it has never seen, so that its answers there are no echo of the labels.
TEACHER: Final = replace(
    DEFAULT,
    name="teacher",
    epochs=2,
    stop=1,
    encoder_rate=5e-5,
    head_rate=2e-4,
    layer_decay=0.9,
    precision="bfloat16",
    parts=33,
    large=True,
)
#: Learns from what the teacher says of all sentences, and of unlabelled ones, beside the labels.
STUDENT: Final = replace(
    DEFAULT,
    name="student",
    encoder_rate=1.5e-4,
    splices=4000,
    taught=0.7,
    hints=0.5,
    untaught=10000,
    parts=41,
    teachers=("teacher",),
    precision="bfloat16",
)
#: After that, at low rates, persons and the later files of the corpus once more.
AFTER: Final = replace(
    STUDENT,
    name="after",
    epochs=2,
    encoder_rate=3e-5,
    head_rate=1e-4,
    splices=1500,
    parts=42,
    since=34,
    untaught=0,
    start="student",
)
#: The runs behind the shipped weights, in order, and those whose mean they are (Wortsman et al. 2022, *Model soups*): a
#: run that is named twice counts twice.
SHIPPED: Final = (TEACHER, STUDENT, AFTER)
SHIPPED_MEAN: Final = (AFTER,)

#: The first teacher's rates ran over two epochs; this one goes on to their end.
TUTOR: Final = replace(TEACHER, name="tutor", stop=None)
#: The first epoch from another seed: what two teachers agree on is more often right.
SECOND: Final = replace(TEACHER, name="second", seed=1)
#: What the tutor adds to the weights without another copy of them: few outer products a matrix, and the heads.
REFINED: Final = replace(
    STUDENT,
    name="refined",
    encoder_rate=1e-3,
    head_rate=2e-4,
    parts=42,
    untaught=20000,
    others=True,
    start="weights",
    teachers=("tutor",),
    rank=16,
)
#: Goes on from there at lower rates with both teachers, on other unlabelled sentences and other names.
CONTINUED: Final = replace(
    REFINED,
    name="continued",
    epochs=2,
    encoder_rate=6e-4,
    head_rate=1e-4,
    seed=1,
    teachers=("tutor", "second"),
    resumes=True,
)
#: Goes on from there on labels alone: the later files of the corpus, and news that was labelled by its guidelines.
MENDED: Final = replace(
    CONTINUED,
    name="mended",
    encoder_rate=4e-4,
    seed=3,
    parts=None,
    since=34,
    splices=1500,
    taught=0.0,
    hints=0.0,
    untaught=0,
    others=False,
    relabelled=True,
    teachers=(),
)
#: The runs that refine the shipped weights, in order, and those whose mean is shipped beside them: the last one alone
#: forgets a part of what teachers said (Wortsman et al. 2022, *Robust fine-tuning of zero-shot models*).
REFINING: Final = (TUTOR, SECOND, REFINED, CONTINUED, MENDED)
REFINING_MEAN: Final = (CONTINUED, MENDED)

_BASELINES: Final = (PROBE, BLIND, ALONE)
_VARIED: Final = (QUICK, CONSISTENT, FOCUSED, BARE, ATTENTIVE, SEEDS, DEFAULT, PERSONS, DSE, LAYERED, MASKED)
RECIPES: Final = {recipe.name: recipe for recipe in (*_BASELINES, *_VARIED, *SHIPPED, *REFINING)}
