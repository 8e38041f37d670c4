"""Serves the shape of the AWS API on loopback: moto, mended, and able to tell what stands in it.

`serve.py PORT [--tied]` is moto's server, put right as `mends.py` says, with the pages of `standing.py`. `--tied` ends it
with its input.
"""

import os
import sys
import threading

# Every account has the policies that AWS keeps; moto leaves them out unless asked before it is loaded.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import mends  # noqa: F401 (it is enough that it is there)
import standing
from moto.moto_api._internal import urls
from moto.server import main


def end_with_parent():
    """Ends this process when nobody holds the other end of its input any more."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    if "--tied" in sys.argv[2:]:
        threading.Thread(target=end_with_parent, daemon=True).start()
    urls.url_paths["{0}/moto-api/standing.json"] = standing.standing
    urls.url_paths["{0}/moto-api/world.json"] = standing.world
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
