"""What a test runs as `aws`: hands arguments, folder, environment and files to serve.py, and ends as the call does. Loads
next to nothing: the path of the socket is its first argument."""
import os
import sys
import _socket

connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
connection.connect(sys.argv[1])
arguments = sys.argv[2:]
environment = [name + b'=' + value for name, value in os.environb.items()]
body = b'\0'.join([os.getcwdb(), b'%d' % len(arguments), *map(os.fsencode, arguments), *environment])
files = b''.join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
connection.sendmsg([len(body).to_bytes(4, 'big')], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
while body:
    body = body[connection.send(body):]
code = connection.recv(4)
os._exit(int.from_bytes(code, 'big') if code else 1)
