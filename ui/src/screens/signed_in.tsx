import {useEffect} from "preact/hooks";
import {signed_in_channel} from "../shell/sign_in_again";
import {t} from "../words";

// Where signing in again leads in its own tab.
export default function SignedIn() {
  useEffect(() => {
    const channel = new BroadcastChannel(signed_in_channel);
    channel.postMessage("");
    channel.close();
  }, []);
  return (
    <>
      <h1 tabIndex={-1}>{t("signed_in.title")}</h1>
      <p>{t("signed_in.text")} <a href="/app">{t("nav.today")}</a></p>
    </>
  );
}
