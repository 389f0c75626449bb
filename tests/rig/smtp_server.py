#!/usr/bin/python3
"""A mail server (python3-aiosmtpd) on a free port of 127.0.0.1, for tests: smtp_server.py DIR MODE

MODE is plain (nobody has to sign in), starttls or smtps (user "hub", password "open sesame";
DIR/ca.pem is the certificate of mail.test), or bare (wants a password, offers no encryption). It
says its port and runs until its standard input ends; with one more argument it also says "ready",
and runs until it is killed. What it takes is written to DIR/NUMBER.eml with the envelope in front.
Recipients: refuse@ 550, later@ 451, spam@ 554 after the text, lost@ takes the text and hangs up
without a word, slow@ takes it and answers 3 s later where it is one of the first three mails.
"""
import asyncio, os, ssl, subprocess, sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode = sys.argv[1], sys.argv[2]
os.dup2(os.open(os.path.join(folder, "log"), os.O_CREAT | os.O_WRONLY), 2)


class Box:
    def __init__(self):
        self.count = len([name for name in os.listdir(folder) if name.endswith(".eml")])

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refuse@"):
            return "550 5.1.1 no such user"
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("spam@"):
            return "554 5.7.1 looks like spam"
        self.count += 1
        encrypted = server.transport.get_extra_info("sslcontext") is not None
        head = "MAIL FROM:%s\r\nRCPT TO:%s\r\nTLS:%s\r\n\r\n" % (
            envelope.mail_from, ",".join(envelope.rcpt_tos), encrypted)
        whole = os.path.join(folder, "%03d" % self.count)
        with open(whole + ".part", "wb") as out:
            out.write(head.encode() + envelope.original_content)
        os.rename(whole + ".part", whole + ".eml")
        if to.startswith("slow@") and self.count < 4:
            await asyncio.sleep(3)
        if to.startswith("lost@"):
            server.transport.abort()
        return "250 2.0.0 ok"


def signed_in(server, session, envelope, mechanism, data):
    good = data.login == b"hub" and data.password == b"open sesame"
    return AuthResult(success=good, handled=good)


def certificate():
    key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "ca.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=mail.test",
                    "-addext", "subjectAltName=DNS:mail.test", "-keyout", key, "-out", cert],
                   check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


async def main():
    box, loop = Box(), asyncio.get_running_loop()
    options = {"hostname": "mail.test", "loop": loop}
    options.update(auth_required=mode != "plain", authenticator=signed_in,
                   auth_require_tls=mode not in ("plain", "bare"))
    context = certificate() if mode in ("starttls", "smtps") else None
    if mode == "starttls":
        options.update(tls_context=context, require_starttls=True)
    if mode == "smtps":
        options["auth_require_tls"] = False  # aiosmtpd looks for STARTTLS alone
    server = await loop.create_server(lambda: SMTP(box, **options), "127.0.0.1", 0,
                                      ssl=context if mode == "smtps" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    if len(sys.argv) > 3:
        print("ready", flush=True)
        await asyncio.Event().wait()
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
