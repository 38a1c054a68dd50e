"""Routes about tasks: order, watch, decide, stop, go on, retry (contract section 4)."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Header, Query, Request, Response

from trailwright.domain.content import ContentType
from trailwright.domain.lifecycle import TERMINAL, TaskStatus, TaskType
from trailwright.domain.preferences import Text
from trailwright.errors import AppError, ForbiddenError, InvalidError, NotFoundError
from trailwright.events import log
from trailwright.events.socket import EventStream, feed
from trailwright.kit.api import Caller, Db, Holding, Me, Note, Route, Write, address, ground
from trailwright.kit.db import Database, Tx
from trailwright.kit.schemas import MAX_ROWS, Limit, Offset, Seq
from trailwright.limits.commands import counted, of_click, of_several, within
from trailwright.settings import Settings
from trailwright.tasks import batching, commands, queries, retrying, schemas
from trailwright.tasks.hiding import hide
from trailwright.tasks.steps import steps

router = APIRouter(route_class=Route, tags=["tasks"])

LEVELS = r"^(debug|info|warning|error)$"


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


@router.post("/tasks/generate", status_code=202, response_model=schemas.Accepted)
@router.post("/roadmaps/generate", status_code=202, response_model=schemas.Accepted, name="generate_alias")
async def generate(
    request: Request, me: Me, order: schemas.GenerateOrder, lids: Holding, write: Write
) -> dict[str, Any]:
    """Order a roadmap: its design starts at once and stops for a review, unless `auto_approve`."""
    wanted = commands.Order(
        preferences=order.preferences,
        additional_context=order.additional_context,
        auto_approve=order.auto_approve,
        size=order.size,
        max_cost_usd=order.max_cost_usd or _settings(request).budget.max_cost_usd,
    )

    async def work(tx: Tx) -> dict[str, Any]:
        task_id, roadmap_id = await commands.start(tx, me.user_id, wanted)
        return {"task_id": task_id, "roadmap_id": roadmap_id, "status": TaskStatus.PENDING.value}

    return await write(counted(work, lids, me.user_id, "generations"))


@router.get("/users/{user_id}/tasks", response_model=schemas.TaskList)
async def list_tasks(
    user_id: str,
    me: Me,
    db: Db,
    status: Annotated[list[TaskStatus], Query()] = [],  # noqa: B006 - FastAPI copies it
    task_type: Annotated[list[TaskType], Query()] = [],  # noqa: B006 - as above
    q: Text = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """A user's tasks (`me`: mine), newest first; `q`: words of the title."""
    async with db.reading() as reader:
        return await queries.task_list(
            reader,
            me.user_id if user_id == "me" else user_id,
            status=status,
            task_type=task_type,
            words=q,
            limit=limit,
            offset=offset,
        )


@router.get("/tasks/{task_id}", response_model=schemas.Task)
async def read_task(task_id: str, db: Db) -> dict[str, Any]:
    """One task in full."""
    async with db.reading() as reader:
        found = await queries.task(reader, task_id)
    if found is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    return found


@router.delete("/tasks/{task_id}", response_model=schemas.Hidden)
async def hide_task(task_id: str, write: Write) -> dict[str, Any]:
    """Take an ended task off the list; its roadmap stays."""
    return await write(lambda tx: hide(tx, task_id))


