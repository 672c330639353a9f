"""A WebSocket server that echoes, and obeys text messages that begin with '!'. Prints its port."""
import asyncio
import http
import json

import websockets

closed = {}


async def serve(socket):
    try:
        async for message in socket:
            if not (isinstance(message, str) and message.startswith("!")):
                await socket.send(message)
                continue
            command, *arguments = message[1:].split(" ")
            if command == "ping":
                await asyncio.wait_for(await socket.ping(b"from server"), 20)
                await socket.send("pong came")
            elif command == "close":
                await socket.close(int(arguments[0]), " ".join(arguments[1:]))
            elif command == "break":
                socket.transport.abort()
            elif command == "headers":
                await socket.send(json.dumps([[k.lower(), v] for k, v in socket.request_headers.raw_items()]))
            elif command == "path":
                await socket.send(socket.path)
            elif command == "how":
                # How the connection of that name ended, once it has.
                await socket.send(await asyncio.wait_for(closed.setdefault(arguments[0], new_future()), 20))
    except websockets.ConnectionClosed:
        pass
    finally:
        await socket.wait_closed()
        end = closed.setdefault(socket.path, new_future())
        if not end.done():
            end.set_result(f"{socket.close_code} {socket.close_reason}")


def new_future():
    return asyncio.get_running_loop().create_future()


async def refuse(path, headers):
    if path == "/refused":
        return http.HTTPStatus.UNAUTHORIZED, [("WWW-Authenticate", "Basic realm=x")], b"not you\n"
    return None


async def main():
    async with websockets.serve(
        serve, "127.0.0.1", 0, max_size=None, ping_interval=None, subprotocols=["second"], process_request=refuse
    ) as server:
        print("listening on", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
