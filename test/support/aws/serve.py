"""The AWS CLI, loaded once: answers each run of start.py from a copy of this process (fork), with the arguments, folder,
environment and files of the caller. Half a second of loading becomes a tenth. It ends when its input ends, with the
tests, and removes the folder of its socket.

Usage: serve.py SOCKET. Once it listens it prints the Python that runs it, and its version as `aws --version` begins."""
import array
import contextlib
import io
import os
import select
import shutil
import signal
import socket
import sys
import threading
import traceback

import awscli.clidriver

LENGTH = 4
# Loading awscli sets it: an environment of a caller lacks it.
DATA = os.environb[b'AWS_DATA_PATH']


def load():
    """Makes a call that no server answers: it loads what every call does."""
    os.environ.update({'AWS_ACCESS_KEY_ID': 'none', 'AWS_SECRET_ACCESS_KEY': 'none', 'AWS_MAX_ATTEMPTS': '1'})
    os.environ.update({'AWS_CONFIG_FILE': os.devnull, 'AWS_SHARED_CREDENTIALS_FILE': os.devnull})
    call = ['iam', 'list-roles', '--region', 'eu-west-1', '--endpoint-url', 'http://127.0.0.1:1']
    with contextlib.redirect_stderr(io.StringIO()):
        awscli.clidriver.create_clidriver().main(call)


def received(connection):
    """The texts of the caller, separated by NUL, and its three files."""
    files = array.array('i')
    size, ancillary, _flags, _address = connection.recvmsg(LENGTH, socket.CMSG_LEN(3 * files.itemsize))
    files.frombytes(ancillary[0][2])
    with connection.makefile('rb') as body:
        return body.read(int.from_bytes(size, 'big')).split(b'\0'), files


def become(connection):
    """Makes this process the program that the caller started."""
    (folder, count, *texts), files = received(connection)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environb.clear()
    os.environb[b'AWS_DATA_PATH'] = DATA
    os.environb.update(text.split(b'=', 1) for text in texts[int(count):])
    sys.argv = ['aws', *map(os.fsdecode, texts[:int(count)])]
    # A caller that is killed takes its call along.
    threading.Thread(target=lambda: connection.recv(1) or os.kill(os.getpid(), signal.SIGKILL), daemon=True).start()


def run(connection):
    """Runs one call, and tells the caller its exit code."""
    code = 255
    try:
        become(connection)
        code = awscli.clidriver.main()
    except SystemExit as error:
        code = error.code
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        connection.sendall((code or 0).to_bytes(LENGTH, 'big'))
        os._exit(0)


def serve(path):
    """Forks for each connection, until the input ends."""
    load()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(sys.executable, f'aws-cli/{awscli.__version__}', flush=True)
    while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
        connection, _address = server.accept()
        if os.fork() == 0:
            server.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(connection)
        connection.close()
    shutil.rmtree(os.path.dirname(path))


serve(sys.argv[1])
