import {useEffect} from "preact/hooks";
import {ask_session, signing_in} from "../api";
import {Dialog} from "../parts/dialog";
import {t} from "../words";

// What the page behind the link below says when somebody is signed in.
export const signed_in_channel = "carillon.signed-in";

// The session ended while somebody worked: they sign in in another tab, with password and code as
// always, and this page goes on where it stood.
export function SignInAgain() {
  const waiting = signing_in.value;
  useEffect(() => {
    if (!waiting) return;
    const look = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        if (await ask_session()) waiting.done();
      } catch {
        // No answer: looked for again when the window comes back.
      }
    };
    const channel = new BroadcastChannel(signed_in_channel);
    channel.onmessage = look;
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      channel.close();
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [waiting]);
  if (!waiting) return null;
  return (
    <Dialog title={t("signed_out.title")} close={() => {}} closable={false}>
      <p>{t("signed_out.text")}</p>
      <p><a class="button first" href="/sign-in?next=/app/signed-in" target="_blank"
            rel="noopener">{t("signed_out.go")}</a></p>
    </Dialog>
  );
}
