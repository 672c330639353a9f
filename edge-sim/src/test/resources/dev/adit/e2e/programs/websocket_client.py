"""Scenarios of a WebSocket client: websocket_client.py SCENARIO HOST PORT AUTHORITY. Fails with a traceback."""
import asyncio
import json
import random
import ssl
import sys

import websockets

SIZES = [0, 1, 125, 126, 65535, 65536, 1 << 20, 4 << 20]
LIMIT = 120


def connect(path="/", **options):
    tls = ssl.create_default_context(cafile=AUTHORITY)
    options = {"compression": None, "max_size": None, "ping_interval": None, "open_timeout": 30, **options}
    return websockets.connect(f"wss://{HOST}:{PORT}{path}", host="127.0.0.1", port=PORT, ssl=tls, **options)


async def exchange(socket, message):
    await socket.send(message)
    answer = await socket.recv()
    assert type(answer) is type(message), f"sent {type(message)}, got {type(answer)}"
    assert answer == message, f"{len(message)} were sent, {len(answer)} others came"


async def all_sizes(socket):
    noise = random.Random(1)
    for size in SIZES:
        await exchange(socket, noise.randbytes(size))
        await exchange(socket, "".join(noise.choices("aäß€😀", k=size // 4)) + "x" * (size % 4))
        await exchange(socket, "t" * size)


async def sizes():
    async with connect() as socket:
        assert not socket.extensions
        await all_sizes(socket)


async def sizes_with_deflate():
    async with connect(compression="deflate") as socket:
        assert [type(e).__name__ for e in socket.extensions] == ["PerMessageDeflate"], socket.extensions
        await all_sizes(socket)


async def pings_from_both_sides():
    async with connect() as socket:
        for payload in [b"", b"p", b"q" * 125]:
            await (await socket.ping(payload))
        await socket.send("!ping")
        assert await socket.recv() == "pong came"


async def subprotocol_and_headers():
    headers = [("Cookie", "a=1"), ("X-Twice", "1"), ("X-Twice", "2"), ("Origin", "https://other.example.test")]
    path = "/socket/%2F?token=a%20b"
    async with connect(path, subprotocols=["first", "second"], extra_headers=headers) as socket:
        assert socket.subprotocol == "second", socket.subprotocol
        await socket.send("!path")
        assert await socket.recv() == path
        await socket.send("!headers")
        seen = [tuple(field) for field in json.loads(await socket.recv())]
        for name, value in headers + [("Host", f"{HOST}:{PORT}"), ("Sec-WebSocket-Version", "13")]:
            assert (name.lower(), value) in seen, f"{name}: {value} is not in {seen}"
        assert [value for name, value in seen if name == "upgrade"] == ["websocket"], seen
        assert [value.lower() for name, value in seen if name == "connection"] == ["upgrade"], seen


async def refusal_of_the_handshake():
    try:
        # It waits that long for the end of the connection, which is kept for the next request.
        async with connect("/refused", close_timeout=1):
            raise AssertionError("was accepted")
    except websockets.InvalidStatusCode as e:
        assert e.status_code == 401, e
        assert e.headers["WWW-Authenticate"] == "Basic realm=x", e.headers


async def how_it_ended(name):
    async with connect("/asking") as socket:
        await socket.send(f"!how {name}")
        return await socket.recv()


async def close_by_client():
    for code, reason in [(1000, ""), (1001, "going away"), (3000, "ä" * 61), (4999, "mine")]:
        async with connect(f"/client-{code}") as socket:
            await socket.close(code, reason)
            assert socket.close_code == code, socket.close_code
        ended = await how_it_ended(f"/client-{code}")
        assert ended == f"{code} {reason}", ended


async def close_by_server():
    for code, reason in [(1000, ""), (1011, "broken"), (3999, "x" * 123), (4000, "not you")]:
        async with connect() as socket:
            await socket.send(f"!close {code} {reason}")
            await socket.wait_closed()
            assert (socket.close_code, socket.close_reason) == (code, reason), socket.close_code


async def break_by_client():
    socket = await connect("/broken")
    await exchange(socket, "alive")
    socket.transport.abort()
    ended = await how_it_ended("/broken")
    assert ended.startswith("1006"), ended


async def break_by_server():
    async with connect() as socket:
        await socket.send("!break")
        await socket.wait_closed()
        assert socket.close_code == 1006, socket.close_code


async def twenty_at_once():
    async def one(seed):
        noise = random.Random(seed)
        async with connect() as socket:
            for _ in range(50):
                await exchange(socket, noise.randbytes(noise.randrange(20_000)))

    await asyncio.gather(*(one(seed) for seed in range(20)))


async def bytes_of_a_tcp_service():
    """The service sends back what it gets; messages mean nothing to it, only their bytes."""
    noise = random.Random(1)
    async with connect() as socket:
        for size in SIZES:
            sent = noise.randbytes(size)
            await socket.send(sent)
            got = b""
            while len(got) < size:
                got += await socket.recv()
            assert got == sent, f"{size} were sent, {len(got)} others came"
        await (await socket.ping(b"p"))
    assert socket.close_code == 1000, socket.close_code


SCENARIO, HOST, PORT, AUTHORITY = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
asyncio.run(asyncio.wait_for(globals()[SCENARIO](), LIMIT))
print("passed", SCENARIO)
