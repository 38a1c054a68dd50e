"""From what is wanted to a stored picture: the configured provider first, then what this product draws."""

from trailwright.covers.providers import CoverFault, Provider, Wanted
from trailwright.covers.records import NewCover, object_key
from trailwright.covers.studio import Picture, Studio, StudioFault, Unusable
from trailwright.kit.log import get_logger
from trailwright.kit.storage import Storage

log = get_logger(__name__)


class Maker:
    """One per process; `close` at the end."""

    def __init__(self, storage: Storage, provider: Provider | None) -> None:
        self._storage = storage
        self._provider = provider
        self._studio = Studio()
        self._retired: list[Provider] = []

    def use(self, provider: Provider | None) -> None:
        """Ask this one from now on; the one before ends what it is at."""
        if self._provider is not None:
            self._retired.append(self._provider)
        self._provider = provider

    async def make(self, wanted: Wanted) -> NewCover:
        """A picture, stored. Raises `StudioFault` when nothing could be drawn, `StorageUnavailable`."""
        picture, cover = await self._found(wanted) or await self._drawn(wanted)
        await store(self._storage, wanted.roadmap_id, picture)
        return cover

    async def _found(self, wanted: Wanted) -> tuple[Picture, NewCover] | None:
        """What the provider has; None when it has nothing that can be shown."""
        provider = self._provider
        if provider is None:
            return None
        try:
            found = await provider.find(wanted)
            picture = await self._studio.remake(found.data)
        except (CoverFault, Unusable, StudioFault) as fault:
            code = getattr(fault, "code", "studio")
            log.warning("no cover from the provider", provider=provider.name, code=code, detail=str(fault))
            return None
        return picture, NewCover(picture.digest, provider.name, found.attribution)

    async def _drawn(self, wanted: Wanted) -> tuple[Picture, NewCover]:
        picture = await self._studio.draw(wanted.roadmap_id, wanted.title, wanted.subject, wanted.choice)
        return picture, NewCover(picture.digest, "local")

    async def close(self) -> None:
        """End the process that draws, and connections."""
        self.use(None)
        await self._studio.close()
        for provider in self._retired:
            await provider.aclose()


async def store(storage: Storage, roadmap_id: str, picture: Picture) -> None:
    """All widths, before any row names them; the same bytes lie under the same key."""
    for width, data in picture.made.items():
        await storage.put(object_key(roadmap_id, picture.digest, width), data)
