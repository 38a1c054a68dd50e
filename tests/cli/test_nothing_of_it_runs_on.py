"""The product in a thread of a command: when it has been stopped, nothing of it is left in the process."""

import threading
from pathlib import Path

from tests.support.simulated import Simulated
from trailwright.commandline.background import Background
from trailwright.commandline.generate.home import Folder
from trailwright.settings import Llm, Settings


def test_its_thread_has_ended_when_it_was_stopped(tmp_path: Path, model: Simulated) -> None:
    """A thread that is still in the event loop's code while the interpreter ends may crash it."""
    llm = Llm(model="openai:simulated", base_url=f"{model.url}/v1", api_key="x")
    folder = Folder(Settings(data_dir=tmp_path, llm=llm))
    folder.address()
    assert isinstance(folder._own, Background)
    loop, ended = folder._own._loop, threading.Event()
    loop.call_soon_threadsafe(lambda: loop.run_in_executor(None, ended.wait))  # closing the loop waits for it
    threading.Timer(1, ended.set).start()
    folder.leave(0)
    assert "product" not in {thread.name for thread in threading.enumerate()}
