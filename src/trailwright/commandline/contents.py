"""The texts that the settings' own database and store hold, faults in words."""

from trailwright.commandline.database import opened
from trailwright.commandline.trouble import Trouble
from trailwright.exporting.contents import Contents, collected, named
from trailwright.kit.storage import Storage, StorageMissing, StorageUnavailable
from trailwright.settings import Settings


async def contents_of(settings: Settings, roadmap_id: str) -> Contents:
    """Read it all; raises `Trouble` when a text that the database names is not stored."""
    async with opened(settings) as db, db.reading() as reader:
        found = await named(reader, roadmap_id)
    storage = storage_of(settings)
    try:
        return await collected(found, storage)
    except StorageMissing:
        raise Trouble("a stored text of this roadmap is missing. Restore a backup.") from None
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()


def storage_of(settings: Settings) -> Storage:
    """The store that the settings name; raises `Trouble`."""
    secret = settings.storage.secret_access_key
    try:
        return Storage.from_url(
            settings.effective_storage_url,
            endpoint=settings.storage.endpoint,
            access_key_id=settings.storage.access_key_id,
            secret_access_key=secret.get_secret_value() if secret else None,
            region=settings.storage.region,
        )
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    except ValueError as error:
        raise Trouble(str(error)) from None