@router.get(
    "/tasks/{task_id}/events",
    response_model=schemas.EventPage,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def read_events(
    task_id: str,
    request: Request,
    db: Db,
    after_seq: Seq = 0,
    limit: Limit = MAX_ROWS,
    last_event_id: Annotated[str, Header()] = "",
) -> Any:
    """What happened after `after_seq`; with `Accept: text/event-stream` also what happens, live."""
    if "text/event-stream" in request.headers.get("accept", ""):
        resumed = last_event_id.isascii() and last_event_id.isdigit()
        return await _stream(request, task_id, int(last_event_id) if resumed else after_seq, resumed=resumed)
    async with db.reading() as reader:
        head = await queries.head(reader, task_id)
        page = await log.page(reader, task_id, after_seq, limit)
    if head is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    return {"events": page, "last_seq": head.last_seq}


async def _stream(request: Request, task_id: str, after_seq: int, *, resumed: bool) -> Response:
    head = await feed(request).head(task_id)
    if resumed and head is not None and head.status in TERMINAL and head.last_seq <= after_seq:
        return Response(status_code=204)  # tells an EventSource not to come again
    return EventStream(request, task_id, after_seq)


@router.get("/tasks/{task_id}/steps", response_model=schemas.StepList)
async def read_steps(task_id: str, db: Db) -> dict[str, Any]:
    """What each step produced."""
    async with db.reading() as reader:
        return await steps(reader, task_id)


@router.get("/tasks/{task_id}/logs", response_model=schemas.LogPage)
async def read_logs(
    task_id: str,
    db: Db,
    level: Annotated[str | None, Query(pattern=LEVELS)] = None,
    step: Annotated[str | None, Query(max_length=48, pattern="^[a-z_]+$")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The execution log, oldest first."""
    async with db.reading() as reader:
        return await queries.logs(reader, task_id, level=level, step=step, limit=limit, offset=offset)


@router.post("/tasks/{task_id}/review", response_model=schemas.Reviewed)
@router.post("/roadmaps/{task_id}/approve", response_model=schemas.Reviewed, name="review_alias")
async def review(
    task_id: str, said: schemas.ReviewDecision, me: Me, lids: Holding, write: Write
) -> dict[str, Any]:
    """Approve or revise what is under review."""
    decision = commands.Decision(said.decision, said.version, said.feedback, said.answers)
    return await write(within(lambda tx: commands.review(tx, task_id, decision), lids, me.user_id))


@router.post("/tasks/{task_id}/cancel", response_model=schemas.Cancelled)
@router.post("/roadmaps/tasks/{task_id}/cancel", response_model=schemas.Cancelled, name="cancel_alias")
async def cancel(task_id: str, write: Write, why: schemas.Cancel | None = None) -> dict[str, Any]:
    """Stop: no model call goes on, what is finished stays."""
    reason = why.reason if why else None
    note = _cancelled(task_id, reason)
    return await write(lambda tx: commands.cancel(tx, task_id, reason), note)


def _cancelled(task_id: str, reason: str | None) -> Note:
    return Note("task_cancelled", task_id, {"reason": reason} if reason else None)


@router.post("/tasks/cancel-batch", response_model=schemas.BatchResults)
async def cancel_batch(request: Request, me: Me, db: Db, chosen: schemas.TaskIds) -> dict[str, Any]:
    """Stop several, each on its own."""
    ids = dict.fromkeys(chosen.task_ids)
    return {"results": {task_id: await _cancel_one(request, db, me, task_id) for task_id in ids}}


async def _cancel_one(request: Request, db: Database, me: Caller, task_id: str) -> dict[str, Any]:
    async def work(tx: Tx) -> None:
        head = await queries.head(tx, task_id)
        if head is not None and head.user_id != me.user_id:
            raise ForbiddenError
        await commands.cancel(tx, task_id, None)
        note = _cancelled(task_id, None)
        await ground(request).audit(tx, note, user_id=me.user_id, address=address(request))

    try:
        await db.transact(work)
    except AppError as error:
        return {"ok": False, "code": error.code}
    return {"ok": True}


@router.post("/tasks/{task_id}/pause", response_model=schemas.Moved)
async def pause(task_id: str, write: Write, *, now: bool = False) -> dict[str, Any]:
    """Nothing new starts; `now`: what runs is put back too."""
    return await write(lambda tx: commands.pause(tx, task_id, now=now))


@router.post("/tasks/{task_id}/resume", response_model=schemas.Moved)
async def resume(
    task_id: str, me: Me, lids: Holding, write: Write, wish: schemas.Resume | None = None
) -> dict[str, Any]:
    """Go on after a pause, with a new cap of money if one is sent."""
    cap = wish.max_cost_usd if wish else None
    return await write(within(lambda tx: commands.resume(tx, task_id, cap), lids, me.user_id))


@router.post("/tasks/{task_id}/retry", status_code=202, response_model=schemas.Retried)
async def retry_task(
    task_id: str, me: Me, lids: Holding, write: Write, wish: schemas.TaskRetry | None = None
) -> dict[str, Any]:
    """The same task goes on where it can."""
    kinds = wish.content_types if wish else None

    async def work(tx: Tx) -> dict[str, Any]:
        return await retrying.retry_task(tx, task_id, kinds)

    return await write(counted(work, lids, me.user_id, "retries", of_several))


@router.post(
    "/roadmaps/{roadmap_id}/concepts/{concept_id}/{content_type}/retry",
    status_code=202,
    response_model=schemas.ItemRetried,
)
async def retry_item(
    roadmap_id: str,
    concept_id: str,
    content_type: ContentType,
    request: Request,
    me: Me,
    lids: Holding,
    write: Write,
    wish: schemas.ItemRetry | None = None,
) -> dict[str, Any]:
    """Make one item anew; the version there is stays readable until the new one is there."""
    settings = _settings(request)
    said = wish or schemas.ItemRetry()
    wanted = retrying.Wish(said.wished(), said.instruction, said.deadline())

    async def work(tx: Tx) -> dict[str, Any]:
        return await retrying.retry_item(
            tx,
            me.user_id,
            roadmap_id,
            concept_id,
            content_type,
            wanted,
            limit=settings.retry.item_limit,
            window_s=settings.retry.item_window_s,
            max_cost_usd=settings.budget.max_cost_usd,
        )

    return await write(counted(work, lids, me.user_id, "retries", of_click))


@router.post(
    "/roadmaps/{roadmap_id}/concepts/retry-batch", status_code=202, response_model=schemas.BatchRetried
)
async def retry_batch(
    roadmap_id: str, request: Request, me: Me, chosen: schemas.BatchRetry, lids: Holding, write: Write
) -> dict[str, Any]:
    """One task for several items."""
    wanted = _chosen(chosen)
    kinds = chosen.content_types if chosen.items is not None else None
    cap = _settings(request).budget.max_cost_usd

    async def work(tx: Tx) -> dict[str, Any]:
        return await batching.retry_batch(
            tx, me.user_id, roadmap_id, chosen=wanted, content_types=kinds, max_cost_usd=cap
        )

    return await write(counted(work, lids, me.user_id, "retries", of_several))


def _chosen(sent: schemas.BatchRetry) -> list[tuple[str, str]] | str:
    if sent.items is not None and sent.concept_ids is not None:
        fields = [{"field": name, "message": "one of the two"} for name in ("items", "concept_ids")]
        raise InvalidError("Say either items or concept_ids.", code="items_required", errors=fields)
    if isinstance(sent.items, str):
        return sent.items
    if sent.items is not None:
        return [(one.concept_id, one.content_type) for one in sent.items]
    if sent.concept_ids is None:
        field = {"field": "items", "message": "is required, or concept_ids"}
        raise InvalidError("Say which items.", code="items_required", errors=[field])
    kinds: list[str] = list(sent.content_types or ("tutorial", "resources", "quiz"))
    return [(concept_id, kind) for concept_id in sent.concept_ids for kind in kinds]
